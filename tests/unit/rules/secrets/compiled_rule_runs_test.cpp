#include "rules/secrets/body_scanner.h"
#include "rules/secrets/ruleset.h"
#include "tests/unit/rules/secrets/scan_support.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace cork::secrets {
namespace {

using Random = std::mt19937_64;

class Runs : public testing::Test {
 protected:
  std::string hex(std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) text += fmt::format("{:02x}", random_() % 256);
    return text;
  }
  std::string uuid() { return hex(4) + "-" + hex(2) + "-" + hex(2) + "-" + hex(2) + "-" + hex(6); }
  template <std::size_t N>
  std::string one_of(const char* const (&texts)[N]) {
    return texts[random_() % N];
  }

  std::shared_ptr<const Ruleset> rules_ = Ruleset::builtin();
  WorkerScratch scratch_{*rules_};
  Random random_{1};
};

// What is remembered from one match to the next changes nothing but how long it takes.
TEST_F(Runs, WhatANameDropsIsDroppedAtEachOfItsEnds) {
  std::size_t found = 0, dropped = 0;
  for (int line = 0; line < 1000; ++line) {
    std::string text;
    for (int pair = 0; pair < 4; ++pair) {
      text += one_of({"", "next_", "public", "datadog_", "my.", "page", "csrf-", "X"});
      text += one_of({"token", "api_key", "Secret", "password", "accessKey", "pwd_auth"});
      text += one_of({"", "_hash", "Id", "_url", "2", ".file", "string"});
      text += one_of({"=", "\": \"", ": ", " string = \"", " => '", "==", ", '", ""});
      text += one_of({"", "token=", "a=", "x/", "key:", "\n"});
      text += random_() % 3 == 0 ? uuid() : random_() % 2 == 0 ? hex(20) : "created_by_hand_or_not";
      text += one_of({"\"", "&", "\n", "", "=", "' "});
    }
    std::map<RuleIndex, Dropped> remembered;
    for (const test::Match& match : test::block_matches(rules_->block_database(), text, scratch_)) {
      std::size_t alone = 0, after_others = 0;
      const auto one = rules_->confirm(match.rule, text, match.end, false, alone);
      const auto other = rules_->confirm(match.rule, text, match.end, false, after_others,
                                         &remembered[match.rule]);
      ASSERT_EQ(one.has_value(), other.has_value()) << text << " " << match.end;
      if (one) ASSERT_EQ(one->begin, other->begin) << text;
      found += one.has_value();
      dropped += after_others == 0;
    }
  }
  EXPECT_GT(found, 300u);
  EXPECT_GT(dropped, 300u);
}

// Lists and logs that agents read and send: a name that is none of a secret, or a value that is
// none, in each line.
TEST_F(Runs, ManyRecordsOfWhatIsNoSecretAreNotRefused) {
  const std::map<std::string, std::function<std::string(int)>> records{
      {"pages",
       [&](int i) {
         return fmt::format(R"({{"items":[],"nextPageToken":"{}","n":{}}})", hex(16), i);
       }},
      {"forms", [&](int) { return "csrf_token=" + hex(20) + "&a=1"; }},
      {"users",
       [&](int i) {
         return fmt::format(R"({{"id":{},"username":"user{}","password_hash":"{}"}})", i, i,
                            hex(32));
       }},
      {"usage",
       [&](int i) {
         return fmt::format(R"({{"api_key_id":"{}","usage":{},"model":"m"}})", uuid(), i);
       }},
      {"log",
       [&](int) {
         return "2026-01-01T00:00:00Z INFO request handled token=" + uuid() +
                " path=/api/v1 status=200";
       }},
      {"java",
       [&](int i) {
         return fmt::format(
             "  private final AccessTokenProvider accessTokenProvider = "
             "accessTokenProviderFactory.create{}();",
             i);
       }},
      {"env",
       [&](int i) {
         return fmt::format(
             "SERVICE{}_API_KEY"
             "=your_api_key_goes_here",
             i);
       }},
      {"manifests",
       [&](int) { return std::string("secretName: wildcard-example-com-certificate"); }},
      {"terraform",
       [&](int i) {
         return fmt::format("password_secret_arn = module.db{}.master_user_secret_arn", i);
       }},
  };
  for (const auto& [name, record] : records) {
    std::string body;
    for (int i = 0; i < 1500; ++i) body += record(i) + "\n";
    BodyScanner scanner({.rules = rules_, .hints = {}, .limits = {}});
    scanner.feed(as_bytes(body), scratch_);
    EXPECT_EQ(scanner.finish(scratch_), Verdict::clean) << name << ": " << scanner.problem();
  }
}

}  // namespace
}  // namespace cork::secrets
