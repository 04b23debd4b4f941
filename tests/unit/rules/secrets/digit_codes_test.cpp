#include "rules/secrets/digit_codes.h"

#include <gtest/gtest.h>

#include <array>
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

}  // namespace
}  // namespace cork::secrets
