// Known values in heads: at home in the fields of their hosts, leaks everywhere else.
#include "base/base64.h"
#include "rules/secrets/head_scanner.h"
#include "rules/secrets/known_finding.h"
#include "tests/support/test_rules.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

class KnownHead : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<known::Value> values;
    values.push_back({{.name = "env:MINE", .homes = {home_}}, known::Clear(std::string(mine_))});
    values.push_back({{.name = "file:/key", .homes = {home_}, .fields = {"x-api-key"}},
                      known::Clear(std::string(key_))});
    values.push_back({{.name = "env:BAIT", .canary = true}, known::Clear(std::string(bait_))});
    known_ = *known::KnownValues::make(std::move(values), {});
  }

  HeadReport scan(std::string_view host, std::string target, std::vector<Field> fields = {},
                  std::string_view method = "GET") {
    target_ = std::move(target);
    const RequestHead head{method, Scheme::https, Endpoint{*Host::parse(host), 443},
                           *Target::parse(target_), fields};
    return scan_head(*rules_, head, {}, {}, scratch_, {}, known_.get());
  }
  bool leaks(const HeadReport& report) {
    return report.verdict == Verdict::leak && blocks_known(report.findings);
  }

  const Host home_ = *Host::parse("api.github.com");
  const std::string mine_ = "k8Zq" + std::string("Wd3mVx71RtYpB6nHs0cLgJfA2eQu9TzKi5oXw4");
  const std::string key_ = "P3v" + std::string("9aXk27LmQw8ZtYc41RbNs6HdJ0fGe5UiKoTp");
  const std::string bait_ = "m4T" + std::string("q81VbZx0Lr7NcWk29GyHd5PsJf3eAu6QiRoXt");
  std::shared_ptr<const Ruleset> rules_ = cork::test::one_rule();
  std::shared_ptr<const known::KnownValues> known_;
  WorkerScratch scratch_{*rules_};
  std::string target_;
};

TEST_F(KnownHead, IsAtHomeInAuthorizationToItsHosts) {
  const std::string bearer = "Bearer " + mine_;
  const std::string basic = "Basic " + base64_encoded("x-access-token:" + mine_);
  for (const std::string& value : {bearer, basic, "token " + mine_}) {
    const HeadReport report = scan("api.github.com", "/user", {{"Authorization", value}});
    EXPECT_EQ(report.verdict, Verdict::clean) << value;
    ASSERT_FALSE(report.findings.empty());
    EXPECT_FALSE(report.findings[0].blocking);
    EXPECT_TRUE(leaks(scan("github.com", "/user", {{"Authorization", value}})));
    EXPECT_TRUE(leaks(scan("a.api.github.com", "/user", {{"Authorization", value}})));
  }
}

// A code host of one's own has the same tokens as the one that the rule knows.
TEST_F(KnownHead, WhatARuleFindsInItIsAtHomeThereToo) {
  const auto drawn = [](std::string_view letters) { return "tok_" + std::string(letters); };
  const std::string token = drawn("k8zq3wd7mvx1rtyp6nhs");
  const std::string lure = drawn("m4tq8vbz0lr7ncwk29gy");
  std::vector<known::Value> values;
  values.push_back({{.name = "env:TOKEN", .homes = {*Host::parse("git.example.org")}},
                    known::Clear(std::string(token))});
  values.push_back(
      {{.name = "env:LURE", .homes = {*Host::parse("git.example.org")}, .canary = true},
       known::Clear(std::string(lure))});
  known_ = *known::KnownValues::make(std::move(values), {});
  for (const std::string& value :
       {"Bearer " + token, "Basic " + base64_encoded("x-access-token:" + token)}) {
    EXPECT_EQ(scan("git.example.org", "/", {{"Authorization", value}}).verdict, Verdict::clean);
    EXPECT_EQ(scan("example.org", "/", {{"Authorization", value}}).verdict, Verdict::leak);
    EXPECT_EQ(scan("git.example.org", "/", {{"X-Note", value}}).verdict, Verdict::leak);
  }
  EXPECT_EQ(scan("git.example.org", "/?key=" + token).verdict, Verdict::leak);
  for (const std::string& value :
       {"Bearer " + lure, "Bearer " + token + " " + cork::test::made_up_credential()}) {
    EXPECT_EQ(scan("git.example.org", "/", {{"Authorization", value}}).verdict, Verdict::leak);
  }
}

TEST_F(KnownHead, IsALeakInEveryOtherPartEvenThere) {
  const std::string host = "api.github.com";
  EXPECT_TRUE(leaks(scan(host, "/a/" + mine_)));
  EXPECT_TRUE(leaks(scan(host, "/a?b=" + mine_)));
  EXPECT_TRUE(leaks(scan(host, "/a?b=%6b" + mine_.substr(1))));
  EXPECT_TRUE(leaks(scan(host, "/", {{"X-Note", mine_}})));
  EXPECT_TRUE(leaks(scan(host, "/", {{"Cookie", "a=" + mine_}})));
  EXPECT_TRUE(leaks(scan(host, "/", {{mine_, "x"}})));
  EXPECT_TRUE(leaks(scan(host, "/", {}, mine_)));
  EXPECT_TRUE(leaks(scan(host, "/" + mine_.substr(0, 20) + "?" + mine_.substr(20))));
}

TEST_F(KnownHead, IsAtHomeInTheFieldsThatItsEntryNamesAlone) {
  EXPECT_EQ(scan("api.github.com", "/", {{"X-API-Key", key_}}).verdict, Verdict::clean);
  EXPECT_TRUE(leaks(scan("api.github.com", "/", {{"Authorization", "Bearer " + key_}})));
}

TEST_F(KnownHead, ACanaryIsAtHomeNowhere) {
  const HeadReport report = scan("api.github.com", "/", {{"Authorization", "Bearer " + bait_}});
  EXPECT_TRUE(leaks(report));
  EXPECT_TRUE(has_canary(report.findings));
}

// Of what is masked in the log nothing may be left over.
TEST_F(KnownHead, TakesAllOfThePartForItsPlaceAndShowsNoNameThatHoldsOne) {
  const HeadReport split = scan("a.example", "/" + mine_.substr(0, 20) + "?" + mine_.substr(20));
  ASSERT_EQ(split.findings.size(), 2U);
  for (const Finding& finding : split.findings) {
    EXPECT_EQ(finding.place.begin, 0U);
    EXPECT_GE(finding.place.end, finding.place.part == Part::path ? 21U : mine_.size() - 20);
  }
  const HeadReport name = scan("a.example", "/", {{mine_.substr(0, 20), mine_.substr(20)}});
  ASSERT_FALSE(name.findings.empty());
  for (const Finding& finding : name.findings) EXPECT_EQ(finding.place.pointer, "");
}

TEST_F(KnownHead, IsALeakInTrailersAndInHostNamesWhateverTheCase) {
  const std::vector<Field> fields{{"Authorization", mine_}};
  EXPECT_TRUE(leaks(scan_trailers(*rules_, fields, {}, {}, scratch_, known_.get())));
  std::string lower;
  for (const char c : mine_) lower += static_cast<char>(std::tolower(c));
  const std::string authority = lower.substr(0, 9) + "." + lower.substr(9) + ".a.example:443";
  EXPECT_TRUE(leaks(scan_authority(*rules_, authority, {}, {}, scratch_, known_.get())));
  EXPECT_EQ(scan_authority(*rules_, "api.github.com:443", {}, {}, scratch_, known_.get()).verdict,
            Verdict::clean);
}

}  // namespace
}  // namespace cork::secrets
