#include "proxy/config/route_credential.h"

#include "test_environment.h"
#include "tests/support/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <string_view>

namespace cork::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Kind = policy::CredentialPin::Kind;

constexpr secrets::FingerprintKey kKey{std::byte{3}};

class RouteCredential : public testing::Test {
 protected:
  Result<Config, Diagnostics> read(const std::string& allow,
                                   CredentialReading how = {.key = kKey}) {
    return parse("version: 1\nbottles:\n  dev:\n    listen: 127.0.0.1:8888\n    allow:\n" + allow,
                 folder.path() / "cork.yaml",
                 environment_of(
                     {{"HOME", "/home/kim"}, {"MINE", "abc"}, {"SPACED", " abc\n"}, {"EMPTY", ""}}),
                 how);
  }
  policy::CredentialPin pin(const std::string& written) {
    const auto config = read("      - {host: a.example, credential: " + written + "}\n");
    EXPECT_TRUE(config) << render(config.error());
    return config->bottles.at(0).bottle.routes().at(0).credential;
  }
  std::string errors(const std::string& written) {
    const auto config = read("      - {host: a.example, credential: " + written + "}\n");
    return config ? "" : render(config.error());
  }

  void write(std::string_view name, std::string_view content, mode_t mode = 0600) {
    ::chmod(folder.write(name, content).c_str(), mode);
  }

  test::TemporaryFolder folder;
};

TEST_F(RouteCredential, ComesFromTheEnvironmentAFileOrWhoeverIsFirst) {
  write("key", "from a file\n");
  write("crlf", "from a file\r\n");
  EXPECT_EQ(pin("first-seen").kind, Kind::first_seen);
  const auto env = pin("env:MINE");
  EXPECT_EQ(env.kind, Kind::listed);
  ASSERT_EQ(env.listed.size(), 1U);
  EXPECT_EQ(env.listed[0].source, "env:MINE");
  EXPECT_EQ(env.listed[0].print, secrets::fingerprint(kKey, "abc"));
  EXPECT_EQ(pin("env:SPACED").listed[0].print, env.listed[0].print);
  const auto file = pin("file:key");
  EXPECT_EQ(file.listed[0].source, "file:" + (folder / "key").string());
  EXPECT_EQ(file.listed[0].print, secrets::fingerprint(kKey, "from a file"));
  EXPECT_EQ(pin("file:crlf").listed[0].print, file.listed[0].print);
  EXPECT_EQ(pin("[env:MINE, file:key]").listed.size(), 2U);
}

TEST_F(RouteCredential, IsKeptAsAPrintUnderTheKeyOfWhoReadsIt) {
  const auto one = pin("env:MINE").listed[0].print;
  const auto config =
      read("      - {host: a.example, credential: env:MINE}\n", {.key = {std::byte{4}}});
  ASSERT_TRUE(config);
  EXPECT_NE(config->bottles[0].bottle.routes()[0].credential.listed[0].print, one);
  EXPECT_EQ(config->fingerprint_key, (secrets::FingerprintKey{std::byte{4}}));
}

TEST_F(RouteCredential, WhatIsNotThereIsAnErrorThatNamesIt) {
  write("empty", "\n");
  write("two", "abc\ndef\n");
  EXPECT_THAT(errors("env:ABSENT"),
              AllOf(HasSubstr("environment variable ABSENT is not set"), HasSubstr(":6:39:")));
  EXPECT_THAT(errors("env:EMPTY"), HasSubstr("environment variable EMPTY is empty"));
  EXPECT_THAT(errors("file:absent"), HasSubstr((folder / "absent").string() + ": No such file"));
  EXPECT_THAT(errors("file:empty"), HasSubstr((folder / "empty").string() + " is empty"));
  EXPECT_THAT(errors("file:two"), HasSubstr("has more than one line"));
  write("open", "abc", 0644);
  EXPECT_THAT(errors("file:open"),
              AllOf(HasSubstr("every user of this machine may read"), HasSubstr("chmod o-r")));
  EXPECT_THAT(errors("file:."), HasSubstr("is no file"));
  EXPECT_THAT(errors("file:env:MINE"), HasSubstr("file: is followed by a path"));
  EXPECT_THAT(errors("[env:MINE, env:MINE]"), HasSubstr("listed twice"));
  EXPECT_THAT(errors("[env:MINE, first-seen]"), HasSubstr("'first-seen' stands alone"));
  EXPECT_THAT(errors("[]"), HasSubstr("'credential' is empty"));
  EXPECT_THAT(errors("{env: MINE}"), HasSubstr("a single value"));
  EXPECT_THAT(errors(""), HasSubstr("'credential' has no value"));
}

