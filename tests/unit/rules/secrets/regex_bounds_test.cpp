#include "rules/secrets/regex_bounds.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <optional>
#include <string>
#include <string_view>

namespace cork::secrets {
namespace {

constexpr std::size_t kBytes = 1000;

// What is closed at the end is in the test of RegexShape.
TEST(BoundedForm, SharesTheRoomAmongThoseBeforeTheEnd) {
  const struct {
    const char *regex, *bounded;
  } cases[] = {
      {"ab+c", "ab{1,998}c"},
      {"(?i)key[x-z]{24}\\s*=([a-f]{300})", "(?i)key[x-z]{24}\\s{0,672}=([a-f]{300})"},
      {"a*b*c", "a{0,499}b{0,499}c"},
      {"a*b*c+", "a{0,333}b{0,333}c+"},
      {"a{9,}?b", "a{9,999}?b"},
      {"(a+?)b", "(a{1,999}?)b"},
      {"(?:a*b|c*d)=", "(?:a{0,998}b|c{0,998}d)="},
      {"(?:abc)*d", "(?:abc){0,333}d"},
      {"(?:a*b){2}", "(?:a{0,499}b){2}"},
      {"(?:ab*){3}c", "(?:ab{0,332}){3}c"},
      {"[*+]a+b", "[*+]a{1,998}b"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(std::optional<std::string>(c.bounded), bounded_form(c.regex, kBytes)) << c.regex;
    EXPECT_TRUE(re2::RE2(c.bounded, re2::RE2::Latin1).ok()) << c.bounded;
  }
}

TEST(BoundedForm, IsNoneWhereItWouldBeAnotherRegex) {
  for (const std::string_view regex :
       {"abc", "ab+", "a{3,9}b", "(?:a+,)*b", "a*b*c*d*e*f*g", "(?:abcdefgh)*i", "a*[b-z]{900}",
        "a*[b-z]{1024}", "(?:a*b){6}", "(?P<x>", "a\\p{Greek}*b"}) {
    EXPECT_EQ(std::nullopt, bounded_form(regex, kBytes)) << regex;
  }
}

}  // namespace
}  // namespace cork::secrets
