#include "rules/secrets/actions.h"

#include "base/base64.h"
#include "rules/secrets/body_scanner.h"
#include "rules/secrets/head_scanner.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

class ActionsTest : public testing::Test {
 protected:
  std::shared_ptr<const NamedActions> named(const std::string& rule, Action action) {
    const NamedActions::Word word{rule, action, {}};
    return *NamedActions::make({&word, 1}, *rules);
  }
  Verdict scan(const Actions& actions, std::string_view wire) {
    BodyScanner body({.rules = rules, .hints = {}, .limits = {}, .actions = actions});
    body.feed(as_bytes(wire), scratch);
    const Verdict verdict = body.finish(scratch);
    findings.assign(body.findings().begin(), body.findings().end());
    return verdict;
  }

  std::shared_ptr<const Ruleset> rules = test::small_rules();
  const RuleIndex token = *rules->index_of("test-token"), note = *rules->index_of("test-note");
  WorkerScratch scratch{*rules};
  std::vector<Finding> findings;
  const std::string text = "a " + test::token() + " and note" + "_abcdefgh.";
};

TEST_F(ActionsTest, OfNobodyBlockWhatIsSure) {
  const Actions actions;
  EXPECT_EQ(actions.of(token), Action::block);
  EXPECT_TRUE(actions.is_leak(*rules, token));
  EXPECT_FALSE(actions.is_leak(*rules, note));
  EXPECT_TRUE(actions.stop());
  EXPECT_FALSE(actions.mask());
}

TEST_F(ActionsTest, WhatCannotBeMaskedIsBlocked) {
  const Actions actions(Action::redact);
  EXPECT_EQ(actions.of(token), Action::redact);
  EXPECT_EQ(actions.without_masks().of(token), Action::block);
  EXPECT_EQ(actions.without_masks().of_known(), Action::block);
  EXPECT_FALSE(actions.without_masks().mask());
  EXPECT_TRUE(actions.without_masks().stop());
}

TEST_F(ActionsTest, ARuleThatRecordsBlocksWhereItIsNamed) {
  EXPECT_EQ(scan(Actions(), "note" + std::string("_abcdefgh.")), Verdict::clean);
  const Actions actions(Actions::Parts{.named = named("test-note", Action::block)});
  EXPECT_EQ(scan(actions, "note" + std::string("_abcdefgh.")), Verdict::leak);
  ASSERT_FALSE(findings.empty());
  EXPECT_TRUE(findings.back().stops);
  EXPECT_GT(actions.hold(*rules).width(), rules->hold().width());
}

// Its candidates are held back as those of any rule that stops.
TEST_F(ActionsTest, NothingOfWhatANamedRuleFindsIsSettledBefore) {
  const Actions actions(
      Actions::Parts{.all = Action::record, .named = named("test-note", Action::block)});
  const std::string body = std::string(5000, ' ') + "note" + "_abcd";
  BodyScanner scanner({.rules = rules, .hints = {}, .limits = {}, .actions = actions});
  ASSERT_EQ(scanner.feed(as_bytes(body), scratch), Verdict::clean);
  ASSERT_EQ(scanner.idle(scratch), Verdict::clean);
  EXPECT_LE(scanner.settled(), 5000U);
  scanner.feed(as_bytes("e."), scratch);
  EXPECT_EQ(scanner.finish(scratch), Verdict::leak);
}

TEST_F(ActionsTest, ARuleThatIsNamedToWarnStopsNothing) {
  const Actions actions(Actions::Parts{.named = named("test-token", Action::record)});
  EXPECT_EQ(scan(actions, text), Verdict::clean);
  EXPECT_FALSE(findings.front().blocking);
}

TEST_F(ActionsTest, WhatIsExcusedIsRecordedWithTheReason) {
  const Actions actions(
      Actions::Parts{.excuses = {{.rule = token, .print = {}, .reason = "r", .owner = "o"}}});
  EXPECT_EQ(scan(actions, text + ' ' + test::token('b')), Verdict::clean);
  EXPECT_EQ(findings.front().exception, "r");
  EXPECT_EQ(findings.front().owner, "o");
  EXPECT_FALSE(findings.front().blocking);
  EXPECT_EQ(name_of_action(findings.front()), "record");
}

// Each secret that left because somebody vouches for it stays in the record.
TEST_F(ActionsTest, WhatIsMaskedTakesThePlaceOfNothingThatIsExcused) {
  const Actions actions(
      Actions::Parts{.named = named("test-note", Action::redact),
                     .excuses = {{.rule = token, .print = {}, .reason = "r", .owner = "o"}}});
  std::string body;
  for (int i = 0; i < 16; ++i) body += test::token(static_cast<char>('a' + i)) + ' ';
  for (int i = 0; i < 4; ++i) body += test::note(static_cast<char>('a' + i)) + ". ";
  EXPECT_EQ(scan(actions, body), Verdict::leak);  // nobody would know of the masks
  EXPECT_EQ(16, std::ranges::count(findings, "r", &Finding::exception));
}

