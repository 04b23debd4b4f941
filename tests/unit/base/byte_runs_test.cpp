#include "base/byte_runs.h"

#include "tests/support/mask_way.h"

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

// Of processors that have other instructions for it, each way; of the others, the one.
class ByteRuns : public testing::TestWithParam<bool> {
 protected:
  test::MaskWay way_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Narrow, ByteRuns, testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Wide, ByteRuns, testing::Values(true));

// Byte by byte.
std::size_t plainly(std::string_view text, std::size_t from, std::size_t size) {
  std::size_t begin = from;
  for (std::size_t at = from; at < text.size(); ++at) {
    if (Digits::has(static_cast<unsigned char>(text[at])) == 0) begin = at + 1;
    if (at + 1 - begin >= size) return begin;
  }
  return begin;
}

TEST_P(ByteRuns, AreFoundWhereLookingByteByByteFindsThem) {
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

TEST_P(ByteRuns, MasksAndCountsAreThoseOfEachByte) {
  std::mt19937 random(6);
  for (int round = 0; round < 2'000; ++round) {
    std::string text(random() % 400, '\0');
    for (char& c : text) c = static_cast<char>(random() % 5 == 0 ? random() : '0' + random() % 12);
    std::size_t expected = 0;
    for (const char c : text) expected += Digits::has(static_cast<unsigned char>(c));
    ASSERT_EQ(expected, count_bytes<Digits>(text)) << text;
    if (text.size() < 64) continue;
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < 64; ++i) {
      mask |= std::uint64_t{Digits::has(static_cast<unsigned char>(text[i]))} << i;
    }
    const std::string_view rest = std::string_view(text).substr(0, 1 + random() % 63);
    const std::uint64_t there = (std::uint64_t{1} << rest.size()) - 1;
    ASSERT_EQ(mask, Masks::of<Digits>(text.data()));
    ASSERT_EQ(mask & there, Masks::of<Digits>(rest));
    ASSERT_EQ(mask, by_masks([&](auto masks) { return masks.template of<Digits>(text.data()); }));
    ASSERT_EQ(mask & there, by_masks([&](auto masks) { return masks.template of<Digits>(rest); }));
  }
}

// Of bytes that others are made of halves of, and so many that some share a bit; one's second byte
// is any of some.
struct Pairs {
  static constexpr std::string_view kFirst = "ab:defghijk", kSecond = "kj.hgfedcba";
  static constexpr std::size_t kCount = kFirst.size();
  static constexpr unsigned char first(std::size_t pair, unsigned char c) noexcept {
    return static_cast<unsigned char>(static_cast<unsigned char>(kFirst[pair]) == c);
  }
  static constexpr unsigned char second(std::size_t pair, unsigned char c) noexcept {
    if (kFirst[pair] == ':') return static_cast<unsigned char>(c >= 'a' && c <= 'e');
    return static_cast<unsigned char>(static_cast<unsigned char>(kSecond[pair]) == c);
  }
};

TEST_P(ByteRuns, MasksOfPairsHoldEachAndFewOthers) {
  std::mt19937 random(7);
  int pairs = 0, others = 0;
  for (int round = 0; round < 2'000; ++round) {
    std::string text(65, '\0');
    for (char& c : text)
      c = static_cast<char>(random() % 9 == 0 ? "xyz"[random() % 3] : "abcdehijk.:"[random() % 11]);
    const auto mask =
        by_masks([&](auto masks) { return masks.template of_pairs<Pairs>(text.data()); });
    ASSERT_EQ(mask, Masks::of_pairs<Pairs>(text.data()));
    for (std::size_t i = 0; i < 64; ++i) {
      bool is = false;
      for (std::size_t pair = 0; pair < Pairs::kCount; ++pair) {
        is = is || (Pairs::first(pair, static_cast<unsigned char>(text[i])) != 0 &&
                    Pairs::second(pair, static_cast<unsigned char>(text[i + 1])) != 0);
      }
      const bool told = (mask >> i & 1) != 0;
      ASSERT_TRUE(told || !is) << text << ' ' << i;
      pairs += is ? 1 : 0;
      others += told && !is ? 1 : 0;
    }
  }
  EXPECT_GT(pairs, 1'000);
  EXPECT_LT(others, pairs);
}

TEST_P(ByteRuns, BytesAreFoundThatAreFollowedByOneOfAClassOrByNothing) {
  struct Mark {
    static constexpr unsigned char has(unsigned char c) noexcept { return c == '='; }
  };
  std::mt19937 random(8);
  for (int round = 0; round < 5'000; ++round) {
    std::string text(random() % 300, '\0');
    for (char& c : text) c = "=7. "[random() % 4];
    ByteFinder<Mark, Digits> marks(text);
    std::size_t at = marks.find(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool last = i + 1 == text.size();
      const bool is = text[i] == '=' && (last || text[i + 1] == '7');
      ASSERT_EQ(is, at == i) << text << ' ' << i;
      if (is) at = marks.find(i + 1);
    }
    ASSERT_EQ(text.size(), at);
  }
}

// More than the sums of a byte each take.
TEST_P(ByteRuns, ManyBytesAreCounted) {
  const std::string text(100'003, '7');
  EXPECT_EQ(text.size(), count_bytes<Digits>(text));
}

TEST_P(ByteRuns, OfAMaskAreWhereAllTheirBitsAre) {
  EXPECT_EQ(0b0001'0001u, long_runs(0b0111'0111u, 3));
  EXPECT_EQ(0b0111'0111u, long_runs(0b0111'0111u, 1));
  EXPECT_EQ(1u, long_runs(~std::uint64_t{0}, 64));
}

// Byte by byte, and with the last one where it may be a first.
TEST_P(ByteRuns, PairsAreFoundOneByOne) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 400; ++i) {
    std::string text;
    const std::size_t size = random() % 200;
    while (text.size() < size) text += "abkj:.xyz-"[random() % 10];
    PairFinder<Pairs> finder(text);
    std::size_t expected = 0;
    for (std::size_t at = finder.find(0);; at = finder.find(at + 1)) {
      const auto is_one = [&](std::size_t place) {
        for (std::size_t pair = 0; pair < Pairs::kCount; ++pair) {
          if (Pairs::first(pair, static_cast<unsigned char>(text[place])) == 0) continue;
          if (place + 1 == text.size()) return true;
          if (Pairs::second(pair, static_cast<unsigned char>(text[place + 1])) != 0) return true;
        }
        return false;
      };
      while (expected < text.size() && !is_one(expected)) ++expected;
      ASSERT_LE(at, expected) << text;
      if (at == text.size()) break;
      if (at == expected) ++expected;
    }
    EXPECT_EQ(text.size(), expected);
  }
}

}  // namespace
}  // namespace cork
