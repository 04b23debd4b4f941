#include "rules/gitleaks/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace cork::gitleaks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Files = std::map<std::string, std::string>;

Result<Loaded, Diagnostics> load(const std::string& text, const Files& files = {}) {
  return load_config(
      text, "top.toml",
      [&files](const std::string& path, const std::string&) -> Result<ReadText, Diagnostics> {
        const auto found = files.find(path);
        if (found != files.end()) return ReadText{path, found->second};
        return std::unexpected(Diagnostics{{"there is no such file", {path}, ""}});
      });
}

Loaded sound(const std::string& text, const Files& files = {}) {
  auto loaded = load(text, files);
  EXPECT_TRUE(loaded) << render(loaded.error());
  return loaded.value_or(Loaded{});
}

std::string errors(const std::string& text, const Files& files = {}) {
  const auto loaded = load(text, files);
  return loaded ? "" : render(loaded.error());
}

std::vector<std::string> ids(const Config& config) {
  std::vector<std::string> all;
  for (const Rule& rule : config.rules) all.push_back(rule.id);
  return all;
}

constexpr const char* kBase = R"(
[[allowlists]]
paths = ["vendor"]
[[rules]]
id = "b"
description = "Base"
regex = 'base(x)'
secretGroup = 1
entropy = 2
keywords = ["base"]
tags = ["t"]
skipReport = true
[[rules.allowlists]]
regexes = ["one"]
[[rules]]
id = "c"
regex = 'c'
)";

TEST(LoadConfig, MergesARuleThatBothHave) {
  const Loaded loaded = sound(R"(
[extend]
path = "base.toml"
[[allowlists]]
paths = ["mine"]
[[rules]]
id = "b"
regex = 'mine(y)'
entropy = 4
keywords = ["mine"]
tags = ["u"]
[[rules.allowlists]]
regexes = ["two"]
[[rules]]
id = "a"
regex = 'a'
)",
                              {{"base.toml", kBase}});
  EXPECT_THAT(ids(loaded.config), ElementsAre("a", "b", "c"));
  const Rule& rule = loaded.config.rules[1];
  EXPECT_EQ(rule.description, "Base");
  EXPECT_EQ(rule.regex->regex(), "mine(y)");
  EXPECT_EQ(rule.secret_group, 1);
  EXPECT_EQ(rule.entropy, 4);
  EXPECT_THAT(rule.keywords, ElementsAre("base", "mine"));
  EXPECT_THAT(rule.tags, ElementsAre("t", "u"));
  EXPECT_EQ(rule.allowlists.size(), 2U);
  EXPECT_TRUE(rule.skip_report) << "gitleaks keeps the base's";
  EXPECT_EQ(loaded.config.allowlists.size(), 2U);
}

TEST(LoadConfig, LeavesDisabledRulesOut) {
  const Loaded loaded =
      sound("[extend]\npath = 'base.toml'\ndisabledRules = ['c', 'z']\n", {{"base.toml", kBase}});
  EXPECT_THAT(ids(loaded.config), ElementsAre("b"));
  ASSERT_EQ(loaded.warnings.size(), 1U);
  EXPECT_THAT(loaded.warnings[0].what, HasSubstr("no rule 'z' to disable"));
}

TEST(LoadConfig, SaysWhereARuleIsNamedThatIsNotThereAndWhichOneIsMeant) {
  const Loaded loaded =
      sound("[extend]\nuseDefault = true\ndisabledRules = ['npm-token', 'github-tokn']\n");
  ASSERT_EQ(loaded.warnings.size(), 1U);
  EXPECT_THAT(render(loaded.warnings), HasSubstr(":3:31: "));
  EXPECT_EQ(loaded.warnings[0].hint, "did you mean 'github-token'?");
}

TEST(LoadConfig, TakesCorksOwnRulesForTheDefault) {
  const Loaded loaded = sound("[extend]\nuseDefault = true\n");
  EXPECT_GT(loaded.config.rules.size(), 20U);
  const auto github = std::ranges::find(loaded.config.rules, "github-token", &Rule::id);
  ASSERT_NE(github, loaded.config.rules.end());
  EXPECT_FALSE(github->why.empty());
}

