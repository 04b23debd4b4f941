#include "rules/secrets/regex_anchors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cork::secrets {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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
  EXPECT_THAT(anchors("(?i)[x]yz[wW]|-----[a]"), ElementsAre("xyzw", "-----a"));
  EXPECT_THAT(anchors("(?:long_a|long_b+)c"), ElementsAre("long_a", "long_b"));
  EXPECT_THAT(anchors("\\x{c3}\\xa9ab"), ElementsAre("\xc3\xa9"
                                                     "ab"));
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
