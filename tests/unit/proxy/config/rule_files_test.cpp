#include "proxy/config/rule_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::config {
namespace {

using testing::HasSubstr;

// What is asked of the rules alone needs none of them compiled, which takes seconds.
std::vector<secrets::Rule> read(bool builtin, const std::vector<std::filesystem::path>& files,
                                const Groups& groups = {}) {
  auto rules = read_rules_and_warnings(builtin, files, groups);
  EXPECT_TRUE(rules) << render(rules.error());
  return rules ? std::move(rules->rules) : std::vector<secrets::Rule>();
}

const secrets::Rule* find(const std::vector<secrets::Rule>& rules, std::string_view id) {
  const auto found = std::ranges::find(rules, id, &secrets::Rule::id);
  return found == rules.end() ? nullptr : &*found;
}

class RuleFiles : public testing::Test {
 protected:
  RuleFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "cork-rules-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~RuleFiles() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  static constexpr const char* kOne =
      "[[rules]]\nid = \"own-one\"\ndescription = \"Own\"\nregex = '''own_[0-9a-f]{32}'''\n"
      "keywords = [\"own_\"]\n";

  std::filesystem::path folder_;
};

TEST_F(RuleFiles, AreReadBesideTheBuiltinOnesOrInTheirPlace) {
  const auto file = write("own.toml", kOne);
  const auto both = load_rules(true, {file});
  ASSERT_TRUE(both) << render(both.error());
  const auto alone = load_rules(false, {file});
  ASSERT_TRUE(alone) << render(alone.error());
  EXPECT_EQ((*alone)->rules().size(), 1U);
  EXPECT_NE((*both)->find("own-one"), nullptr);
  EXPECT_GT((*both)->rules().size(), 20U);
}

// A line of cork's own in a .gitleaks.toml is why the rest is refused.
TEST_F(RuleFiles, SayWhichKeyMakesThemCorksOwn) {
  const auto file = write("team.toml", "[extend]\nuseDefault = true\n" + std::string(kOne) +
                                           "examples = [\"own_{hex:32}\"]\n");
  const auto rules = read_rules_and_warnings(true, {file});
  ASSERT_FALSE(rules);
  EXPECT_THAT(
      render(rules.error()),
      HasSubstr("team.toml:8:1: error: 'examples' makes this a file of rules in cork's own"));
}

TEST_F(RuleFiles, ThatLeaveARuleOutSaySoWhereItIsNamed) {
  const auto file = write("team.toml", "[[rules]]\nid = 'pem'\npath = '[.]pem$'\n");
  const auto rules = read_rules_and_warnings(true, {file});
  ASSERT_TRUE(rules) << render(rules.error());
  const Diagnostic* why = why_left_out("pem", rules->warnings);
  ASSERT_NE(why, nullptr);
  EXPECT_THAT(why->what, HasSubstr("it asks for a file's path alone"));
  EXPECT_EQ(why_left_out("em", rules->warnings), nullptr);
}

TEST_F(RuleFiles, ComeBehindTheGroupsThatAreOn) {
  const auto file = write("own.toml", kOne);
  for (const bool builtin : {true, false}) {
    const auto on = read(builtin, {file}, {"finance"});
    ASSERT_FALSE(on.empty());
    EXPECT_NE(find(on, "payment-card"), nullptr);
    EXPECT_EQ(on.back().id, "own-one");
    EXPECT_EQ(find(on, "github-token") != nullptr, builtin);
  }
  EXPECT_EQ(find(read(true, {}), "payment-card"), nullptr);
  EXPECT_NE(find(read(true, {}, {"finance"}), "payment-card"), nullptr);
  const auto extends = write("top.toml", "[extend]\nuseDefault = true\n");
  EXPECT_NE(find(read(true, {extends}, {"finance"}), "payment-card"), nullptr);
  const auto compiled = load_rules(false, {file}, {"finance"});
  ASSERT_TRUE(compiled) << render(compiled.error());
  EXPECT_NE((*compiled)->find("payment-card"), nullptr);
}

TEST_F(RuleFiles, MayNotTakeTheIdOfAGroupThatIsOn) {
  const auto file = write("own.toml", "[[rules]]\nid = \"iban\"\nregex = \"own_[0-9a-f]{32}\"\n");
  EXPECT_TRUE(load_rules(false, {file}));
  const auto rules = load_rules(false, {file}, {"finance"});
  ASSERT_FALSE(rules);
  EXPECT_THAT(render(rules.error()),
              HasSubstr("own.toml:1:1: error: rule 'iban' is defined twice"));
  EXPECT_THAT(render(rules.error()), HasSubstr("the other one is at finance.toml:"));
  EXPECT_THAT(render(load_rules(false, {file}, {"fin"}).error()),
              HasSubstr("there is no group of rules 'fin'"));
}

TEST_F(RuleFiles, OfAGroupAreKnownToABottleWhereTheGroupIsOn) {
  const auto problems = [&](const std::string& rules) {
    const auto file =
        write("cork.yaml", "version: 1\nca: {directory: ca}\naudit: {path: a}\n" + rules +
                               "bottles:\n  dev:\n    listen: 127.0.0.1:1\n"
                               "    allow: [a.example]\n    rules: {payment-card: block}\n");
    const auto config = load(file, [](const std::string&) { return std::nullopt; });
    return config ? render(rule_problems(*config)) : render(config.error());
  };
  EXPECT_EQ(problems("rules: {groups: [finance]}\n"), "");
  EXPECT_THAT(problems(""), HasSubstr("cork.yaml:8:13: error: rule 'payment-card' is not in force\n"
                                      "    `rules: {groups: [finance]}` switches its group on"));
}

TEST_F(RuleFiles, MayNotTakeTheIdOfABuiltinRuleAndAreToldWhichFileHasIt) {
  const auto file =
      write("own.toml", "[[rules]]\nid = \"github-token\"\nregex = \"own_[0-9a-f]{32}\"\n");
  const auto rules = load_rules(true, {file});
  ASSERT_FALSE(rules);
  const std::string errors = render(rules.error());
  EXPECT_THAT(errors, HasSubstr("own.toml:1"));
  EXPECT_THAT(errors, HasSubstr("rule 'github-token' is defined twice"));
  EXPECT_THAT(errors, HasSubstr("the other one is at code.toml:"));
}

TEST_F(RuleFiles, AreKeptCompiledBesideTheCaByWhoServesTraffic) {
  Config config;
  config.builtin_rules = false;
  config.rules_files = {write("own.toml", kOne)};
  config.ca_directory = folder_ / "ca";
  const auto kept = config.ca_directory / "rules.hsdb";
  ASSERT_TRUE(load_rules(config));
  EXPECT_FALSE(std::filesystem::exists(config.ca_directory));
  ASSERT_TRUE(load_rules(config, DatabaseFile::Use::read_and_write));
  ASSERT_TRUE(std::filesystem::exists(kept));
  const auto written = std::filesystem::last_write_time(kept);
  const auto again = load_rules(config, DatabaseFile::Use::read_and_write);
  ASSERT_TRUE(again);
  EXPECT_NE((*again)->find("own-one"), nullptr);
  EXPECT_EQ(std::filesystem::last_write_time(kept), written) << "it was compiled again";
}

TEST_F(RuleFiles, ReportEveryFilesErrorsAtOnce) {
  const auto good = write("a.toml", kOne);
  const auto same = write("b.toml", kOne);
  const auto bad = write("c.toml", "[[rules]\n");
  const auto rules = load_rules(false, {good, same, bad, folder_ / "d.toml"});
  ASSERT_FALSE(rules);
  const std::string errors = render(rules.error());
  EXPECT_THAT(errors, HasSubstr("rule 'own-one' is defined twice"));
  EXPECT_THAT(errors, HasSubstr("c.toml:1"));
  EXPECT_THAT(errors, HasSubstr("d.toml: error: there is no such file"));
}

TEST_F(RuleFiles, ThatAreNotThereAreToldOfWhereTheyAreNamed) {
  write("own.toml", kOne);
  const auto file = write("c.yaml",
                          "version: 1\nca: {directory: ca}\naudit: {path: a}\n"
                          "rules: {files: [own.toml, none.toml]}\n"
                          "bottles: {dev: {listen: 127.0.0.1:1, allow: [a.example]}}\n");
  const auto config = load(file, [](const std::string&) { return std::nullopt; });
  ASSERT_TRUE(config) << render(config.error());
  const auto rules = load_rules(*config);
  ASSERT_FALSE(rules);
  EXPECT_EQ(render(rules.error()),
            file.native() + ":4:27: error: " + (folder_ / "none.toml").native() +
                ": there is no such file\n    `rules.files` names files of rules\n");
}

TEST_F(RuleFiles, AreToldOfBesideTheErrorsOfTheConfiguration) {
  const auto problems = [&](const std::string& rules, const std::string& words) {
    const auto file =
        write("cork.yaml", "version: 1\nca: {directory: ca}\naudit: {path: a}\n" + rules +
                               "bottles:\n  dev:\n    mode: enforced\n" + words +
                               "    listen: 127.0.0.1:1\n    allow: [a.example]\n");
    const auto config = load(file, [](const std::string&) { return std::nullopt; });
    return config ? std::string() : render(config.error());
  };
  const std::string words =
      "    rules: {github-tokn: block}\n"
      "    exceptions: [{rule: nope, reason: a, owner: b, expires: 2020-01-01}]\n";
  const std::string names = problems("", words);
  EXPECT_THAT(names, HasSubstr("cork.yaml:6:11: error: 'mode' may not be 'enforced'"));
  EXPECT_THAT(names, HasSubstr("cork.yaml:7:13: error: there is no rule 'github-tokn'"));
  EXPECT_THAT(names, HasSubstr("error: there is no rule 'nope'"));
  write("bad.toml", "[[rules]]\nid = \"a\"\nregx = \"x\"\nregex = \"(\"\n");
  const std::string files = problems("rules: {files: [bad.toml, none.toml]}\n", words);
  EXPECT_THAT(files, HasSubstr("'enforced'"));
  EXPECT_THAT(files, HasSubstr("bad.toml:3:1: error"));
  EXPECT_THAT(files, HasSubstr("none.toml"));
  // Those may be of the file that cannot be read.
  EXPECT_EQ(std::string::npos, files.find("github-tokn")) << files;
}

TEST_F(RuleFiles, TellOfBadRegexesBesideOtherFilesErrors) {
  const auto bad = write("bad.toml", "[[rules]]\nid = \"a\"\nwhy = \"x\"\nregex = \"(\"\n");
  const auto rules = load_rules(true, {bad, folder_ / "none.toml"});
  ASSERT_FALSE(rules);
  const std::string said = render(rules.error());
  EXPECT_EQ(rules.error().size(), 2U) << said;
  EXPECT_THAT(said, HasSubstr("bad.toml:1:1: error: rule 'a': regex: missing ): ("));
  EXPECT_THAT(said, HasSubstr("none.toml"));
}

TEST_F(RuleFiles, TellOfTheErrorsOfAFileLineByLine) {
  const auto file = write("bad.toml",
                          "[[rules]]\nid = \"a\"\nregex = \"(\"\n[[rules]]\nid = \"b\"\n"
                          "regx = \"b\"\n[[rules]]\nregex = \"c\"\n[extend]\npth = \"x\"\n");
  const auto rules = load_rules(false, {file});
  ASSERT_FALSE(rules);
  EXPECT_GT(rules.error().size(), 3u);
  EXPECT_TRUE(std::ranges::is_sorted(rules.error(), {}, [](const auto& e) { return e.where.line; }))
      << render(rules.error());
}

TEST_F(RuleFiles, InGitleaksFormLoadAsTheyAre) {
  write("base.toml", kOne);
  const auto file = write("top.toml",
                          "[extend]\npath = 'base.toml'\n[[allowlists]]\npaths = ['vendor']\n"
                          "[[rules]]\nid = 'key-file'\npath = 'p12$'\n");
  const auto loaded = load_rules_and_warnings(false, {file});
  ASSERT_TRUE(loaded) << render(loaded.error());
  ASSERT_EQ(loaded->rules->rules().size(), 1U);
  EXPECT_EQ(loaded->rules->rules()[0].id, "own-one");
  ASSERT_EQ(loaded->warnings.size(), 1U);
  EXPECT_THAT(loaded->warnings[0].what, HasSubstr("'key-file' is left out"));
}

TEST_F(RuleFiles, AreReadWithTheirWarningsWithoutBeingCompiled) {
  const auto file =
      write("own.toml", std::string(kOne) + "[[rules]]\nid = 'key-file'\npath = 'p12$'\n");
  const auto read = read_rules_and_warnings(false, {file});
  ASSERT_TRUE(read) << render(read.error());
  ASSERT_EQ(read->rules.size(), 1U);
  EXPECT_EQ(read->rules[0].id, "own-one");
  EXPECT_EQ(read->warnings.size(), 1U);
  Config config;
  config.rules_files = {file};
  const auto all = read_rules_and_warnings(config);
  ASSERT_TRUE(all) << render(all.error());
  EXPECT_GT(all->rules.size(), 100U);
  EXPECT_FALSE(read_rules_and_warnings(false, {folder_ / "none.toml"}));
}

TEST_F(RuleFiles, ThatUseTheDefaultHaveTheBuiltinRulesAsTheyStandWhateverIsSaidOfThose) {
  const auto file = write("top.toml", std::string("[extend]\nuseDefault = true\n") + kOne);
  const auto builtin = read(true, {});
  for (const bool beside : {true, false}) {
    const auto rules = read(beside, {file});
    EXPECT_EQ(rules.size(), builtin.size() + 1);
    EXPECT_NE(find(rules, "own-one"), nullptr);
    for (const secrets::Rule& own : builtin) {
      const secrets::Rule* mine = find(rules, own.id);
      ASSERT_NE(mine, nullptr) << own.id;
      EXPECT_EQ(mine->confidence, own.confidence) << own.id;
      EXPECT_EQ(mine->audience.size(), own.audience.size()) << own.id;
      EXPECT_EQ(mine->regex, own.regex) << own.id;
      EXPECT_EQ(mine->examples, own.examples) << own.id;
      EXPECT_EQ(mine->allowlists.size(), own.allowlists.size()) << own.id;
    }
  }
}

TEST_F(RuleFiles, ExtendNothingThatEveryUserMayWrite) {
  const auto base = write("base.toml", kOne);
  const auto file = write("top.toml", "[extend]\npath = 'base.toml'\n");
  ASSERT_TRUE(load_rules(false, {file}));
  ::chmod(base.c_str(), 0646);
  const auto rules = load_rules(false, {file});
  ASSERT_FALSE(rules);
  EXPECT_EQ(file, rules.error()[0].where.file);
  EXPECT_EQ(2, rules.error()[0].where.line);
  EXPECT_THAT(rules.error()[0].what, HasSubstr("every user of this machine may write"));
  EXPECT_THAT(rules.error()[0].hint, HasSubstr("chmod o-w '" + base.native()));
}

TEST_F(RuleFiles, MayUseTheDefaultOnce) {
  const std::string text = "[extend]\nuseDefault = true\n";
  const auto rules = load_rules(true, {write("a.toml", text), write("b.toml", text)});
  ASSERT_FALSE(rules);
  ASSERT_EQ(rules.error().size(), 1U) << render(rules.error());
  EXPECT_THAT(rules.error()[0].what, HasSubstr("in two files"));
  EXPECT_THAT(rules.error()[0].where.file, HasSubstr("b.toml"));
  EXPECT_EQ(rules.error()[0].where.line, 2);
  EXPECT_THAT(rules.error()[0].hint, HasSubstr("a.toml"));
}

TEST_F(RuleFiles, WithKeysOfCorksOwnAreReadStrictly) {
  const auto file = write("own.toml", std::string(kOne) + "why = 'x'\npath = 'a'\n");
  const auto rules = load_rules(false, {file});
  ASSERT_FALSE(rules);
  EXPECT_THAT(render(rules.error()), HasSubstr("'path' is not supported here"));
}

TEST_F(RuleFiles, ReadWhatAnotherExtendsBesideItAlone) {
  write("base.toml", kOne);
  const auto beside = read_extended("base.toml", (folder_ / "top.toml").native());
  ASSERT_TRUE(beside);
  EXPECT_EQ(beside->file, (folder_ / "base.toml").native());
  EXPECT_TRUE(read_extended((folder_ / "base.toml").native(), "elsewhere/top.toml"));
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder_);
  EXPECT_FALSE(read_extended("base.toml", (folder_ / "deeper/top.toml").native()));
  std::filesystem::current_path(before);
  EXPECT_FALSE(read_extended("no-such-file.toml", (folder_ / "top.toml").native()));
}

}  // namespace
}  // namespace cork::config
