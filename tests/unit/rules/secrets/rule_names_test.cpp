#include "rules/secrets/rule_names.h"

#include <gtest/gtest.h>

namespace cork::secrets {
namespace {

TEST(RuleNames, OneThatNoRuleHasIsToldWithTheNearestThatOneHas) {
  std::vector<Rule> rules(2);
  rules[0].id = "github-token";
  rules[1].id = "npm-token";
  const Diagnostic near = unknown_rule("github-tokn", {"cork.yaml", 3, 7}, rules);
  EXPECT_EQ("there is no rule 'github-tokn'", near.what);
  EXPECT_EQ((Where{"cork.yaml", 3, 7}), near.where);
  EXPECT_EQ("did you mean 'github-token'?", near.hint);
  EXPECT_EQ("`cork rules ls` lists them", unknown_rule("nothing", {}, rules).hint);
}

TEST(RuleNames, OneOfAGroupThatIsOffIsToldWithHowToSwitchThatOn) {
  const Diagnostic off = unknown_rule("payment-card", {"cork.yaml", 3, 7}, {});
  EXPECT_EQ("rule 'payment-card' is not in force", off.what);
  EXPECT_EQ((Where{"cork.yaml", 3, 7}), off.where);
  EXPECT_EQ("`rules: {groups: [finance]}` switches its group on", off.hint);
}

}  // namespace
}  // namespace cork::secrets
