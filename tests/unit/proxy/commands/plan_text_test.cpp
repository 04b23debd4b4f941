#include "proxy/commands/plan.h"

#include "proxy/commands/warnings.h"
#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace cork::commands {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

class PlanText : public testing::Test {
 protected:
  Outcome plan(const std::string& more) {
    world_.configure("      - a.example\n");  // for its rules
    const auto file = world_.folder.write(
        "cork.yaml", "version: 1\nca: {directory: ca}\naudit: " + audit_ +
                         "\n"
                         "rules: {builtin: false, files: [own.toml]}\nbottles:\n  dev:\n"
                         "    listen: 127.0.0.1:1\n" +
                         more);
    return world_.run(commands::plan, PlanOptions{file, PlanFormat::text});
  }

  World world_;
  std::string audit_ = "{path: a}";
};

TEST_F(PlanText, ShowsEveryRouteWithTheLineOrThePresetThatItComesFrom) {
  const Outcome done = plan("    allow:\n      - a.example\n      - http://b.example:8080\n");
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_THAT(done.out, ContainsRegex("\n  a.example +every method  cork.yaml:9\n"));
  EXPECT_THAT(done.out, ContainsRegex("\n  http://b.example:8080  every method  cork.yaml:10\n"));
  EXPECT_THAT(done.out, HasSubstr("bottle      dev, enforces\ndoor        127.0.0.1:1\n"));
  EXPECT_THAT(done.out, HasSubstr("there is none yet: the first `cork run` makes it\n"));
  EXPECT_THAT(done.out, ContainsRegex("rules       1, of which 1 block: .*own.toml\n"));
}

TEST_F(PlanText, NamesTheGroupsOfRulesThatAreOn) {
  const auto file = world_.folder.write(
      "groups.yaml",
      "version: 1\nca: {directory: ca}\naudit: {path: a}\n"
      "rules: {builtin: false, groups: [finance]}\nbottles:\n  dev:\n    listen: 127.0.0.1:1\n"
      "    allow: [a.example]\n    rules: {iban: block}\n");
  const Outcome done = world_.run(commands::plan, PlanOptions{file, PlanFormat::text});
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_THAT(done.out, HasSubstr("rules       10, of which 3 block: the group finance\n"));
}

TEST_F(PlanText, NamesTheVariablesOfADotenvFileWhoseValuesAreLookedFor) {
  const auto file = world_.folder.write(
      ".env",
      "KEY=q7Wd3mVx71RtYpB6nHs0cLgJfA2eQu9TzKi5oXw4\nDEBUG=true\nREGION=us-east-1\n"
      "SAME=q7Wd3mVx71RtYpB6nHs0cLgJfA2eQu9TzKi5oXw4\n");
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  const Outcome done =
      plan("    allow: [a.example]\n    secrets:\n      - from: dotenv:" + file.native() + "\n");
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_THAT(done.out, HasSubstr("(2 of 4 values: KEY, SAME)"));
  EXPECT_THAT(done.out, Not(HasSubstr("q7Wd")));
}

TEST_F(PlanText, SaysWhoseClientsABottleTakesAndNoPassword) {
  world_.environment["DEV"] = "opensesame";
  const Outcome done = plan(
      "    clients: [10.1.0.0/16]\n    allow: [a.example]\n  ci:\n    listen: 127.0.0.1:1\n"
      "    clients: [10.2.0.0/16]\n    proxy_auth: {user: ci, password: env:DEV}\n"
      "    allow: [b.example]\n");
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_THAT(done.out, HasSubstr("door        127.0.0.1:1, shared with ci\n"
                                  "for         clients from 10.1.0.0/16\n"));
  EXPECT_THAT(done.out, HasSubstr("door        127.0.0.1:1, shared with dev\n"
                                  "for         clients from 10.2.0.0/16 with the proxy user 'ci' "
                                  "(password from env:DEV)\n"));
  EXPECT_THAT(done.out, Not(HasSubstr("opensesame")));
}

TEST_F(PlanText, SaysHowFarTheAuditLogMayGrowWhereThatIsLimited) {
  EXPECT_THAT(plan("    allow: [a.example]\n").out, Not(HasSubstr("at most")));
  audit_ = "{path: a, max_bytes: 2048MiB}";
  EXPECT_THAT(plan("    allow: [a.example]\n").out, ContainsRegex("audit log .*, at most 2 GiB\n"));
}

TEST_F(PlanText, NamesThePresetsTheirLinesAndWhatWasReplaced) {
  const Outcome done = plan("    use: [npm@1, codex]\n    allow: [api.openai.com]\n");
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_THAT(done.out, HasSubstr("presets     npm@1: npm"));
  EXPECT_THAT(done.out, HasSubstr("            codex@1 (the newest): OpenAI"));
  EXPECT_THAT(done.out,
              ContainsRegex("\n  registry.npmjs.org  *GET, HEAD  *preset npm@1:[0-9]+\n"));
  EXPECT_THAT(done.out, ContainsRegex("\n  api.openai.com  every method  preset codex@1:[0-9]+, by "
                                      "cork.yaml:9\n"));
}

TEST_F(PlanText, WarnsOfTheHostsThatRelay) {
  const Outcome done = plan("    use: [codex, npm]\n");
  EXPECT_THAT(done.out, HasSubstr("warning     api.openai.com relays: anybody's key works there"));
  EXPECT_THAT(done.out, Not(HasSubstr("registry.npmjs.org relays")));
}

TEST_F(PlanText, KeepsToTheWidthOfTheTerminal) {
  world_.columns = 80;
  const Outcome done = plan("    use: [claude-code, npm, github]\n    allow: [docs.example.com]\n");
  std::size_t begin = 0;
  for (std::size_t end = done.out.find('\n'); end != std::string::npos;
       begin = end + 1, end = done.out.find('\n', begin)) {
    const std::string line = done.out.substr(begin, end - begin);
    if (line.find(world_.folder.path().string()) == std::string::npos)
      EXPECT_LE(line.size(), 80U) << line;
  }
}

}  // namespace
}  // namespace cork::commands
