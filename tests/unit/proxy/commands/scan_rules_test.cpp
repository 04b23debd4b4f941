#include "proxy/commands/scan_rules.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace cork::commands {
namespace {

constexpr const char* kRule = "[[rules]]\nid = 'tok'\nregex = 'tok_[0-9]{4}'\n";

TEST(ScanRulesTest, AreThoseThatAreNamedOrBesideTheFilesOrOwn) {
  test::TemporaryFolder folder;
  const auto named = folder.write("r.toml", kRule);
  const auto by_name = scan_rules(named, {folder.path().native()});
  ASSERT_TRUE(by_name);
  EXPECT_EQ(by_name->config.rules.size(), 1U);
  EXPECT_EQ(by_name->file, named.native());
  const auto own = scan_rules(std::nullopt, {folder.path().native()});
  ASSERT_TRUE(own);
  EXPECT_GT(own->config.rules.size(), 20U);
  EXPECT_EQ(own->file, "");
  folder.write(".gitleaks.toml", kRule);
  EXPECT_EQ(scan_rules(std::nullopt, {folder.path().native()})->config.rules.size(), 1U);
  EXPECT_GT(scan_rules(std::nullopt, {folder.path().native(), "other"})->config.rules.size(), 20U)
      << "of several folders none speaks for the others";
}

TEST(ScanRulesTest, MayHaveKeysOfCorksOwn) {
  test::TemporaryFolder folder;
  const auto rules =
      scan_rules(folder.write("own.toml", std::string(kRule) + "why = 'because'\n"), {});
  ASSERT_TRUE(rules);
  EXPECT_EQ(rules->config.rules[0].why, "because");
}

TEST(ScanRulesTest, HaveThoseOfAGroupBesideThem) {
  test::TemporaryFolder folder;
  const auto file = folder.write("r.toml", kRule);
  const auto both = scan_rules(file, {}, {"finance"});
  ASSERT_TRUE(both) << render(both.error());
  EXPECT_EQ(both->config.rules.front().id, "tok");
  EXPECT_GT(both->config.rules.size(), 5U);
  const auto own = scan_rules(std::nullopt, {}), more = scan_rules(std::nullopt, {}, {"finance"});
  EXPECT_EQ(more->config.rules.size(), own->config.rules.size() + both->config.rules.size() - 1);
  const auto none = scan_rules(file, {}, {"fin"});
  ASSERT_FALSE(none);
  EXPECT_NE(render(none.error()).find("there is no group of rules 'fin'"), std::string::npos);
  const auto clash =
      scan_rules(folder.write("i.toml", "[[rules]]\nid = 'iban'\nregex = 'x'\n"), {}, {"finance"});
  ASSERT_FALSE(clash);
  EXPECT_NE(render(clash.error()).find("i.toml:1:1: error: the group 'finance' has a rule 'iban'"),
            std::string::npos)
      << render(clash.error());
}

TEST(ScanRulesTest, ExtendAFileBesideThem) {
  test::TemporaryFolder folder;
  folder.write("base.toml", kRule);
  const auto rules = scan_rules(folder.write("top.toml", "[extend]\npath = 'base.toml'\n"), {});
  ASSERT_TRUE(rules) << render(rules.error());
  EXPECT_EQ(rules->config.rules[0].id, "tok");
  const auto missing = scan_rules(folder.write("bad.toml", "[extend]\npath = 'none.toml'\n"), {});
  ASSERT_FALSE(missing);
  EXPECT_NE(render(missing.error()).find("bad.toml:2:8"), std::string::npos);
}

}  // namespace
}  // namespace cork::commands
