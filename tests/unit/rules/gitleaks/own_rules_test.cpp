#include "rules/gitleaks/own_rules.h"

#include <gtest/gtest.h>

namespace cork::gitleaks {
namespace {

TEST(OwnRules, BecomeRulesForFiles) {
  const auto own = secrets::parse_rules(
      "[[rules]]\nid = 'a'\ndescription = 'A'\nwhy = 'because'\nregex = 'k(e)y'\nentropy = 2\n"
      "secretGroup = 1\nkeywords = ['K']\n[[rules.allowlists]]\nregexes = ['x']\nstopwords = "
      "['Y']\n",
      "own.toml");
  ASSERT_TRUE(own);
  const Config config = from_own_rules(*own);
  ASSERT_EQ(config.rules.size(), 1U);
  const Rule& rule = config.rules[0];
  EXPECT_EQ(rule.why, "because");
  EXPECT_EQ(rule.regex->regex(), "k(e)y");
  EXPECT_EQ(rule.secret_group, 1);
  EXPECT_EQ(rule.entropy, 2);
  EXPECT_EQ(rule.keywords, std::vector<std::string>{"k"});
  ASSERT_EQ(rule.allowlists.size(), 1U);
  EXPECT_EQ(rule.allowlists[0].regex->regex(), "(?:x)");
  EXPECT_EQ(rule.allowlists[0].stopwords, std::vector<std::string>{"y"});
}

TEST(OwnKeys, TellTheTwoKindsOfFileApart) {
  EXPECT_TRUE(find_own_key("[[rules]]\nid = 'a'\nregex = 'a'\nwhy = 'x'\n", "f.toml"));
  EXPECT_TRUE(find_own_key("[[rules]]\nid = 'a'\n[[rules]]\naudience = []\n", "f.toml"));
  EXPECT_FALSE(find_own_key("[[rules]]\nid = 'a'\nregex = 'a'\ntags = ['x']\n", "f.toml"));
  EXPECT_FALSE(find_own_key("why = 'x'\n", "f.toml"));
  EXPECT_FALSE(find_own_key("[[rules]\n", "f.toml"));
}

}  // namespace
}  // namespace cork::gitleaks
