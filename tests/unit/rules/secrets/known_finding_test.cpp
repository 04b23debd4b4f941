#include "rules/secrets/known_finding.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

Finding of_value(const std::string& name, bool at_home = false, bool canary = false) {
  return finding_of({.name = name, .canary = canary}, {}, at_home);
}

TEST(KnownFinding, BlocksUnlessItIsAtHomeWhereNoCanaryIs) {
  EXPECT_TRUE(of_value("a").blocking);
  EXPECT_FALSE(of_value("a", true).blocking);
  EXPECT_TRUE(of_value("a", true, true).blocking);
  EXPECT_EQ(of_value("a").kind, Kind::known_value);
  EXPECT_EQ(of_value("a", false, true).kind, Kind::canary);
  EXPECT_EQ(of_value("env:A").name, "env:A");
}

TEST(KnownFinding, IsKeptOnceForEachPartAndAction) {
  std::vector<Finding> findings;
  keep_known(findings, of_value("a"), 16);
  keep_known(findings, of_value("a"), 16);
  EXPECT_EQ(findings.size(), 1U);
  keep_known(findings, of_value("a", true), 16);
  keep_known(findings, of_value("b"), 16);
  EXPECT_EQ(findings.size(), 3U);
}

TEST(KnownFinding, GoesBeforeWhatRulesFoundWhereThereIsNoRoom) {
  std::vector<Finding> findings(4);
  keep_known(findings, of_value("a"), 4);
  EXPECT_EQ(findings.size(), 4U);
  EXPECT_TRUE(blocks_known(findings));
  findings = {of_value("a"), of_value("b")};
  keep_known(findings, of_value("c"), 2);
  EXPECT_FALSE(has_canary(findings));
  keep_known(findings, of_value("d", false, true), 2);
  EXPECT_TRUE(has_canary(findings));
}

TEST(KnownFinding, OneAtHomeTakesTheRoomOfNoneThatBlocks) {
  std::vector<Finding> findings(2);
  keep_known(findings, of_value("a", true), 2);
  EXPECT_TRUE(findings[0].blocking && findings[1].blocking);
  findings[1].blocking = false;
  keep_known(findings, of_value("b"), 2);
  EXPECT_EQ(findings[1].name, "b") << "before the one that blocks";
  EXPECT_EQ(findings[0].kind, Kind::rule);
}

TEST(KnownFinding, IsAskedFor) {
  const std::vector<Finding> home{of_value("a", true)}, rule(1);
  EXPECT_FALSE(blocks_known(home));
  EXPECT_FALSE(blocks_known(rule));
  EXPECT_FALSE(has_canary(home));
}

}  // namespace
}  // namespace cork::secrets
