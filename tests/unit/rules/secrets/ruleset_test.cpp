#include "rules/secrets/ruleset.h"

#include "tests/unit/rules/secrets/memory_store.h"
#include "tests/unit/rules/secrets/scan_support.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace cork::secrets {
namespace {

using test::find_all;
using test::finds;

std::shared_ptr<const Ruleset> compiled(std::vector<Rule> rules) {
  auto set = Ruleset::compile(std::move(rules));
  if (!set) throw std::runtime_error(render(set.error()));
  return *set;
}

Rule rule(const std::string& regex, Confidence confidence = Confidence::high) {
  Rule made;
  made.id = "r";
  made.regex = regex;
  made.confidence = confidence;
  made.where = {"f.toml", 7, 1};
  return made;
}

TEST(Ruleset, RefusesWhatItCannotHoldBackOrUnderstand) {
  const auto grouped = [](const std::string& regex, int group) {
    Rule made = rule(regex);
    made.secret_group = group;
    return made;
  };
  const auto allowing = [](const std::string& regex) {
    Rule made = rule("abc");
    made.allowlists.push_back({{regex}, {}});
    return made;
  };
  const struct {
    Rule rule;
    std::string what;
  } cases[] = {
      {rule("a("), "missing )"},
      {rule("(?=a)b"), "regex: "},
      {rule("a*"), "empty text"},
      {rule("a{2000}"), "repetition"},
      {rule("key=[a-z]+;"), "no bound"},
      {rule("tok_[a-z]{20,}(?:[;&]|$)"), "no bound"},
      {rule("k[a-z]{900}[0-9]{900}x{900}y{900}z{900}"), "no bound"},
      {grouped("tok_([a-z]{4})", 2), "secretGroup 2 of a regex with 1 group"},
      {rule("[A-Z ]{20}"), "no four letters"},
      {rule("\"[a-z]{20}"), "no four letters"},
      {rule("[^,]{20}"), "no four letters"},
      {rule("\\pL{4}abcd"), "cannot read"},
      {rule(std::string("tok_[0-9]{8}\0x", 14)), "a NUL"},
      {rule("tok_([^\\x00-\\xff])"), "regex: "},
      {allowing("("), "allowlist regex"},
  };
  for (const auto& c : cases) {
    std::vector<Rule> rules;
    rules.push_back(c.rule);
    const auto set = Ruleset::compile(std::move(rules));
    ASSERT_FALSE(set) << c.rule.regex;
    const std::string text = render(set.error());
    EXPECT_NE(text.find(c.what), std::string::npos) << c.rule.regex << ": " << text;
    EXPECT_EQ(set.error().front().where, (Where{"f.toml", 7, 1}));
  }
  EXPECT_FALSE(Ruleset::compile({}));
}

TEST(Ruleset, ShowsTheErrorsOfAllRules) {
  std::vector<Rule> rules;
  for (const char* regex : {"a(", "fine", "b*"}) rules.push_back(rule(regex));
  const auto set = Ruleset::compile(std::move(rules));
  ASSERT_FALSE(set);
  EXPECT_EQ(set.error().size(), 2u);
}

TEST(Ruleset, TakesARuleThatOnlyRecordsWithoutABound) {
  const auto set = compiled({rule("key=[a-z]+;", Confidence::low), rule("abcd")});
  EXPECT_EQ(set->hold_width(), 5u);
  EXPECT_GT(set->retain_width(), 500u);
  const WorkerScratch scratch(*set);
  EXPECT_TRUE(finds(*set, 0, "a key=abc;", scratch));
}

TEST(Ruleset, HoldsForTheWidestRuleThatBlocksAndNothingForOneThatRecords) {
  EXPECT_EQ(compiled({rule("ab[0-9]{10}"), rule("c{40}", Confidence::low)})->hold_width(), 13u);
  EXPECT_EQ(compiled({rule("c{40}", Confidence::low)})->hold_width(), 0u);
  EXPECT_EQ(compiled({rule("ab[0-9]{10,}")})->hold_width(), 13u);
}

TEST(Ruleset, FindsARuleByItsId) {
  const auto set = compiled({rule("abcd")});
  ASSERT_NE(set->find("r"), nullptr);
  EXPECT_EQ(set->find("r"), &set->rules()[0]);
  EXPECT_EQ(set->find("other"), nullptr);
}

TEST(Ruleset, AnOpenCredentialIsTheTrailingRunOverItsAlphabet) {
  const auto set = compiled({rule("k_[a-c]{8}"), rule("pass=([x-z]{6})")});
  EXPECT_EQ(set->open_from(""), 0u);
  EXPECT_EQ(set->open_from("hello "), 6u);
  EXPECT_EQ(set->open_from("hello k_abc"), 6u);
  EXPECT_EQ(set->open_from("\"k_abc\""), 7u);
  // The name before the secret is not the secret.
  EXPECT_EQ(set->open_from("pass=xy"), 5u);
}

TEST(Ruleset, NothingIsOpenThatIsOlderThanTheHoldWidth) {
  const auto set = compiled({rule("k_[a-c]{8}")});
  EXPECT_EQ(set->open_from(std::string(100, 'a')), 100 - set->hold_width());
}

TEST(Ruleset, WhatOnlyRecordsHoldsNothingOpen) {
  EXPECT_EQ(compiled({rule("[a-z]{8}", Confidence::low)})->open_from("abc"), 3u);
}

TEST(Ruleset, AnAnchorOpensACredentialOfAnyText) {
  const auto set = compiled({rule("--BEGIN[ a-z\\n]{20}")});
  EXPECT_EQ(set->open_from("text --BEGIN some more"), 5u);
  EXPECT_EQ(set->open_from("text --BEG"), 5u);
  EXPECT_EQ(set->open_from("text -"), 5u);
  EXPECT_EQ(set->open_from("text --"), 5u);
  EXPECT_EQ(set->open_from("text --x"), 8u);
  EXPECT_EQ(set->open_from("--BEGIN --BEGIN"), 0u);
  EXPECT_EQ(set->open_from("--BEGIN" + std::string(40, ' ')), 47u);
}

TEST(Ruleset, IgnoresCaseOnlyWhereAsked) {
  const auto set = compiled({rule("KEY_[A-F]{8}")});
  const WorkerScratch scratch(*set);
  const std::string lower = "key_abcdefab.example";
  EXPECT_FALSE(finds(*set, 0, lower, scratch));
  EXPECT_TRUE(finds(*set, 0, lower, scratch, true));
}

TEST(Ruleset, ACredentialIsAtHomeOnOneHostInOneSlot) {
  Rule home = rule("abcd");
  home.audience.push_back({*Host::parse("api.example.com"), "header:authorization"});
  const auto set = compiled({home});
  const auto at_home = [&](const char* host, const char* slot) {
    return set->at_home(0, *Host::parse(host), slot);
  };
  EXPECT_TRUE(at_home("api.example.com", "header:authorization"));
  EXPECT_TRUE(at_home("API.EXAMPLE.COM.", "header:authorization"));
  EXPECT_FALSE(at_home("api.example.com", "header:x-api-key"));
  EXPECT_FALSE(at_home("api.example.com", "basic"));
  EXPECT_FALSE(at_home("evil.example.com", "header:authorization"));
  EXPECT_FALSE(at_home("x.api.example.com", "header:authorization"));
}

TEST(Ruleset, ACredentialThatIsAtHomeInAFieldIsSoAtOnePath) {
  Rule home = rule("abcd");
  home.audience.push_back({*Host::parse("api.example.com"), "field:a", "/token"});
  const auto set = compiled({home});
  const Host host = *Host::parse("api.example.com");
  EXPECT_TRUE(set->at_home(0, host, "field:a", "/token"));
  EXPECT_FALSE(set->at_home(0, host, "field:a", "/token/"));
  EXPECT_FALSE(set->at_home(0, host, "field:a"));
  EXPECT_FALSE(set->at_home(0, host, "field:b", "/token"));
}

TEST(Ruleset, ACredentialMayBeAtHomeAtAnyHost) {
  Rule home = rule("abcd");
  home.audience.push_back({std::nullopt, "header:authorization"});
  home.audience.push_back({std::nullopt, "query:*"});
  home.audience.push_back({std::nullopt, "field:assertion", "*"});
  const auto set = compiled({home});
  const Host host = *Host::parse("anything.example.com");
  EXPECT_TRUE(set->at_home(0, host, "header:authorization"));
  EXPECT_FALSE(set->at_home(0, host, "header:cookie"));
  EXPECT_TRUE(set->at_home(0, host, "query:token"));
  EXPECT_TRUE(set->at_home(0, host, "field:assertion", "/oauth/token"));
  EXPECT_FALSE(set->at_home(0, host, "field:comment", "/oauth/token"));
  EXPECT_FALSE(set->at_home(0, host, "header:authorization", {}, false));
}

TEST(Ruleset, OneScratchServesAllThreeDatabases) {
  const auto set = compiled({rule("k_[a-c]{8}")});
  const WorkerScratch scratch(*set);
  const std::string text = "x k_abcabcab x";
  EXPECT_EQ(test::block_matches(set->block_database(), text, scratch).size(), 1u);
  EXPECT_EQ(test::block_matches(set->folded_database(), text, scratch).size(), 1u);
  EXPECT_EQ(test::find_streaming(*set, text, {5, 9}, scratch), find_all(*set, text, scratch));
}

TEST(Ruleset, LeavesOutOfHostNamesWhatNoneCanHold) {
  const auto set = compiled({rule("key=[a-f]{8}"), rule("k_[a-f]{8}")});
  const WorkerScratch scratch(*set);
  const std::string text = "KEY=ABCDEFAB K_ABCDEFAB";
  EXPECT_FALSE(finds(*set, 0, text, scratch, true));
  EXPECT_TRUE(finds(*set, 1, text, scratch, true));
}

// The same in every respect that a scan can see.
void expect_same(const Ruleset& a, const Ruleset& b, const std::string& text) {
  const WorkerScratch scratch_a(a), scratch_b(b);
  EXPECT_EQ(a.hold_width(), b.hold_width());
  EXPECT_EQ(a.retain_width(), b.retain_width());
  EXPECT_EQ(a.open_from(text), b.open_from(text));
  for (const bool folded : {false, true}) {
    EXPECT_FALSE(find_all(a, text, scratch_a, folded).empty());
    EXPECT_EQ(find_all(a, text, scratch_a, folded), find_all(b, text, scratch_b, folded));
  }
  EXPECT_EQ(test::find_streaming(a, text, {3, 9}, scratch_a),
            test::find_streaming(b, text, {3, 9}, scratch_b));
}

TEST(Ruleset, IsMadeFromWhatIsKeptOfTheSameRules) {
  test::MemoryStore store;
  const std::vector<Rule> rules = {rule("k_[a-c]{8,}"), rule("(n|m)_[0-9]{3,9}", Confidence::low)};
  const auto made = Ruleset::compile(rules, &store);
  ASSERT_TRUE(made);
  EXPECT_EQ(store.kept, 1);
  const auto again = Ruleset::compile(rules, &store);
  ASSERT_TRUE(again);
  EXPECT_EQ(store.loaded, 2);
  EXPECT_EQ(store.kept, 1);
  expect_same(**made, **again, "x k_abcabcab n_1234 k_ab");
}

TEST(Ruleset, IsCompiledAnewWhereARuleChangedOrWhatIsKeptIsDamaged) {
  test::MemoryStore store;
  ASSERT_TRUE(Ruleset::compile({rule("k_[a-c]{8}")}, &store));
  const auto changed = Ruleset::compile({rule("k_[a-d]{8}")}, &store);
  ASSERT_TRUE(changed);
  EXPECT_EQ(store.kept, 2);
  store.image->back() ^= 1;
  const auto mended = Ruleset::compile({rule("k_[a-d]{8}")}, &store);
  ASSERT_TRUE(mended);
  EXPECT_EQ(store.kept, 3);
  expect_same(**changed, **mended, "x k_abcdabcd x");
  ASSERT_TRUE(Ruleset::compile({rule("k_[a-d]{8}")}, &store));
  EXPECT_EQ(store.kept, 3);
}

TEST(Ruleset, WhoseSuppressorsChangedNeedsNoOtherDatabases) {
  test::MemoryStore store;
  Rule one = rule("k_[a-c]{8}");
  one.entropy = 1;
  ASSERT_TRUE(Ruleset::compile({one}, &store));
  one.entropy = 1.5;
  const auto set = Ruleset::compile({one}, &store);
  ASSERT_TRUE(set);
  EXPECT_EQ(store.kept, 1);
  const WorkerScratch scratch(**set);
  EXPECT_FALSE(finds(**set, 0, "k_aaaaaaaa", scratch));
}

TEST(Ruleset, ThatIsRefusedIsNotKept) {
  test::MemoryStore store;
  EXPECT_FALSE(Ruleset::compile({rule("a(")}, &store));
  EXPECT_FALSE(Ruleset::compile({rule("a*")}, &store));
  EXPECT_EQ(store.kept, 0);
}

TEST(Ruleset, IsTheSameWhereItFindsTheSameWhereverThatIsWritten) {
  const auto set = [](auto change) {
    Rule rule;
    rule.id = "a";
    rule.regex = "abc_[0-9]{10}";
    change(rule);
    auto made = Ruleset::compile({rule});
    EXPECT_TRUE(made);
    return *std::move(made);
  };
  const auto one = set([](Rule&) {});
  EXPECT_TRUE(same_rules(*one, *set([](Rule& rule) { rule.where.line = 7; })));
  EXPECT_FALSE(same_rules(*one, *set([](Rule& rule) { rule.regex = "abc_[0-9]{11}"; })));
  EXPECT_FALSE(same_rules(*one, *set([](Rule& rule) { rule.confidence = Confidence::low; })));
  EXPECT_FALSE(same_rules(*one, *set([](Rule& rule) { rule.partial = true; })));
  EXPECT_FALSE(same_rules(*one, *set([](Rule& rule) { rule.checksum = Checksum::luhn; })));
  EXPECT_FALSE(same_rules(
      *one, *set([](Rule& rule) { rule.audience.push_back({std::nullopt, "query:a"}); })));
  EXPECT_FALSE(
      same_rules(*one, *set([](Rule& rule) { rule.allowlists.push_back({{"000"}, {}}); })));
}

}  // namespace
}  // namespace cork::secrets
