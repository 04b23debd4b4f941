#include "proxy/session/gate.h"

#include "tests/support/test_rules.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace cork::session {
namespace {

using secrets::Verdict;

constexpr std::size_t kCap = 64 * 1024;

class GateTest : public ::testing::Test {
 protected:
  Gate gate(Gate::Mode mode = Gate::Mode::hold, std::size_t cap = kCap,
            std::vector<std::string> codings = {}) {
    return {secrets::BodyScanner({rules, secrets::Part::body, {"", std::move(codings)}, {}, {}}),
            mode, cap};
  }
  // Of a route that masks.
  Gate masking_gate(std::size_t cap = kCap) {
    return {secrets::BodyScanner({.rules = rules,
                                  .hints = {},
                                  .limits = {},
                                  .actions = secrets::Actions(secrets::Action::redact)}),
            Gate::Mode::hold, cap};
  }
  // Takes all that may be written, as an exchange does.
  static void drain(Gate& gate, std::string& sent) {
    const auto ready = gate.ready();
    sent += as_text(ready);
    gate.consumed(ready.size());
  }

  std::shared_ptr<const secrets::Ruleset> rules = test::one_rule();
  secrets::WorkerScratch scratch{*rules};
  std::string credential = test::made_up_credential();
};

TEST_F(GateTest, ACleanBodyPassesWholeAndUnchanged) {
  Gate body = gate();
  std::string wire;
  for (int i = 0; i < 20'000; ++i) wire += std::to_string(i) + ' ';
  std::string sent;
  for (std::size_t at = 0; at < wire.size(); at += 1000) {
    ASSERT_EQ(body.push(as_bytes(std::string_view(wire).substr(at, 1000)), scratch),
              Verdict::clean);
    drain(body, sent);
  }
  EXPECT_GT(sent.size(), wire.size() - 8 * 1024);  // streamed, not kept to the end
  EXPECT_EQ(body.finish(scratch), Verdict::clean);
  drain(body, sent);
  EXPECT_TRUE(sent == wire);
  EXPECT_EQ(body.held(), 0U);
}

TEST_F(GateTest, AnEmptyBodyIsClean) {
  Gate body = gate();
  EXPECT_EQ(body.finish(scratch), Verdict::clean);
  EXPECT_TRUE(body.ready().empty());
}

TEST_F(GateTest, NoByteOfACredentialEverLeavesHoweverItIsCut) {
  const std::string wire = std::string(3000, 'x') + ' ' + credential + " and more";
  const std::size_t begin = wire.find(credential);
  for (std::size_t cut = begin; cut <= begin + credential.size() + 1; ++cut) {
    Gate body = gate();
    std::string sent;
    body.push(as_bytes(std::string_view(wire).substr(0, cut)), scratch);
    drain(body, sent);
    body.idle(scratch);
    drain(body, sent);
    body.push(as_bytes(std::string_view(wire).substr(cut)), scratch);
    drain(body, sent);
    EXPECT_EQ(body.finish(scratch), Verdict::leak) << cut;
    drain(body, sent);
    EXPECT_LE(sent.size(), begin) << cut;
  }
}

TEST_F(GateTest, NoByteOfACredentialThatComesOneByOneEverLeaves) {
  Gate body = gate();
  const std::string wire = "key: " + credential + " ";
  std::string sent;
  for (const char& c : wire) {
    body.push(as_bytes({&c, 1}), scratch);
    body.idle(scratch);
    drain(body, sent);
  }
  EXPECT_EQ(body.finish(scratch), Verdict::leak);
  EXPECT_LE(sent.size(), 5U);
}

TEST_F(GateTest, AnOpenCandidateStaysHeldWhileTheSenderPauses) {
  Gate body = gate();
  const std::string half = "text " + credential.substr(0, 12);
  ASSERT_EQ(body.push(as_bytes(half), scratch), Verdict::clean);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(body.idle(scratch), Verdict::clean);
  EXPECT_LE(body.ready().size(), 5U);
  EXPECT_GE(body.held(), 12U);
  // It was none after all.
  ASSERT_EQ(body.push(as_bytes(" end"), scratch), Verdict::clean);
  ASSERT_EQ(body.finish(scratch), Verdict::clean);
  EXPECT_EQ(as_text(body.ready()), half + " end");
}

TEST_F(GateTest, ALeakEmptiesItForGood) {
  Gate body = gate();
  body.push(as_bytes("x " + credential + " "), scratch);
  ASSERT_EQ(body.finish(scratch), Verdict::leak);
  EXPECT_TRUE(body.ready().empty());
  EXPECT_EQ(body.held(), 0U);
  EXPECT_EQ(body.push(as_bytes("more"), scratch), Verdict::leak);
  EXPECT_EQ(body.idle(scratch), Verdict::leak);
  EXPECT_EQ(body.verdict(), Verdict::leak);
  EXPECT_TRUE(body.ready().empty());
  ASSERT_EQ(body.scanner().findings().size(), 1U);
  EXPECT_TRUE(body.scanner().findings()[0].blocking);
}

TEST_F(GateTest, InRecordModeALeakIsRecordedAndEverythingPasses) {
  Gate body = gate(Gate::Mode::record);
  const std::string wire = "x " + credential + " then " + std::string(5000, 'y');
  std::string sent;
  ASSERT_EQ(body.push(as_bytes(wire), scratch), Verdict::clean);
  EXPECT_EQ(body.ready().size(), wire.size());
  drain(body, sent);
  ASSERT_EQ(body.push(as_bytes("tail"), scratch), Verdict::clean);
  ASSERT_EQ(body.finish(scratch), Verdict::clean);
  drain(body, sent);
  EXPECT_TRUE(sent == wire + "tail");
  EXPECT_EQ(body.scanner().verdict(), Verdict::leak);
  EXPECT_EQ(body.scanner().findings().size(), 1U);
}

TEST_F(GateTest, WhatCannotBeReadIsStoppedInEitherMode) {
  for (const auto mode : {Gate::Mode::hold, Gate::Mode::record}) {
    Gate body = gate(mode, kCap, {"gzip"});
    body.push(as_bytes("this is no gzip"), scratch);
    EXPECT_EQ(body.finish(scratch), Verdict::unscannable);
    EXPECT_TRUE(body.ready().empty());
  }
}

TEST_F(GateTest, AnUnknownCodingIsStoppedAtItsFirstByte) {
  Gate body = gate(Gate::Mode::hold, kCap, {"rot13"});
  EXPECT_EQ(body.push(as_bytes("x"), scratch), Verdict::unscannable);
}

TEST_F(GateTest, WhatDoesNotSettleWithinTheCapIsOverTheLimit) {
  Gate body = gate(Gate::Mode::hold, 16);
  EXPECT_EQ(body.push(as_bytes(credential.substr(0, 20)), scratch), Verdict::over_limit);
  EXPECT_EQ(body.held(), 0U);
  EXPECT_EQ(body.finish(scratch), Verdict::over_limit);
}

TEST_F(GateTest, ScansInSlicesAndFindsTheSame) {
  for (const bool leak : {false, true}) {
    Gate body({secrets::BodyScanner({rules, secrets::Part::body, {}, {}, {}, 10'000}),
               Gate::Mode::hold, kCap});
    std::string wire;
    for (int i = 0; wire.size() < 80'000; ++i) wire += std::to_string(i) + ' ';
    const std::size_t begin = wire.size();
    if (leak) wire += credential + ' ';
    int resumed = 0;
    body.push(as_bytes(wire), scratch);
    for (; body.busy(); ++resumed) body.resume(scratch);
    EXPECT_GE(resumed, 3);
    body.finish(scratch);
    while (body.busy()) body.resume(scratch);
    EXPECT_EQ(body.verdict(), leak ? Verdict::leak : Verdict::clean);
    EXPECT_EQ(body.ready().size(), leak ? 0 : begin);
  }
}

TEST_F(GateTest, WhatIsRecordedOnceEndsTheWork) {
  Gate body({secrets::BodyScanner({rules, secrets::Part::body, {}, {}, {}, 5'000}),
             Gate::Mode::record, 1 << 20});
  body.push(as_bytes(credential + ' ' + std::string(100'000, 'x')), scratch);
  while (body.busy()) body.resume(scratch);
  EXPECT_EQ(body.scanner().verdict(), Verdict::leak);
  EXPECT_EQ(body.verdict(), Verdict::clean);
  EXPECT_EQ(body.ready().size(), credential.size() + 100'001);
}

TEST_F(GateTest, CountsWhatItHolds) {
  Gate body = gate(Gate::Mode::record, 1000);
  body.push(as_bytes(std::string(1000, 'x')), scratch);
  EXPECT_EQ(body.held(), 1000U);
  body.consumed(1);
  EXPECT_EQ(body.held(), 999U);
  body.consumed(5000);
  EXPECT_EQ(body.held(), 0U);
  EXPECT_TRUE(body.ready().empty());
}

TEST_F(GateTest, GivesTheSameBytesHoweverLittleIsTakenAtATime) {
  std::mt19937 random(1);
  Gate body = gate();
  std::string wire, sent;
  for (int round = 0; round < 400; ++round) {
    std::string piece(random() % 300, ' ');
    for (char& c : piece) c = static_cast<char>('a' + random() % 26);
    piece += ' ';
    wire += piece;
    ASSERT_EQ(body.push(as_bytes(piece), scratch), Verdict::clean);
    if (round % 5 == 0) ASSERT_EQ(body.idle(scratch), Verdict::clean);
    const auto ready = body.ready();
    const auto taken = ready.first(random() % (ready.size() + 1));
    sent += as_text(taken);
    body.consumed(taken.size());
    ASSERT_EQ(sent.size() + body.held(), wire.size());
  }
  ASSERT_EQ(body.finish(scratch), Verdict::clean);
  drain(body, sent);
  EXPECT_TRUE(sent == wire);
}

TEST_F(GateTest, MasksWhatIsFoundHoweverItIsCut) {
  const std::string before = std::string(3000, 'x') + ' ', behind = " and more";
  const std::string wire = before + credential + behind;
  const std::string masked = before + "*cork*redacted*" + std::string(9, '*') + behind;
  for (std::size_t cut = before.size(); cut <= before.size() + credential.size() + 1; ++cut) {
    Gate body = masking_gate();
    std::string sent;
    body.push(as_bytes(std::string_view(wire).substr(0, cut)), scratch);
    drain(body, sent);
    body.idle(scratch);
    drain(body, sent);
    body.push(as_bytes(std::string_view(wire).substr(cut)), scratch);
    drain(body, sent);
    EXPECT_EQ(body.finish(scratch), Verdict::clean) << cut;
    drain(body, sent);
    EXPECT_EQ(sent, masked) << cut;
  }
}

// What may stand around a key's lines are asterisks too, and its mask says what it is all the same.
TEST_F(GateTest, TheMaskOfAKeyHasWords) {
  secrets::Rule rule;
  rule.id = "key";
  rule.regex = "-----BEGIN KEY-----[^a-z]{1,4}n?[a-z]{24}";
  rules = *secrets::Ruleset::compile({rule});
  scratch.fit(*rules);
  // Where a line's end is escaped the key is found below the escape as well.
  for (const std::string end : {"\n", "\\n"}) {
    const std::string key =
        "-----BEGIN KEY-----" + end + std::string(40, 'k') + end + "-----END KEY-----";
    Gate body = masking_gate();
    std::string sent;
    body.push(as_bytes("see " + key + end + "more"), scratch);
    EXPECT_EQ(body.finish(scratch), Verdict::clean);
    drain(body, sent);
    EXPECT_EQ(sent, "see *cork*redacted*" + std::string(key.size() - 15, '*') + end + "more");
  }
}

TEST_F(GateTest, WhatIsMaskedAndDoesNotEndWithinTheCapIsOverTheLimit) {
  secrets::Rule rule;
  rule.id = "open";
  rule.regex = "tok_[a-z0-9]{20,}";
  rules = *secrets::Ruleset::compile({rule});
  scratch.fit(*rules);
  Gate body = masking_gate(4096);
  body.push(as_bytes(credential), scratch);
  EXPECT_EQ(body.push(as_bytes(std::string(5000, 'k')), scratch), Verdict::over_limit);
  EXPECT_TRUE(body.ready().empty());
}

TEST_F(GateTest, CountsTheTimeItScans) {
  Gate body = gate();
  EXPECT_EQ(body.scan_ns(), 0U);
  body.push(as_bytes(std::string(100'000, 'x')), scratch);
  EXPECT_GT(body.scan_ns(), 0U);
}

}  // namespace
}  // namespace cork::session
