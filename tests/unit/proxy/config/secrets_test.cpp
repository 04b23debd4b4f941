#include "proxy/config/secrets.h"

#include "test_environment.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <string_view>
#include <vector>

namespace cork::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr secrets::FingerprintKey kKey{std::byte{3}};

std::string value(char first) {
  return std::string(1, first) + "7Wd3mVx71RtYpB6nHs0cLgJfA2eQu9TzKi5oXw4";
}

class Secrets : public testing::Test {
 protected:
  Result<Config, Diagnostics> read(const std::string& entries,
                                   CredentialReading how = {.key = kKey}) {
    return parse(
        "version: 1\nbottles:\n  dev:\n    listen: 127.0.0.1:8888\n    allow: [a.example]\n"
        "    secrets:\n" +
            entries,
        folder.path() / "cork.yaml",
        environment_of({{"HOME", "/home/kim"},
                        {"MINE", value('a')},
                        {"SAME", value('a')},
                        {"SHORT", "abc"},
                        {"WORD", "changeme"},
                        {"EMPTY", "\n"}}),
        how);
  }
  BottleConfig bottle(const std::string& entries) {
    auto config = read(entries);
    EXPECT_TRUE(config) << render(config.error());
    return config ? config->bottles.at(0)
                  : BottleConfig{{}, policy::Bottle("", {}, {}, {}), {}, {}};
  }
  std::string errors(const std::string& entries) {
    const auto config = read(entries);
    return config ? "" : render(config.error());
  }
  std::vector<std::string> names(const BottleConfig& bottle) {
    std::vector<std::string> names;
    if (!bottle.known) return names;
    for (const auto& secret : bottle.known->secrets()) names.push_back(secret.name);
    return names;
  }
  void write(std::string_view name, std::string_view content, mode_t mode = 0600) {
    ::chmod(folder.write(name, content).c_str(), mode);
  }
  bool finds(const BottleConfig& bottle, std::string_view text) {
    std::vector<known::Found> found;
    known::KnownValues::Cursor at;
    bottle.known->find(at, text, 0, found);
    return !found.empty();
  }

  test::TemporaryFolder folder;
};

TEST_F(Secrets, ComeFromTheEnvironmentAFileOrADotenvFile) {
  write("key", value('b') + "\n");
  write(".env", "TOKEN=" + value('c') +
                    "\nexport DEBUG=true\nREGION=us-east-1\nURL=https://a.example/v1\n");
  const BottleConfig made = bottle(
      "      - from: env:MINE\n"
      "        for: [api.github.com, GitHub.com]\n"
      "      - from: file:key\n"
      "        canary: true\n"
      "      - from: dotenv:.env\n"
      "        for: [a.example]\n"
      "        in: [X-Api-Key]\n");
  EXPECT_THAT(names(made),
              ElementsAre("env:MINE", "file:" + (folder / "key").string(), "dotenv:TOKEN"));
  ASSERT_EQ(made.secrets.size(), 3U);
  EXPECT_EQ(made.secrets[0].homes.at(1).text(), "github.com");
  EXPECT_TRUE(made.secrets[1].canary);
  EXPECT_EQ(made.secrets[2].source, "dotenv:" + (folder / ".env").string());
  EXPECT_EQ(made.secrets[2].values, 1U);
  EXPECT_EQ(made.secrets[2].all_values, 4U);
  EXPECT_THAT(made.secrets[2].names, ElementsAre("TOKEN"));
  EXPECT_THAT(made.secrets[2].fields, ElementsAre("x-api-key"));
  for (const char first : {'a', 'b', 'c'}) EXPECT_TRUE(finds(made, value(first)));
  EXPECT_FALSE(finds(made, "us-east-1 https://a.example/v1 true"));
  EXPECT_EQ(made.known->secrets()[0].print, secrets::fingerprint(kKey, value('a')));
  EXPECT_TRUE(made.known->at_home(2, *Host::parse("a.example"), "x-api-key"));
}

TEST_F(Secrets, StandEachInAMapping) {
  EXPECT_THAT(errors("      - env:MINE\n"),
              HasSubstr("an entry of 'secrets' is a mapping, here is a single value\n"
                        "    write {from: env:MINE}"));
  for (const char* nothing : {"      - null\n", "      - ~\n", "      -\n"}) {
    EXPECT_THAT(errors(nothing), HasSubstr("an entry of 'secrets' is empty\n"
                                           "    write `- from: env:GITHUB_TOKEN`"));
  }
  EXPECT_THAT(errors("      - " + value('b') + "\n"), Not(HasSubstr(value('b'))));
}

TEST_F(Secrets, ATrailingNewlineIsNoPartOfAFile) {
  write("key", value('b') + "\r\n");
  const BottleConfig made = bottle("      - from: file:key\n");
  EXPECT_EQ(made.known->secrets()[0].print, secrets::fingerprint(kKey, value('b')));
}