TEST_F(ActionsTest, AreStricterWhereTheyExcuseLess) {
  const Fingerprint one = fingerprint({}, test::token()), other = fingerprint({}, test::token('b'));
  const auto excusing = [&](std::optional<Fingerprint> print, Action all = Action::block) {
    return Actions(Actions::Parts{
        .all = all, .excuses = {{.rule = token, .print = print, .reason = "r", .owner = "o"}}});
  };
  EXPECT_FALSE(Actions().no_stricter_than(excusing(one), *rules));
  EXPECT_FALSE(excusing(one).no_stricter_than(excusing(other), *rules));
  EXPECT_FALSE(excusing(one).no_stricter_than(excusing(std::nullopt), *rules));
  EXPECT_TRUE(excusing(one).no_stricter_than(excusing(one), *rules));
  EXPECT_TRUE(excusing(std::nullopt).no_stricter_than(excusing(one), *rules));
  EXPECT_TRUE(excusing(one).no_stricter_than(Actions(), *rules));
  EXPECT_TRUE(Actions(Action::record).no_stricter_than(excusing(one, Action::record), *rules));
}

TEST_F(ActionsTest, AnExcuseForOneSecretIsForNoOther) {
  const Fingerprint print = fingerprint({}, test::token());
  const Actions actions(
      Actions::Parts{.excuses = {{.rule = token, .print = print, .reason = "r", .owner = "o"}}});
  EXPECT_EQ(scan(actions, text), Verdict::clean);
  EXPECT_EQ(scan(actions, text + ' ' + test::token('b')), Verdict::leak);
}

// All that a container holds, or a block of digits, comes from one place on the wire.
TEST_F(ActionsTest, AnExcuseForOneSecretIsForNoOtherThatIsPackedWithIt) {
  const Fingerprint print = fingerprint({}, test::token());
  const Actions actions(
      Actions::Parts{.excuses = {{.rule = token, .print = print, .reason = "r", .owner = "o"}}});
  for (const std::string& both :
       {test::token() + ' ' + test::token('b'), test::token('b') + ' ' + test::token()}) {
    EXPECT_EQ(scan(actions, test::gzip(both)), Verdict::leak);
    EXPECT_EQ(scan(actions, base64_encoded(test::deflated(both, 15))), Verdict::leak);
    for (std::size_t pad = 0; pad < 12; ++pad) {
      EXPECT_EQ(scan(actions, base64_encoded(std::string(pad, '.') + both)), Verdict::leak) << pad;
    }
  }
}

TEST_F(ActionsTest, AnExcuseForOneSecretInAHeadIsForNoOther) {
  const Fingerprint print = fingerprint({}, test::token());
  const Actions actions(
      Actions::Parts{.excuses = {{.rule = token, .print = print, .reason = "r", .owner = "o"}}});
  const std::string excused = test::token(), other = test::token('b');
  const std::string one(30, 'n'), two(31, 'n'), in_name = "X-" + excused, in_other = "X-" + other;
  const std::vector<Field> heads[] = {{{"X-A", excused}, {"X-A", other}},
                                      {{one, excused}, {two, other}},
                                      {{in_name, "1"}, {in_other, "1"}}};
  for (const auto& fields : heads) {
    EXPECT_EQ(scan_trailers(*rules, {fields.data(), 1}, {}, {}, scratch, nullptr, actions).verdict,
              Verdict::clean);
    EXPECT_EQ(scan_trailers(*rules, fields, {}, {}, scratch, nullptr, actions).verdict,
              Verdict::leak)
        << fields[0].name;
  }
}

// A rule with a suppressor finds more of a credential at each byte, in the text with the escape and
// in the one without it.
TEST_F(ActionsTest, AnExcuseHoldsForAllOfASecretBeforeAnEscape) {
  auto parsed = parse_rules(R"(
[[rules]]
id = "open"
regex = '''sec_[a-z0-9]{20,}'''
entropy = 0.5
)",
                            "test.toml");
  ASSERT_TRUE(parsed);
  rules = *Ruleset::compile(std::move(*parsed));
  WorkerScratch own(*rules);
  const std::string secret = "sec" + std::string("_") + "abcdefghijklmnopqrstuvwx";
  const Actions actions(Actions::Parts{.excuses = {{.rule = 0,
                                                    .print = fingerprint({}, secret.substr(0, 24)),
                                                    .reason = "r",
                                                    .owner = "o"}}});
  for (const std::string& behind : {"&amp;", "%22", "\\/", "\\n"}) {
    const std::string body = "a\\n " + secret + behind + " z";
    for (std::size_t cut = 1; cut < body.size(); ++cut) {
      BodyScanner scanner({.rules = rules, .hints = {}, .limits = {}, .actions = actions});
      scanner.feed(as_bytes(std::string_view(body).substr(0, cut)), own);
      scanner.idle(own);
      scanner.feed(as_bytes(std::string_view(body).substr(cut)), own);
      EXPECT_EQ(scanner.finish(own), Verdict::clean) << behind << " cut at " << cut;
    }
  }
}

// However near to each other they come from.
TEST_F(ActionsTest, EachOfThoseThatArePackedTogetherIsRecorded) {
  const Actions actions(Action::record);
  const std::string three = test::token('a') + ' ' + test::token('b') + ' ' + test::token('c');
  for (const std::string& body : {test::gzip(three), base64_encoded(three)}) {
    EXPECT_EQ(scan(actions, body), Verdict::clean);
    EXPECT_EQ(findings.size(), 3U);
  }
}

}  // namespace
}  // namespace cork::secrets
