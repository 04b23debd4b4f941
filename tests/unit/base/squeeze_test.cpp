#include "base/squeeze.h"

#include "tests/support/mask_way.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace cork {
namespace {

struct Lower {
  static constexpr unsigned char has(unsigned char c) noexcept {
    return static_cast<unsigned char>((c >= 'a') & (c <= 'z'));
  }
};

std::string squeezed(const std::string& text) {
  std::string out(text.size() + kSqueezeRoom, '!');
  out.resize(squeeze<Lower>(text, out.data()));
  return out;
}

TEST(Squeeze, KeepsWhatIsOfTheClassInOrder) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string text, expected;
    const std::size_t size = random() % 300, kept = random() % 101;
    while (text.size() < size) {
      text += static_cast<char>(random() % 100 < kept ? 'a' + random() % 26 : random() % 'a');
    }
    std::ranges::copy_if(text, std::back_inserter(expected),
                         [](char c) { return c >= 'a' && c <= 'z'; });
    for (const bool wide : {true, false}) {
      const test::MaskWay way(wide);
      ASSERT_EQ(expected, squeezed(text)) << wide;
    }
  }
}

}  // namespace
}  // namespace cork
