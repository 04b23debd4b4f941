#include "rules/secrets/regex_parser.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <string>
#include <vector>

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

// What is held back, and for how long, is told by these sets: none may lack what RE2 takes.
TEST(RegexParser, ReadsClassesAsRe2Does) {
  std::vector<std::string> items{"\\d", "\\D", "\\w", "\\W", "\\s", "a-f", "_]", "\\x41", "k"};
  for (const std::string name : {"alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph",
                                 "lower", "print", "punct", "space", "upper", "word", "xdigit"}) {
    items.push_back("[:" + name + ":]");
    items.push_back("[:^" + name + ":]");
  }
  std::size_t compared = 0;
  for (const std::string& item : items) {
    for (const std::string flags : {"", "(?i)", "(?s)"}) {
      for (const std::string open : {"[", "[^", "[0", "[^0"}) {
        const std::string end = item == "_]" ? "_\\]]" : item + "]";
        const std::string regex = flags + open + end;
        const re2::RE2 compiled(regex, re2::RE2::Latin1);
        const auto root = parse_regex(regex);
        ASSERT_TRUE(compiled.ok() && root) << regex;
        const ByteSet set = first_bytes(*root);
        for (int byte = 0; byte < 256; ++byte) {
          const auto c = static_cast<char>(byte);
          const bool matches = compiled.Match({&c, 1}, 0, 1, re2::RE2::ANCHOR_BOTH, nullptr, 0);
          const bool read = set[static_cast<std::size_t>(byte)];
          // Hyperscan reads \v as a blank, and ignores the case of ASCII alone.
          if (c == '\v' || byte >= 0x80) continue;
          EXPECT_EQ(read, matches) << regex << " of " << byte;
          ++compared;
        }
      }
    }
  }
  EXPECT_GT(compared, 40'000U);
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