TEST_F(RouteCredential, ACredentialThatIsWrittenOutIsAnErrorThatDoesNotRepeatIt) {
  const std::string literal = "sk-live" + std::string("-4f2a9c1b7e");
  const std::string token = "gh" + std::string("x_aB3dE5fG7hI9jK1lM3nO5");
  for (const std::string& written : {literal, "env:" + literal, "env:" + token, "[" + literal + "]",
                                     "\"" + token + "\"", "env:env:" + literal}) {
    EXPECT_THAT(errors(written), AllOf(HasSubstr("error"), HasSubstr("env:"),
                                       Not(HasSubstr("4f2a9c")), Not(HasSubstr("aB3dE5"))))
        << written;
  }
  for (const std::string written : {"first_seen", "firstseen", "First-Seen"}) {
    EXPECT_THAT(errors(written), HasSubstr("did you mean 'first-seen'?")) << written;
  }
}

TEST_F(RouteCredential, StandsOnEveryKindOfRoute) {
  for (const std::string host : {"a.example", "'*.a.example'", "http://a.example", "192.0.2.1"}) {
    EXPECT_TRUE(read("      - {host: " + host + ", credential: first-seen}\n")) << host;
  }
  EXPECT_TRUE(read("      - {host: a.example, git: push, credential: env:MINE}\n"));
}

TEST_F(RouteCredential, AnEntryThatPinsNothingMayNotUndoWhatAnotherPins) {
  const auto config = read(
      "      - {host: a.example, methods: [GET]}\n"
      "      - {host: a.example, credential: env:MINE}\n"
      "      - {host: a.example:8443}\n");
  ASSERT_FALSE(config);
  const std::string said = render(config.error());
  EXPECT_THAT(said, AllOf(HasSubstr("cork.yaml:7:9: error: 'a.example' pins a credential in one"),
                          HasSubstr("cork.yaml:6:9"), Not(HasSubstr("8443"))));
  EXPECT_THAT(render(read("      - {host: a.example, methods: [GET], credential: first-seen}\n"
                          "      - {host: a.example, credential: env:MINE}\n")
                         .error()),
              HasSubstr("first-seen in one entry and a list in another"));
  EXPECT_TRUE(
      read("      - {host: a.example, methods: [GET], credential: env:MINE}\n"
           "      - {host: a.example, credential: env:SPACED}\n"));
}

TEST_F(RouteCredential, WhereNobodyComparesItNothingNeedsToBeThere) {
  const std::string allow = "      - {host: a.example, credential: [env:ABSENT, file:absent]}\n";
  EXPECT_FALSE(read(allow));
  EXPECT_TRUE(read(allow, {.values = false}));
  EXPECT_FALSE(read("      - {host: a.example, credential: abc}\n", {.values = false}));
}

TEST_F(RouteCredential, ItsFilesAreKnownOnceEach) {
  write("one", "1");
  write("two", "2");
  const auto config = read(
      "      - {host: a.example, credential: [file:one, env:MINE, file:two]}\n"
      "      - {host: b.example, credential: file:one}\n");
  ASSERT_TRUE(config);
  EXPECT_THAT(credential_files(*config), ElementsAre(folder / "one", folder / "two"));
}

}  // namespace
}  // namespace cork::config
