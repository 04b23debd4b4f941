#include "base/byte_runs.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace cork {
namespace {

struct Digits {
  static constexpr unsigned char has(unsigned char c) noexcept {
    return static_cast<unsigned char>(c - '0') < 10;
  }
};

// Byte by byte.
std::size_t plainly(std::string_view text, std::size_t from, std::size_t size) {
  std::size_t begin = from;
  for (std::size_t at = from; at < text.size(); ++at) {
    if (Digits::has(static_cast<unsigned char>(text[at])) == 0) begin = at + 1;
    if (at + 1 - begin >= size) return begin;
  }
  return begin;
}

TEST(ByteRuns, AreFoundWhereLookingByteByByteFindsThem) {
  std::mt19937 random(5);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 300, '\0');
    const unsigned often = 1 + random() % 30;
    for (char& c : text) c = random() % often == 0 ? '.' : '7';
    const std::size_t from = random() % (text.size() + 1);
    ASSERT_EQ(plainly(text, from, 12), (find_byte_run<Digits, 12>(text, from))) << text << from;
    ASSERT_EQ(plainly(text, from, 18), (find_byte_run<Digits, 18>(text, from))) << text << from;
    ASSERT_EQ(plainly(text, from, 1), (find_byte_run<Digits, 1>(text, from))) << text << from;
  }
}

TEST(ByteRuns, OfAMaskAreWhereAllTheirBitsAre) {
  EXPECT_EQ(0b0001'0001u, long_runs(0b0111'0111u, 3));
  EXPECT_EQ(0b0111'0111u, long_runs(0b0111'0111u, 1));
  EXPECT_EQ(1u, long_runs(~std::uint64_t{0}, 64));
}

}  // namespace
}  // namespace cork
