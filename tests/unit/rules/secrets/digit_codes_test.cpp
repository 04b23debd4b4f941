#include "rules/secrets/digit_codes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>

namespace cork::secrets {
namespace {

template <class Code>
std::string decoded(std::string_view text) {
  std::array<Digit, Code::kGroup> digits{};
  for (std::size_t i = 0; i < digits.size(); ++i) {
    digits[i] = Code::kDigits[static_cast<unsigned char>(text[i])];
  }
  std::array<char, Code::kBytes> bytes{};
  Code::decode(digits.data(), bytes.data());
  return {bytes.begin(), bytes.end()};
}

// The examples of RFC 4648, section 10.
TEST(DigitCodes, AGroupMakesItsBytes) {
  EXPECT_EQ("foo", decoded<Base64>("Zm9v"));
  EXPECT_EQ("bar", decoded<Base64>("YmFy"));
  EXPECT_EQ("fooba", decoded<Base32>("MZXW6YTB"));
  EXPECT_EQ("fooba", decoded<Base32>("mzxw6ytb"));
  EXPECT_EQ("f", decoded<Hex>("66"));
  EXPECT_EQ(kNoDigit, Base64::kDigits['=']);
  EXPECT_EQ(kNoDigit, Base32::kDigits['1']);
  EXPECT_EQ(kNoDigit, Hex::kDigits['g']);
}

template <class Code>
void expect_the_table() {
  for (unsigned c = 0; c < 256; ++c) {
    const auto byte = static_cast<unsigned char>(c);
    const Digit digit = Code::kDigits[c];
    ASSERT_EQ(digit != kNoDigit, Code::has(byte) != 0) << c;
    if (digit != kNoDigit) {
      ASSERT_EQ(digit, Code::digit(byte)) << c;
      ASSERT_EQ((digit & 2) == 0, (WithoutBit<Code, 1>::has(byte) != 0)) << c;
    }
  }
}

TEST(DigitCodes, AreTheSameByTableAndWithoutABranch) {
  expect_the_table<Base64>();
  expect_the_table<Base32>();
  expect_the_table<Hex>();
}

// Of whole groups: what is not of ASCII has a bit set that the mask looks at.
template <class Code>
void expect_the_mask() {
  std::mt19937 random(3);
  std::array<Digit, 64 + Code::kGroup> digits;
  for (int round = 0; round < 500; ++round) {
    const unsigned most = 8 * Code::kBytes == 8 ? 16 : Code::kBytes == 3 ? 64 : 32;
    for (Digit& digit : digits) digit = static_cast<Digit>(random() % most);
    const std::uint64_t mask = Code::may_be_ascii_mask(digits.data());
    for (std::size_t i = 0; i < 64; ++i) {
      std::array<char, Code::kBytes> bytes;
      Code::decode(digits.data() + i, bytes.data());
      const bool ascii = std::ranges::all_of(bytes, [](char c) { return (c & 0x80) == 0; });
      if (ascii) ASSERT_NE(0u, mask >> i & 1) << i;
      if (!ascii && Code::kGroup < 8) ASSERT_EQ(0u, mask >> i & 1) << i;
    }
  }
}

TEST(DigitCodes, TellWhereAGroupIsOfAscii) {
  expect_the_mask<Base64>();
  expect_the_mask<Base32>();
  expect_the_mask<Hex>();
}

}  // namespace
}  // namespace cork::secrets