TEST(LoadConfig, AsksOfAFilesOwnRegexNothingThatCorksAsksBesideIts) {
  const auto named = [](const std::string& more) {
    const Loaded loaded =
        sound("[extend]\nuseDefault = true\n[[rules]]\nid = 'named-secret'\n" + more);
    const auto rule = std::ranges::find(loaded.config.rules, "named-secret", &Rule::id);
    return rule == loaded.config.rules.end() ? Rule{} : *rule;
  };
  const std::string text = "public_key = corp_aaaa";
  const Rule extended = named("description = 'mine'\n");
  EXPECT_TRUE(extended.random);
  EXPECT_FALSE(extended.names.admit(text, 0, text.find("corp")));
  const Rule replaced = named("regex = 'corp_[a-z]{4}'\n");
  EXPECT_FALSE(replaced.random);
  EXPECT_TRUE(replaced.names.admit(text, 0, text.find("corp")));
}

TEST(LoadConfig, GoesTwoFilesDeep) {
  const Files files{{"1.toml", "[extend]\npath = '2.toml'\n[[rules]]\nid = 'r1'\nregex = 'a'\n"},
                    {"2.toml", "[extend]\npath = '3.toml'\n[[rules]]\nid = 'r2'\nregex = 'a'\n"},
                    {"3.toml", "[[rules]]\nid = 'r3'\nregex = 'a'\n"}};
  const Loaded loaded = sound("[extend]\npath = '1.toml'\n", files);
  EXPECT_THAT(ids(loaded.config), ElementsAre("r1", "r2"));
  ASSERT_EQ(loaded.warnings.size(), 1U);
  EXPECT_EQ(loaded.warnings[0].where, (Where{"2.toml", 2, 8}));
}

TEST(LoadConfig, TargetsAllowlistsAtRulesWhereverTheyComeFrom) {
  const std::string text =
      "[extend]\npath = 'base.toml'\n[[allowlists]]\nregexes = ['x']\ntargetRules = ['c']\n";
  const Loaded loaded = sound(text, {{"base.toml", kBase}});
  EXPECT_EQ(loaded.config.rules[1].allowlists.size(), 1U);
  EXPECT_EQ(loaded.config.allowlists.size(), 1U) << "the base's own";
  EXPECT_THAT(errors("[[rules]]\nid = 'a'\nregex = 'a'\n[[allowlists]]\nregexes = ['x']\n"
                     "targetRules = ['b']\n"),
              HasSubstr("top.toml:4:1: error: targetRules: there is no rule 'b'"));
  const Loaded outer =
      sound("[extend]\npath = 'in.toml'\n",
            {{"in.toml", text + "[[rules]]\nid = 'c'\nregex = 'c'\n"}, {"base.toml", kBase}});
  ASSERT_FALSE(outer.warnings.empty());
  EXPECT_THAT(outer.warnings[0].what, HasSubstr("no effect in an extended file"));
}

TEST(LoadConfig, AsksThatRequiredRulesStandInTheSameFile) {
  EXPECT_THAT(errors("[[rules]]\nid = 'a'\nregex = 'a'\n[[rules.required]]\nid = 'b'\n"),
              HasSubstr("top.toml:5:6: error: rule 'a' requires 'b'"));
}

TEST(LoadConfig, JudgesRulesWhenAllIsTogether) {
  EXPECT_THAT(errors("[[rules]]\nid = 'a'\n"), HasSubstr("neither 'regex' nor 'path'"));
  EXPECT_EQ(errors("[extend]\npath = 'base.toml'\n[[rules]]\nid = 'b'\nentropy = 3\n",
                   {{"base.toml", kBase}}),
            "");
  EXPECT_THAT(errors("[extend]\npath = 'base.toml'\n[[rules]]\nid = 'c'\nsecretGroup = 1\n",
                     {{"base.toml", kBase}}),
              HasSubstr("secretGroup 1 of a regex without groups"));
}

TEST(LoadConfig, SaysWhichExtendedFileItCannotRead) {
  EXPECT_THAT(errors("[extend]\npath = 'none.toml'\n"),
              HasSubstr("top.toml:2:8: error: 'path' in [extend]: there is no such file"));
  EXPECT_THAT(errors("[extend]\npath = 'bad.toml'\n", {{"bad.toml", "[[rules]]\nid = 1\n"}}),
              HasSubstr("bad.toml:2:6"));
}

}  // namespace
}  // namespace cork::gitleaks
