#include "base/ascii.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace cork {
namespace {

TEST(Ascii, KnowsExactlyTheTokenCharactersOfRfc9110) {
  const std::string_view tchar =
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const std::set<char> expected(tchar.begin(), tchar.end());
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    EXPECT_EQ(is_token_char(c), expected.contains(c)) << i;
  }
}

TEST(Ascii, NeedsOneCharacterForAToken) {
  EXPECT_FALSE(is_token(""));
  EXPECT_TRUE(is_token("GET"));
  EXPECT_FALSE(is_token("GET "));
  EXPECT_FALSE(is_token("a:b"));
  EXPECT_FALSE(is_token(std::string_view("a\0b", 3)));
}

TEST(Ascii, FoldsCaseOfLettersOnly) {
  EXPECT_EQ(to_lower(std::string_view("AZaz09@[`{\xC4")), "azaz09@[`{\xC4");
  EXPECT_TRUE(equals_ignoring_case("Content-LENGTH", "content-length"));
  EXPECT_FALSE(equals_ignoring_case("content-length", "content-lengt"));
  EXPECT_FALSE(equals_ignoring_case("@", "`"));
  EXPECT_FALSE(equals_ignoring_case("[", "{"));
}

TEST(Ascii, ReadsHexadecimalDigits) {
  EXPECT_EQ(hex_value('0'), 0);
  EXPECT_EQ(hex_value('9'), 9);
  EXPECT_EQ(hex_value('a'), 10);
  EXPECT_EQ(hex_value('F'), 15);
  for (const char c : {'g', 'G', '/', ':', '@', '`', ' '}) EXPECT_EQ(hex_value(c), -1) << c;
}

}  // namespace
}  // namespace cork
