#include "proxy/commands/rules.h"

#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace cork::commands {
namespace {

using testing::HasSubstr;

TEST(RulesCommand, ListsAndTestsTheRulesOfTheConfiguration) {
  World world;
  const RulesOptions options{world.configure("      - a.example\n"), std::nullopt};
  const Outcome listed = world.run(rules_ls, options);
  EXPECT_EQ(listed.code, kYes) << listed.err;
  EXPECT_EQ(listed.out,
            "own-token  block   Own token\n1 rule: 1 block, 0 record only\n"
            "10 more are off: `rules: {groups: [finance]}` switches them on\n");
  const Outcome tested = world.run(rules_test, options);
  EXPECT_EQ(tested.code, kYes) << tested.out;
  EXPECT_EQ(tested.out, "1 rule, 2 examples, 0 failed\n");
}

TEST(RulesCommand, ListsAndTestsAGroupWhereItIsOn) {
  World world;
  RulesOptions options{world.configure("      - a.example\n"), std::nullopt};
  options.groups = {"finance"};
  const Outcome listed = world.run(rules_ls, options);
  EXPECT_EQ(listed.code, kYes) << listed.err;
  EXPECT_THAT(listed.out, HasSubstr("payment-card          record  Payment card number\n"));
  EXPECT_THAT(listed.out, HasSubstr("\n11 rules: 4 block, 7 record only\n"));
  EXPECT_EQ(listed.out.find("off"), std::string::npos);
  const Outcome tested = world.run(rules_test, options);
  EXPECT_EQ(tested.code, kYes) << tested.out;
  EXPECT_THAT(tested.out, HasSubstr("11 rules, "));
}

TEST(RulesCommand, ExplainsARuleOfAGroupWhetherThatIsOnOrOff) {
  World world;
  RulesOptions options{world.configure("      - a.example\n"), std::nullopt};
  options.id = "payment-card";
  const Outcome off = world.run(rules_show, options);
  EXPECT_EQ(off.code, kYes) << off.err;
  EXPECT_THAT(off.out, HasSubstr("payment-card\n  what        Payment card number\n"));
  EXPECT_THAT(off.out, HasSubstr("  in force    no: `rules: {groups: [finance]}` switches its "
                                 "group on\n"));
  EXPECT_THAT(off.out, HasSubstr("  checksum    luhn: the last digit must be right\n"));
  EXPECT_THAT(off.out, testing::ContainsRegex("  written in  finance\\.toml:[0-9:]+, of cork's own "
                                              "group 'finance'\n"));
  options.groups = {"finance"};
  const Outcome on = world.run(rules_show, options);
  EXPECT_EQ(on.code, kYes) << on.err;
  EXPECT_EQ(on.out.find("in force"), std::string::npos);
  options.groups.clear();
  options.id = "payment-crad";
  EXPECT_THAT(world.run(rules_show, options).err, HasSubstr("did you mean 'payment-card'?"));
}

TEST(RulesCommand, KeepsItsColumnsWhateverAnIdIs) {
  World world;
  RulesOptions options;
  const std::string id(40, 'i');
  const std::string rule = "description = \"Own\"\nregex = \"own_[0-9]{32}\"\nwhy = \"x\"\n";
  options.file = world.folder.write(
      "own.toml", "[[rules]]\nid = \"" + id + "\"\n" + rule + "[[rules]]\nid = \"short\"\n" + rule);
  const Outcome listed = world.run(rules_ls, options);
  EXPECT_EQ(listed.code, kYes) << listed.err;
  EXPECT_EQ(listed.out, id + "  block   Own\nshort" + std::string(35, ' ') +
                            "  block   Own\n2 rules: 2 block, 0 record only\n");
  world.columns = 80;
  EXPECT_EQ(world.run(rules_ls, options).out,
            id + "\n" + std::string(24, ' ') + "  block   Own\nshort" + std::string(19, ' ') +
                "  block   Own\n2 rules: 2 block, 0 record only\n");
  world.columns = 120;
  EXPECT_EQ(world.run(rules_ls, options).out, listed.out);
}

TEST(RulesCommand, SaysNoWhereAnExampleIsMissed) {
  World world;
  RulesOptions options;
  options.file = world.folder.write(
      "own.toml",
      "[[rules]]\nid = \"own\"\ndescription = \"Own\"\nregex = '''own_[0-9]{32}'''\n"
      "examples = [\"own_{lower:32}\"]\n"
      "[[rules]]\nid = \"bare\"\ndescription = \"Bare\"\nregex = '''bare_[0-9]{32}'''\n");
  const Outcome tested = world.run(rules_test, options);
  EXPECT_EQ(tested.code, kNo);
  EXPECT_THAT(tested.out, HasSubstr("own"));
  EXPECT_THAT(tested.out, HasSubstr("2 rules, 1 example, 1 failed\n1 without an example: bare\n"));
}

TEST(RulesCommand, LocatesWhatIsWrongWithAFile) {
  World world;
  RulesOptions options;
  options.file = world.folder.write("own.toml", "[[rules]\n");
  const Outcome tested = world.run(rules_test, options);
  EXPECT_EQ(tested.code, kUsage);
  EXPECT_THAT(tested.err, HasSubstr("own.toml:1"));
}

TEST(RulesCommand, UsesTheBuiltinRulesWhereThereIsNoConfiguration) {
  if (std::filesystem::exists("/etc/cork/cork.yaml")) GTEST_SKIP() << "this machine has one";
  World world;
  const Outcome tested = world.run(rules_test, RulesOptions{});
  EXPECT_EQ(tested.code, kYes) << tested.out << tested.err;
  EXPECT_THAT(tested.out, HasSubstr(" 0 failed"));
  const Outcome listed = world.run(rules_ls, RulesOptions{});
  EXPECT_THAT(listed.out, HasSubstr("at home: api.github.com "));
  std::istringstream lines(listed.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 240U) << line;
  RulesOptions one;
  one.id = "gitlab-token";
  const Outcome why = world.run(rules_show, one);
  EXPECT_THAT(why.out,
              testing::ContainsRegex("  written in  [a-z]+\\.toml:[0-9:]+, of cork's own"));
}

TEST(RulesCommand, ExplainsARuleWithExamplesMadeUp) {
  World world;
  RulesOptions options{world.configure("      - a.example\n"), std::nullopt};
  options.id = "own-token";
  const Outcome why = world.run(rules_show, options);
  EXPECT_EQ(why.code, kYes) << why.err;
  EXPECT_THAT(why.out, HasSubstr("own-token\n  what        Own token\n"));
  EXPECT_THAT(why.out, HasSubstr("  found       it is blocked\n"));
  EXPECT_THAT(why.out, HasSubstr("  regex       own_[0-9a-f]{32}\n"));
  EXPECT_THAT(why.out, testing::ContainsRegex("  example     own_[0-9a-f]{32}\n"));
  EXPECT_THAT(why.out, HasSubstr("own.toml:1:1"));
  options.id = "own-tokn";
  const Outcome none = world.run(rules_show, options);
  EXPECT_EQ(none.code, kUsage);
  EXPECT_THAT(none.err, HasSubstr("did you mean 'own-token'?"));
}

RulesOptions of_a_team(World& world) {
  RulesOptions options;
  options.file = world.folder.write(
      ".gitleaks.toml",
      "[[rules]]\nid = 'team-lines'\nregex = '(?m)^key:$\\n^([a-z0-9]{20})$'\n"
      "[[rules]]\nid = 'team-generic'\nregex = '(?i)team_key\\s*=\\s*([a-z0-9]{20})'\n"
      "[[rules]]\nid = 'team-file'\npath = '[.]pem$'\n"
      "[[rules]]\nid = 'other'\nregex = 'oth_[a-z]{20}'\n");
  return options;
}

TEST(RulesCommand, SaysWhatARuleOfAGitleaksFileIsInTraffic) {
  World world;
  RulesOptions options = of_a_team(world);
  const std::string wider = "Hyperscan does not take its regex as it is written";
  options.id = "team-lines";
  const Outcome lines = world.run(rules_show, options);
  EXPECT_EQ(lines.code, kYes) << lines.err;
  EXPECT_THAT(lines.out, HasSubstr("  searched    " + wider));
  EXPECT_EQ(lines.out.find("in traffic"), std::string::npos);
  options.id = "team-generic";
  const Outcome generic = world.run(rules_show, options);
  EXPECT_THAT(generic.out, HasSubstr("  found       it is recorded, and passes\n"));
  EXPECT_THAT(generic.out, HasSubstr("  regex       (?i)team_key\\s*=\\s*([a-z0-9]{20})\n"
                                     "  in traffic  (?i)team_key\\s{0,"));
  EXPECT_THAT(generic.err, HasSubstr("'team-generic' is recorded only: \"generic\" is in its id"));
  options.id = "team-file";
  const Outcome file = world.run(rules_show, options);
  EXPECT_EQ(file.code, kUsage);
  EXPECT_THAT(file.err, HasSubstr("rule 'team-file' is left out: it asks for a file's path"));
}

TEST(RulesCommand, ListsAndTestsThoseWhoseIdsHoldAPart) {
  World world;
  RulesOptions options = of_a_team(world);
  options.id = "team";
  const Outcome listed = world.run(rules_ls, options);
  EXPECT_THAT(listed.out, HasSubstr("team-lines    block   \n" + std::string(22, ' ') +
                                    "Hyperscan does not take its regex"));
  EXPECT_THAT(listed.out, HasSubstr("2 rules: 1 block, 1 record only\n"));
  EXPECT_EQ(listed.out.find("other"), std::string::npos);
  EXPECT_THAT(world.run(rules_test, options).out, HasSubstr("2 rules, 0 examples, 0 failed\n"));
  options.id = "none";
  EXPECT_EQ(world.run(rules_ls, options).code, kUsage);
  EXPECT_THAT(world.run(rules_test, options).err, HasSubstr("no rule's id holds 'none'"));
}

TEST(RulesCommand, SaysWhatBottlesSayOfARule) {
  World world;
  RulesOptions options{world.configure("      - a.example\n    rules: {own-token: warn}\n"),
                       std::nullopt};
  options.id = "own-token";
  EXPECT_THAT(world.run(rules_show, options).out,
              testing::ContainsRegex("  in bottles  dev: warn [(].*cork.yaml:[0-9:]+[)]\n"));
}

// Compiling all of them takes seconds, and another rule's regex is none of its concern.
TEST(RulesCommand, ExplainsARuleWithoutCompilingTheOthers) {
  World world;
  RulesOptions options;
  const std::string rules =
      "[[rules]]\nid = \"good\"\nwhy = \"x\"\nregex = \"good_[0-9]{20}\"\n"
      "[[rules]]\nid = \"bad\"\nwhy = \"x\"\nregex = \"bad_[0-9]{20}|(\"\n";
  options.file = world.folder.write("own.toml", rules);
  EXPECT_EQ(world.run(rules_ls, options).code, kUsage);
  options.id = "good";
  const Outcome good = world.run(rules_show, options);
  EXPECT_EQ(good.code, kYes) << good.err;
  EXPECT_THAT(good.out, HasSubstr("  regex       good_[0-9]{20}\n"));
  options.id = "bad";
  const Outcome bad = world.run(rules_show, options);
  EXPECT_EQ(bad.code, kUsage);
  EXPECT_THAT(bad.err, HasSubstr("own.toml:5:1: error: rule 'bad': regex: missing )"));
}

TEST(RulesCommand, ListsGitleaksRulesAndSaysWhatTrafficCannotHonour) {
  World world;
  RulesOptions options;
  options.file = world.folder.write(
      ".gitleaks.toml",
      "[[rules]]\nid = \"tok\"\ndescription = \"Token\"\nregex = 'tok_[0-9]{20}'\n"
      "[[rules.allowlists]]\nregexTarget = \"line\"\nregexes = [\"x\"]\n"
      "[[rules]]\nid = \"file\"\npath = 'p12$'\n");
  const Outcome listed = world.run(rules_ls, options);
  EXPECT_EQ(listed.code, kYes) << listed.err;
  EXPECT_EQ(listed.out, "tok  record  Token\n1 rule: 0 block, 1 record only\n");
  EXPECT_THAT(listed.err, HasSubstr(".gitleaks.toml:1:1: warning: rule 'tok' is recorded only"));
  EXPECT_THAT(listed.err, HasSubstr("warning: rule 'file' is left out"));
  options.id = "tok";
  const Outcome why = world.run(rules_show, options);
  EXPECT_THAT(why.err, HasSubstr("warning: rule 'tok' is recorded only"));
  EXPECT_THAT(why.err, testing::Not(HasSubstr("'file'")));
  options.id = "gitlab-token";
  EXPECT_THAT(world.run(rules_show, options).err,
              HasSubstr("rule 'gitlab-token' is not in force\n    it is one of cork's own"));
}

}  // namespace
}  // namespace cork::commands
