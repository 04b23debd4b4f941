#include "base/base64.h"

#include <gtest/gtest.h>

#include <string>

namespace cork {
namespace {

TEST(Base64, IsDecodedInEitherAlphabetWithPaddingOrWithout) {
  // RFC 4648, section 10.
  const struct {
    std::string_view encoded, text;
  } cases[] = {{"", ""},
               {"Zg==", "f"},
               {"Zg", "f"},
               {"Zm8=", "fo"},
               {"Zm9v", "foo"},
               {"Zm9vYg==", "foob"},
               {"Zm9vYmE=", "fooba"},
               {"Zm9vYmFy", "foobar"},
               {"-_8=", "\xfb\xff"},
               {"+/8=", "\xfb\xff"}};
  for (const auto& [encoded, text] : cases) EXPECT_EQ(base64_decoded(encoded), text) << encoded;
}

TEST(Base64, IsEncodedWithPadding) {
  // RFC 4648, section 10.
  EXPECT_EQ(base64_encoded(""), "");
  EXPECT_EQ(base64_encoded("f"), "Zg==");
  EXPECT_EQ(base64_encoded("fo"), "Zm8=");
  EXPECT_EQ(base64_encoded("foo"), "Zm9v");
  EXPECT_EQ(base64_encoded("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64_encoded("\xfb\xff"), "+/8=");
}

TEST(Base64, IsNotWhatReceiversWouldReadInDifferentWays) {
  for (const std::string_view text : {"Z", "Zm9vY", "Zg=", "Zg===", "Z=g=", "=", "====", "Zm 9v",
                                      "Zm9v\n", "Zm9v!", "Zm8=Zm8="}) {
    EXPECT_FALSE(base64_decoded(text)) << text;
  }
}

TEST(Base64, HasSixtyFourDigitsAndTwoOthersForTwoOfThem) {
  EXPECT_EQ(base64_digit('A'), 0);
  EXPECT_EQ(base64_digit('z'), 51);
  EXPECT_EQ(base64_digit('9'), 61);
  EXPECT_EQ(base64_digit('-'), base64_digit('+'));
  EXPECT_EQ(base64_digit('_'), base64_digit('/'));
  for (const char c : {'=', ' ', '\n', '\0', '.', ','}) EXPECT_EQ(base64_digit(c), -1);
}

}  // namespace
}  // namespace cork
