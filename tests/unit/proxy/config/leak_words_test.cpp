#include "proxy/config/leak_words.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace cork::config {
namespace {

using std::chrono::sys_days;
using ::testing::HasSubstr;

constexpr sys_days kToday =
    sys_days(std::chrono::year(2026) / std::chrono::month(3) / std::chrono::day(10));

Result<Config, Diagnostics> read(const std::string& words) {
  return parse(
      "version: 1\nbottles:\n  dev:\n    listen: 127.0.0.1:1\n    allow: [a.example]\n" + words,
      "/etc/cork.yaml", [](const std::string&) { return std::optional<std::string>("/h"); }, {},
      kToday + std::chrono::hours(5));
}

std::string exceptions(const std::string& entry) {
  return "    exceptions:\n      - " + entry + "\n";
}

TEST(LeakWords, AreReadWithTheirPlaces) {
  const auto config = read(
      "    rules: {generic-password: block, github-token: redact}\n" +
      exceptions("{rule: github-token, host: \"*.a.example\", print: 00112233aabbccdd, reason: a "
                 "test key, owner: ops, expires: 2026-12-31}"));
  ASSERT_TRUE(config.has_value()) << render(config.error());
  const policy::LeakWords& words = config->bottles[0].leaks;
  ASSERT_EQ(words.rules.size(), 2U);
  EXPECT_EQ(words.rules[0].rule, "generic-password");
  EXPECT_EQ(words.rules[0].word, policy::OnLeak::block);
  EXPECT_EQ(words.rules[1].word, policy::OnLeak::redact);
  EXPECT_EQ(words.rules[0].where.line, 6);
  ASSERT_EQ(words.exceptions.size(), 1U);
  const policy::Exception& one = words.exceptions[0];
  EXPECT_EQ(one.rule, "github-token");
  EXPECT_EQ(one.host->text(), "*.a.example");
  EXPECT_EQ(one.print, Fingerprint{0x00112233aabbccdd});
  EXPECT_EQ(print_text(*one.print), "00112233aabbccdd");
  EXPECT_EQ(one.reason, "a test key");
  EXPECT_EQ(one.owner, "ops");
  EXPECT_EQ(date_text(one.expires), "2026-12-31");
  EXPECT_EQ(one.where.line, 8);
}

TEST(LeakWords, SayWhatIsWrongWithThem) {
  const std::string rest = "reason: r, owner: o";
  const struct {
    std::string words, what;
  } cases[] = {
      {"    rules: [a]\n", "rules"},
      {"    rules: {a: ignore}\n", "'a' may not be 'ignore'"},
      {"    exceptions: {}\n", "'exceptions' is a list"},
      {exceptions("github-token"), "mapping"},
      {exceptions("{rule: a, reason: r, expires: 2026-04-01}"), "an exception has no 'owner'"},
      {exceptions("{rule: a, owner: r, expires: 2026-04-01}"), "an exception has no 'reason'"},
      {exceptions("{rule: a, " + rest + "}"), "an exception has no 'expires'"},
      {exceptions("{" + rest + ", expires: 2026-04-01}"), "an exception has no 'rule'"},
      {exceptions("{rule: a, " + rest + ", expires: tomorrow}"), "'tomorrow' is not a date"},
      {exceptions("{rule: a, " + rest + ", expires: 2026-02-30}"), "is not a date"},
      {exceptions("{rule: a, " + rest + ", expires: 2027-03-12}"), "more than a year ahead"},
      {exceptions("{rule: a, " + rest + ", expires: 2026-04-01, print: abc}"),
       "'abc' is not a fingerprint"},
      {exceptions("{rule: a, " + rest + ", expires: 2026-04-01, host: 'a b'}"),
       "is not a host pattern"},
      {exceptions("{rule: a, " + rest + ", expires: 2026-04-01, hots: a}"), "did you mean 'host'?"},
  };
  for (const auto& [words, what] : cases) {
    const auto config = read(words);
    ASSERT_FALSE(config.has_value()) << words;
    EXPECT_THAT(render(config.error()), HasSubstr(what)) << words;
  }
}

TEST(LeakWords, AnExceptionOfAPastDayIsNoErrorAndIsToldOf) {
  for (const auto& [day, expired] : {std::pair("2026-03-09", true), std::pair("2026-03-10", false),
                                     std::pair("2027-03-11", false)}) {
    const auto config =
        read(exceptions(fmt::format("{{rule: a, reason: r, owner: them, expires: {}}}", day)));
    ASSERT_TRUE(config.has_value()) << render(config.error());
    const auto told = expired_exceptions(config->bottles[0], kToday + std::chrono::hours(23));
    ASSERT_EQ(told.size(), expired ? 1U : 0U) << day;
    if (!expired) continue;
    EXPECT_EQ(to_string(told[0].where), "/etc/cork.yaml:7:9");
    EXPECT_THAT(told[0].what, HasSubstr("ended with 2026-03-09"));
    EXPECT_THAT(told[0].hint, HasSubstr("ask its owner, 'them'"));
  }
}

}  // namespace
}  // namespace cork::config
