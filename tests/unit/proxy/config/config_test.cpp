#include "proxy/config/config.h"

#include "test_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace cork::config {
namespace {

using testing::HasSubstr;

TEST(Config, HasDefaultsForEverythingButBottles) {
  const auto config = parse(with_bottle(""), "/etc/cork/cork.yaml", at_home());
  ASSERT_TRUE(config) << render(config.error());
  EXPECT_EQ(config->file, "/etc/cork/cork.yaml");
  EXPECT_EQ(config->ca_directory, "/home/kim/.local/share/cork/ca");
  EXPECT_EQ(config->audit_path, "/home/kim/.local/share/cork/audit.jsonl");
  EXPECT_EQ(config->audit_max_bytes, 0U);
  EXPECT_FALSE(config->metrics);
  EXPECT_TRUE(config->upstream_ca_file.empty());
  EXPECT_TRUE(config->rules_files.empty());
  EXPECT_TRUE(config->builtin_rules);
  EXPECT_EQ(config->workers, 0U);
}

TEST(Config, TakesEverythingThatIsWritten) {
  const auto config = parse(
      with_bottle(
          "ca: {directory: env:CA}\naudit: {path: log/a.jsonl, max_bytes: 10GiB}\nworkers: 3\n"
          "metrics: {listen: 127.0.0.1:9090}\nupstream: {ca_file: ~/root.pem}\n"
          "rules: {builtin: false, files: [x.toml, /y.toml]}\n"),
      "/etc/cork/cork.yaml", environment_of({{"HOME", "/h"}, {"CA", "/data/ca"}}));
  ASSERT_TRUE(config) << render(config.error());
  EXPECT_EQ(config->ca_directory, "/data/ca");
  EXPECT_EQ(config->audit_path, "/etc/cork/log/a.jsonl");
  EXPECT_EQ(config->audit_max_bytes, std::uint64_t{10} << 30);
  EXPECT_EQ(to_string(config->metrics.value()), "127.0.0.1:9090");
  EXPECT_EQ(config->upstream_ca_file, "/h/root.pem");
  EXPECT_GT(config->upstream_ca_where.line, 0);
  EXPECT_EQ(config->upstream_ca_where.column, 21);
  EXPECT_EQ(config->rules_files,
            (std::vector<std::filesystem::path>{"/etc/cork/x.toml", "/y.toml"}));
  EXPECT_FALSE(config->builtin_rules);
  EXPECT_EQ(config->workers, 3U);
}

TEST(Config, SwitchesGroupsOfRulesOnByTheirNames) {
  const auto of = [](const std::string& rules) {
    return parse(with_bottle("rules: " + rules + "\n"), "/c.yaml", at_home());
  };
  EXPECT_TRUE(of("{builtin: true}")->rule_groups.empty());
  const auto on = of("{groups: [finance]}");
  ASSERT_TRUE(on) << render(on.error());
  EXPECT_EQ(on->rule_groups, std::vector<std::string>{"finance"});
  EXPECT_TRUE(on->builtin_rules);
  const auto alone = of("{builtin: false, groups: [finance]}");
  ASSERT_TRUE(alone) << render(alone.error());
  EXPECT_FALSE(alone->builtin_rules);
  const std::map<std::string, std::string> refused{
      {"{groups: [finanze]}",
       "/c.yaml:2:18: error: there is no group of rules 'finanze'\n    did you mean 'finance'?\n"},
      {"{groups: [wallets]}",
       "/c.yaml:2:18: error: there is no group of rules 'wallets'\n    there is: finance\n"},
      {"{groups: [finance, finance]}",
       "/c.yaml:2:27: error: the group 'finance' is listed twice\n    write it once\n"},
      {"{groups: []}", "/c.yaml:2:17: error: "},
      {"{groups: finance}", "/c.yaml:2:17: error: "},
      {"{groups: [[finance]]}", "/c.yaml:2:18: error: "},
      {"{group: [finance]}", "did you mean 'groups'?"},
  };
  for (const auto& [rules, told] : refused) {
    const auto config = of(rules);
    ASSERT_FALSE(config) << rules;
    EXPECT_NE(render(config.error()).find(told), std::string::npos) << rules << "\n"
                                                                    << render(config.error());
  }
}

TEST(Config, ThatIsWrongSaysWhereAndWhatToWrite) {
  const std::map<std::string, std::string> refused{
      {with_bottle("audits: {path: x}\n"),
       "2:1: error: unknown key 'audits'\n    did you mean 'audit'?"},
      {with_bottle("zzzzzzzz: 1\n"), "a configuration has these keys: version, ca"},
      {with_bottle("listen: 127.0.0.1:1\n"), "'listen' belongs under"},
      {with_bottle("audit: {directory: x}\n"), "'directory' belongs under ca"},
      {with_bottle("admin: {listen: 127.0.0.1:1}\n"), "'admin' is not supported by this version"},
      {with_bottle("audit: {sync: 1s}\n"), "'sync' is not supported by this version"},
      {with_bottle("audit: {max_bytes: 512}\n"),
       "2:20: error: 'max_bytes' is a size, here is '512'\n    write a whole number and its unit"},
      {with_bottle("audit: {max_bytes: 1KiB}\n"), "write a size from 1 MiB"},
      {with_bottle("audit: x.jsonl\n"), "2:8: error: 'audit' is a mapping, here is a single value"},
      {with_bottle("ca:\n"), "2:1: error: 'ca' is a mapping, here is nothing"},
      {with_bottle("ca: {directory: }\n"), "'directory' has no value"},
      {with_bottle("metrics: {}\n"), "'metrics' has no 'listen'"},
      {with_bottle("workers: 010\n"), "write 10 if you mean that decimal number"},
      {with_bottle("workers: 1000\n"), "'workers' is a number from 0 to 256, here is '1000'"},
      {with_bottle("workers: many\n"), "'workers' is a number, here is 'many'"},
      {with_bottle("rules: {builtin: no}\n"), "write false, without quotes"},
      {with_bottle("rules: {builtin: false}\n"), "would find no secret"},
      {with_bottle("rules: {files: x.toml}\n"), "'files' is a list"},
      {with_bottle("rules: {files: []}\n"), "'files' is empty"},
      {with_bottle("upstream: {ca_file: env:ABSENT}\n"),
       "the environment variable ABSENT is not set"},
      {with_bottle("upstream: {verify: false}\n"), "unknown key 'verify'"},
      {"version: 1\n", "the configuration has no 'bottles'"},
      {"bottles: {a: {listen: 127.0.0.1:1, allow: [a.b]}}\n", "the configuration has no 'version'"},
      {"version: 2\nbottles: {}\n", "version 2 is not known to this cork"},
      {"version: \"1\"\nbottles: {}\n", "write 1 without quotes"},
      {"- version: 1\n", "1:1: error: a configuration is a mapping"},
      {"just words\n", "a configuration is a mapping"},
  };
  for (const auto& [yaml, expected] : refused) {
    EXPECT_THAT(errors_of(yaml), HasSubstr(expected)) << yaml;
  }
}

TEST(Config, ReportsEveryErrorAtOnceInTheOrderOfTheFile) {
  const auto config = parse(
      "version: 3\nadit: {}\nbottles:\n  dev:\n    listen: 1\n    mode: x\n    allow: [a.*.b, "
      "*.c.d]\n",
      "/etc/cork/cork.yaml", at_home());
  ASSERT_FALSE(config);
  std::vector<int> lines;
  for (const Diagnostic& one : config.error()) lines.push_back(one.where.line);
  EXPECT_EQ(lines, (std::vector<int>{1, 2, 5, 6, 7, 7}));
}

TEST(Config, NamesHomeWhereADefaultNeedsIt) {
  EXPECT_THAT(
      errors_of(with_bottle(""), environment_of({})),
      HasSubstr("the default of ca.directory is '~/.local/share/cork/ca': HOME is not set"));
  EXPECT_EQ(errors_of(with_bottle("ca: {directory: /a}\naudit: {path: /b}\n"), environment_of({})),
            "");
}

class ConfigFile : public testing::Test {
 protected:
  ConfigFile() {
    std::string name = (std::filesystem::temp_directory_path() / "cork-config-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~ConfigFile() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(ConfigFile, IsReadAndItsErrorsNameIt) {
  const auto file = folder_ / "cork.yaml";
  std::ofstream(file) << with_bottle("");
  EXPECT_TRUE(load(file, at_home()));
  std::ofstream(file) << "version: 9\n";
  const auto config = load(file, at_home());
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().back().where, (Where{file.native(), 1, 10}));
}

TEST_F(ConfigFile, ThatCannotBeReadIsNamed) {
  const auto missing = load(folder_ / "none.yaml", at_home());
  ASSERT_FALSE(missing);
  EXPECT_EQ(render(missing.error()),
            (folder_ / "none.yaml").string() + ": error: there is no such file\n");
  const auto folder = load(folder_, at_home());
  ASSERT_FALSE(folder);
  EXPECT_THAT(render(folder.error()), HasSubstr("this is a folder"));
}

}  // namespace
}  // namespace cork::config