TEST_F(Secrets, WhatIsNotThereIsAnErrorThatNamesItWithItsPlace) {
  write("empty", "\n");
  write("open", value('b'), 0644);
  write("bad.env", "A=1\n" + value('b') + "\n");
  EXPECT_THAT(errors("      - from: env:UNSET\n"),
              AllOf(HasSubstr("cork.yaml:7:15"), HasSubstr("UNSET is not set")));
  EXPECT_THAT(errors("      - from: env:EMPTY\n"), HasSubstr("EMPTY is empty"));
  EXPECT_THAT(errors("      - from: file:none\n"), HasSubstr("No such file"));
  EXPECT_THAT(errors("      - from: file:empty\n"), HasSubstr("is empty"));
  EXPECT_THAT(errors("      - from: file:open\n"),
              HasSubstr("every user of this machine may read"));
  EXPECT_THAT(errors("      - from: dotenv:bad.env\n"),
              AllOf(HasSubstr("bad.env: line 2 is no KEY=value"), Not(HasSubstr(value('b')))));
}

TEST_F(Secrets, AWeakValueIsAnErrorThatDoesNotQuoteIt) {
  EXPECT_THAT(errors("      - from: env:SHORT\n"), HasSubstr("env:SHORT has fewer than 8 bytes"));
  EXPECT_THAT(errors("      - from: env:WORD\n"),
              AllOf(HasSubstr("env:WORD reads like ordinary text"), Not(HasSubstr("changeme"))));
}

TEST_F(Secrets, WhatStandsThereTwiceIsAnError) {
  EXPECT_THAT(errors("      - from: env:MINE\n      - from: env:MINE\n"),
              HasSubstr("'env:MINE' is listed twice"));
  EXPECT_THAT(errors("      - from: env:MINE\n      - from: env:SAME\n"),
              HasSubstr("'env:SAME' has the same value as 'env:MINE'"));
  write(".env", "OURS=" + value('a') + "\n");
  const BottleConfig made =
      bottle("      - from: dotenv:.env\n      - {from: env:MINE, for: [a.example]}\n");
  EXPECT_THAT(names(made), ElementsAre("env:MINE"));
  EXPECT_EQ(made.secrets[0].values, 0U);
  EXPECT_THAT(made.secrets[0].names, ElementsAre("OURS")) << "it is looked for all the same";
}

TEST_F(Secrets, EachVariableOfADotenvFileIsNamedAndEachValueCountsOnce) {
  write(".env", "TOKEN=" + value('c') + "\nGH_TOKEN=" + value('c') + "\nREGION=us-east-1\n");
  const BottleConfig made = bottle("      - from: dotenv:.env\n");
  EXPECT_EQ(made.secrets[0].values, 1U);
  EXPECT_THAT(made.secrets[0].names, ElementsAre("TOKEN", "GH_TOKEN"));
}

TEST_F(Secrets, EachWrongWordIsNamed) {
  EXPECT_THAT(errors("      - from: env:MINE\n        form: x\n"), HasSubstr("unknown key 'form'"));
  EXPECT_THAT(errors("      - for: [a.example]\n"), HasSubstr("the secret has no 'from'"));
  EXPECT_THAT(errors("      - {from: env:MINE, for: [https://a.example]}\n"),
              HasSubstr("is no host"));
  EXPECT_THAT(errors("      - {from: env:MINE, for: ['*.a.example']}\n"), HasSubstr("is no host"));
  EXPECT_THAT(errors("      - {from: env:MINE, for: [a.example, A.example]}\n"),
              HasSubstr("listed twice"));
  EXPECT_THAT(errors("      - {from: env:MINE, in: [x-a]}\n"), HasSubstr("nothing says to which"));
  EXPECT_THAT(errors("      - {from: env:MINE, for: [a.example], in: ['a b']}\n"),
              HasSubstr("no name of a header field"));
  EXPECT_THAT(errors("      - {from: env:MINE, for: [a.example], canary: true}\n"),
              HasSubstr("a canary is at home nowhere"));
  EXPECT_THAT(errors("      - {from: env:MINE, canary: perhaps}\n"), HasSubstr("canary"));
  const std::string written = errors("      - from: " + value('z') + "\n");
  EXPECT_THAT(written, AllOf(HasSubstr("does not say where"), Not(HasSubstr(value('z')))));
  const std::string behind = errors("      - from: env:" + value('z') + "\n");
  EXPECT_THAT(behind,
              AllOf(HasSubstr("names no environment variable"), Not(HasSubstr(value('z')))));
}

TEST_F(Secrets, NeedNotBeThereWhereNobodyLooksForThem) {
  const auto config = read("      - from: env:UNSET\n      - from: file:none\n", {.values = false});
  ASSERT_TRUE(config) << render(config.error());
  EXPECT_EQ(config->bottles[0].known, nullptr);
  EXPECT_EQ(config->bottles[0].secrets.size(), 2U);
}

TEST_F(Secrets, TheFilesTheyAreReadFromAreKnown) {
  write("key", value('b'));
  write(".env", "A=" + value('c'));
  const auto config =
      read("      - from: env:MINE\n      - from: file:key\n      - from: dotenv:.env\n");
  ASSERT_TRUE(config) << render(config.error());
  EXPECT_THAT(known_value_files(*config), ElementsAre(folder / "key", folder / ".env"));
}

TEST_F(Secrets, HowManyRefusalsLockTheBottleIsANumber) {
  EXPECT_EQ(bottle("      - from: env:MINE\n    lock_after: 3\n").lock_after, 3U);
  EXPECT_EQ(bottle("      - from: env:MINE\n").lock_after, std::nullopt);
  EXPECT_THAT(errors("      - from: env:MINE\n    lock_after: 0\n"), HasSubstr("lock_after"));
}

}  // namespace
}  // namespace cork::config
