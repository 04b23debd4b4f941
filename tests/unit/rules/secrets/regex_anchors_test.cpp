#include "rules/secrets/regex_anchors.h"

#include "base/ascii.h"
#include "tests/unit/rules/secrets/some_regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace cork::secrets {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::vector<std::string> anchors(const std::string& regex) {
  const auto root = parse_regex(regex);
  EXPECT_TRUE(root) << regex;
  return root ? anchors_of(*root) : std::vector<std::string>();
}

TEST(AnchorsOf, AreWhatEveryMatchBeginsWith) {
  EXPECT_THAT(anchors("tok_[a-z]+"), ElementsAre("tok_"));
  EXPECT_THAT(anchors("(?i)PassWord\\s*=\\s*\\S+"), ElementsAre("password"));
  EXPECT_THAT(anchors("\\b(?:(?i)db|user)_key=x+"), ElementsAre("db_key=x", "user_key=x"));
  EXPECT_THAT(anchors("a{4}b?c"), ElementsAre("aaaa"));
  EXPECT_THAT(anchors("(?:ab){2,}"), ElementsAre("abab"));
  EXPECT_THAT(anchors("(?:|abcd){2}wxyz"),
              UnorderedElementsAre("wxyz", "abcdwxyz", "abcdwxyz", "abcdabcdwxyz"));
  EXPECT_THAT(anchors("(?:\\b){1000}wxyz"), ElementsAre("wxyz"));
  EXPECT_THAT(anchors("(?i)[x]yz[wW]|-----[a]"), ElementsAre("xyzw", "-----a"));
  EXPECT_THAT(anchors("(?:long_a|long_b+)c"), ElementsAre("long_a", "long_b"));
  EXPECT_THAT(anchors("\\x{c3}\\xa9ab"), ElementsAre("\xc3\xa9"
                                                     "ab"));
}

TEST(AnchorsOf, BeginEveryMatchInEitherCase) {
  std::mt19937_64 random(23);
  std::size_t compared = 0;
  for (int round = 0; round < 15'000; ++round) {
    const std::string regex = "(?m)(?i:ab)" + some_regex(random, 2);
    const re2::RE2 compiled(regex, re2::RE2::Latin1);
    const auto found = compiled.ok() ? anchors(regex) : std::vector<std::string>();
    if (found.empty()) continue;
    for (int texts = 0; texts < 40; ++texts) {
      const std::string text = some_text(random, 10);
      for (std::size_t from = 0; from < text.size(); ++from) {
        re2::StringPiece match;
        if (!compiled.Match(text, from, text.size(), re2::RE2::ANCHOR_START, &match, 1)) continue;
        std::string lower(text.substr(from));
        std::ranges::transform(lower, lower.begin(), [](char c) { return to_lower(c); });
        EXPECT_TRUE(std::ranges::any_of(
            found, [&](const std::string& anchor) { return lower.starts_with(anchor); }))
            << regex << " in " << text;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 500U);
}

TEST(AnchorsOf, AreNoneWhereOneIsShortOrThereAreMany) {
  for (const std::string regex :
       {"[a-z]{20}", "tok[0-9]", "(?i)pwd\\s*=", "(?:secret|pw)=?x", "s?ecret_", "(?:long_)*x", "",
        "(?:long_a|)x", "(?:a|b|c)(?:a|b|c)(?:a|b|c)(?:a|b|c)(?:a|b|c)", "[ab]long"}) {
    EXPECT_THAT(anchors(regex), IsEmpty()) << regex;
  }
}

TEST(AnchorsOf, AreNoLongerThanTells) {
  const auto long_one = anchors("a{900}b");
  ASSERT_EQ(long_one.size(), 1U);
  EXPECT_EQ(long_one[0].size(), 256U);
}

}  // namespace
}  // namespace cork::secrets
