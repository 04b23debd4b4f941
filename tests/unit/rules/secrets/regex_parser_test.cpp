#include "rules/secrets/regex_parser.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

TEST(RegexParser, ReadsTheLeastWidth) {
  const struct {
    const char* regex;
    std::size_t width;
  } cases[] = {
      {"", 0},
      {"abc", 3},
      {"a{4}", 4},
      {"a{4,}", 4},
      {"a+b*c?", 1},
      {"(?:ab|c)d", 2},
      {"[a-z]{3}", 3},
      {"\\bab\\b$", 2},
      {"(a|)", 0},
      {"\\x41\\x{42}", 2},
      {"x{,3}", 5},
      {"[]a]b", 2},
      {"[^]]", 1},
      {"(?P<n>ab)", 2},
      {"(?i)ab", 2},
      {"(?:a{2}){3}", 6},
      {"[[:alpha:]-]", 1},
      {"(?i:a)(?-i:b)", 2},
  };
  for (const auto& c : cases) {
    const auto node = parse_regex(c.regex);
    ASSERT_TRUE(node) << c.regex << ": " << node.error().what;
    EXPECT_EQ(node->min_width(), c.width) << c.regex;
  }
}

TEST(RegexParser, TellsWhatMatchesNothingAnywhere) {
  for (const char* regex : {"", "a*", "(?:a?|b)", "(a|)b*", "(?:ab){0,3}"}) {
    EXPECT_TRUE(parse_regex(regex)->optional()) << regex;
  }
  for (const char* regex : {"a", "\\b", "$", "a*\\b", "(?:a|b)"}) {
    EXPECT_FALSE(parse_regex(regex)->optional()) << regex;
  }
}

TEST(RegexParser, TellsWhatOnlyMatchesNothing) {
  for (const char* regex : {"", "\\b", "(?:^|$)", "a{0}", "(?i)"}) {
    EXPECT_TRUE(parse_regex(regex)->empty()) << regex;
  }
  for (const char* regex : {"a", "a?", "(?:a|)", "$a"}) {
    EXPECT_FALSE(parse_regex(regex)->empty()) << regex;
  }
}

// RE2 does as well, but is asked later.
TEST(RegexParser, RefusesWhatWouldGrowWithoutBound) {
  for (const std::string regex : {"a{1000000000}", "a{3,1001}", "a**", "a{2}{3}", "a+?*"}) {
    EXPECT_FALSE(parse_regex(regex)) << regex;
  }
  EXPECT_FALSE(parse_regex("x" + std::string(200'000, '+')));
  EXPECT_TRUE(parse_regex("a{1000}b+?"));
}

TEST(RegexParser, RefusesWhatItDoesNotRead) {
  for (const char* regex : {"(", ")", "(a", "a)", "[a", "[[:vowel:]]", "\\", "\\pL", "\\Qa\\E",
                            "\\C", "\\x{100}", "\\xg0", "(?=a)", "(?P<n", "(?i", "[a-\\d]"}) {
    EXPECT_FALSE(parse_regex(regex)) << regex;
  }
  EXPECT_FALSE(parse_regex(std::string(200, '(') + std::string(200, ')')));
}

}  // namespace
}  // namespace cork::secrets
