#include "rules/secrets/regex_bounds.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace cork::secrets {
namespace {

constexpr std::size_t kBytes = 1024;

// What is closed at the end is in the test of RegexShape.
TEST(BoundedForm, SharesTheRoomAmongThoseBeforeTheEnd) {
  const struct {
    const char *regex, *bounded;
  } cases[] = {
      {"ab+c", "ab{1,1000}c"},  // more, RE2 does not take
      {"(?i)key[x-z]{24}\\s*=([a-f]{300})", "(?i)key[x-z]{24}\\s{0,696}=([a-f]{300})"},
      {"a*b*c", "a{0,511}b{0,511}c"},
      {"a*b*c+", "a{0,341}b{0,341}c+"},
      {"a{9,}?b", "a{9,1000}b"},
      {"(?:a*b|c*d)=", "(?:a{0,1000}b|c{0,1000}d)="},
      {"(?:abc)*d", "(?:abc){0,341}d"},
      {"(?:a*b){2}", "(?:a{0,511}b){2}"},
      {"[*+]a+b", "[*+]a{1,1000}b"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(std::optional<std::string>(c.bounded), bounded_form(c.regex, kBytes)) << c.regex;
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
