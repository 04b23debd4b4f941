// What a scanner says is to be masked: seen through rules/secrets/body_scanner.h.
#include "base/base64.h"
#include "rules/secrets/body_scanner.h"
#include "rules/secrets/layer.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {
namespace {

class LayerMasks : public testing::Test {
 protected:
  BodyScanner scanner(const ContentHints& hints = {}, const ScanLimits& limits = {}) {
    return BodyScanner(
        {.rules = rules, .hints = hints, .limits = limits, .actions = Actions(Action::redact)});
  }
  // The text with what is masked replaced by '*'; "" where it is refused.
  std::string masked(std::string_view text, const ContentHints& hints = {}) {
    BodyScanner body = scanner(hints);
    body.feed(as_bytes(text), scratch);
    const Verdict verdict = body.finish(scratch);
    findings.assign(body.findings().begin(), body.findings().end());
    std::string out(text);
    for (const WireRange& range : body.take_masks()) {
      std::fill(out.begin() + static_cast<std::ptrdiff_t>(range.begin),
                out.begin() + static_cast<std::ptrdiff_t>(range.end), '*');
    }
    return verdict == Verdict::clean ? out : "";
  }

  std::shared_ptr<const Ruleset> rules = test::small_rules();
  WorkerScratch scratch{*rules};
  std::vector<Finding> findings;
  const std::string token = test::token();
  const std::string stars = std::string(token.size(), '*');
};

TEST_F(LayerMasks, EveryOccurrenceIsMaskedAndRecordedOnce) {
  EXPECT_EQ(masked("a " + token + " b " + token + " c"), "a " + stars + " b " + stars + " c");
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_TRUE(findings[0].redacted);
  EXPECT_FALSE(findings[0].blocking);
  EXPECT_EQ(name_of_action(findings[0]), "redact");
}

TEST_F(LayerMasks, AllOfItIsMaskedHoweverMuchMoreThereIsThanTheRuleAsksFor) {
  const std::string more(5000, 'k');
  EXPECT_EQ(masked("a " + token + more + " b"), "a " + stars + std::string(5000, '*') + " b");
  EXPECT_EQ(masked("a " + token + more), "a " + stars + std::string(5000, '*'));
}

TEST_F(LayerMasks, ARunThatEndsManyMatchesIsOneMask) {
  std::string wire;
  for (int i = 0; i < 200; ++i) wire += token;
  BodyScanner body = scanner();
  body.feed(as_bytes(wire + " b"), scratch);
  ASSERT_EQ(body.finish(scratch), Verdict::clean);
  const auto masks = body.take_masks();
  ASSERT_EQ(masks.size(), 1U);
  EXPECT_EQ(masks[0], (WireRange{0, wire.size()}));
}

TEST_F(LayerMasks, WhatIsEscapedIsMaskedAsItStandsOnTheWire) {
  std::string escaped, percent;
  for (const char c : token) {
    const std::string digits{"0123456789abcdef"[c >> 4 & 15], "0123456789abcdef"[c & 15]};
    escaped += "\\u00" + digits;
    percent += "%" + digits;
  }
  EXPECT_EQ(masked("{\"a\":\"\\n" + escaped + "\\n\"}"),
            "{\"a\":\"\\n" + std::string(escaped.size(), '*') + "\\n\"}");
  EXPECT_EQ(masked("a=1&b=" + percent + "&c", {"application/x-www-form-urlencoded", {}}),
            "a=1&b=" + std::string(percent.size(), '*') + "&c");
  EXPECT_EQ(masked(R"({"a":"\)" + token + "\"}").find('\\'), std::string::npos);
}

TEST_F(LayerMasks, WhatGoesOnBehindAnEscapeIsMaskedWithIt) {
  for (const std::string escape :
       {"\\u0062", "%62", "&#98;", "\\\\u0062", "%2562", "\xe2\x80\x8b"}) {
    const std::string all = token + "bcd" + escape + "efg";
    EXPECT_EQ(masked("{\"a\":\"" + all + "\",\"b\":1}"),
              "{\"a\":\"" + std::string(all.size(), '*') + "\",\"b\":1}")
        << escape;
    EXPECT_EQ(masked("a " + all), "a " + std::string(all.size(), '*')) << escape;
  }
  EXPECT_EQ(masked("{\"a\":\"" + token + "\\nbcd\"}"), "{\"a\":\"" + stars + "\\nbcd\"}");
}

// What is masked must be all of it.
TEST_F(LayerMasks, WhatGoesOnBehindMoreEscapesThanAreReadIsRefused) {
  EXPECT_EQ(masked("a " + token + "%25252561bcd b"), "a " + stars + "************ b");
  for (const std::string levels : {"25252525", "252525252525"}) {
    EXPECT_EQ(masked("a " + token + "%" + levels + "61bcd b"), "") << levels;
  }
  // An escape that stands for none of it ends it, as ever.
  EXPECT_EQ(masked("a " + token + "%2525 b"), "a " + stars + "%2525 b");
}

TEST_F(LayerMasks, InAFormAFieldEndsWhereOneReaderSeesAnEscape) {
  const ContentHints form{"application/x-www-form-urlencoded", {}};
  EXPECT_EQ(masked("a=" + token + "&#98;c", form), "");
  EXPECT_EQ(masked("a=" + token + "&b=c", form), "a=" + stars + "&b=c");
}

// The letter behind a string in a protocol buffer is the tag of the next field.
TEST_F(LayerMasks, NothingIsMaskedAmongWhatIsNoText) {
  const std::string behind = "r\x05hello";
  EXPECT_EQ(masked(token + behind), "");
  ASSERT_FALSE(findings.empty());
  EXPECT_EQ(findings.back().unmasked, Unmasked::binary);
  EXPECT_EQ(masked("\x12\x18" + token), "");
  EXPECT_NE(masked(token + "r\r\n\thello"), "");
  BodyScanner body = scanner();
  ASSERT_EQ(body.feed(as_bytes(token + " b"), scratch), Verdict::clean);
  ASSERT_EQ(body.idle(scratch), Verdict::clean);
  EXPECT_EQ(body.take_masks().size(), 1U);
  EXPECT_EQ((body.feed(as_bytes(std::string_view("c\x05")), scratch), body.finish(scratch)),
            Verdict::leak);
}

// What stands far before a mask says nothing of the bytes beside it.
TEST_F(LayerMasks, AControlCharacterFarBeforeAMaskBelowAnEscapeIsNone) {
  const std::string before = "\x05" + std::string(500, 'w') + "\\n";
  EXPECT_EQ(masked(before + token + " z"), before + stars + " z");
}

TEST_F(LayerMasks, WhatIsEncodedIsRefused) {
  EXPECT_EQ(masked(base64_encoded("some text " + token + " and more")), "");
  ASSERT_FALSE(findings.empty());
  EXPECT_TRUE(findings[0].blocking);
  EXPECT_FALSE(findings[0].redacted);
  EXPECT_EQ(findings[0].unmasked, Unmasked::encoded);
  EXPECT_EQ(masked("a " + token + " b " + base64_encoded("some text " + token + " more")), "");
}

TEST_F(LayerMasks, MoreThanTheRecordHoldsIsRefused) {
  std::string text;
  for (char fill = 'a'; fill < 'a' + 16; ++fill) text += test::token(fill) + ' ';
  EXPECT_NE(masked(text), "");
  EXPECT_EQ(findings.size(), 16U);
  EXPECT_EQ(masked(text + test::token('z')), "");
  EXPECT_EQ(std::ranges::count(findings, Unmasked::too_many, &Finding::unmasked), 1);
  EXPECT_NE(masked(text + test::token('a')), "");
}

TEST_F(LayerMasks, NotesMakeRoomForWhatIsMasked) {
  std::string text;
  for (char c = 'a'; c <= 'z'; ++c) text += std::string("note_") + std::string(6, c) + ' ';
  EXPECT_NE(masked(text + token), "");
  EXPECT_EQ(findings.back().redacted, true);
}

// A sign of quoted-printable has what came before read again, some of which has left.
TEST_F(LayerMasks, WhatHasLeftMaskedIsFoundAgainWithoutHarm) {
  const auto verdict = [&](const std::string& before, const std::string& behind) {
    BodyScanner body = scanner();
    body.feed(as_bytes(before), scratch);
    body.idle(scratch);
    EXPECT_GT(body.settled(), token.size()) << "or nothing has left";
    EXPECT_EQ(body.take_masks().size(), 1U);
    body.feed(as_bytes(behind), scratch);
    return body.finish(scratch);
  };
  EXPECT_EQ(verdict("a " + token + " b\nc ", "x=3Dy\n"), Verdict::clean);
  EXPECT_EQ(verdict(R"({"a":"\n)" + token + R"(\n","b":)", R"("\nx=3Dy\n"})"), Verdict::clean);
  EXPECT_EQ(verdict("a " + token + "=62cd c ", "x=3Dy\n"), Verdict::leak)
      << "of which more has left than was masked";
}

// What such a rule sees is a part of something, of which more may stand elsewhere.
TEST_F(LayerMasks, WhatHasLeftMaskedIsNoExcuseForARuleThatSeesAPart) {
  for (const bool partial : {false, true}) {
    std::vector<Rule> some(rules->rules().begin(), rules->rules().end());
    some.push_back(some.front());
    some.back().id = "part";
    some.back().regex = "x1(tok_[a-z0-9]{20})";
    some.back().examples = some.back().non_examples = {};
    some.back().partial = partial;
    const auto set = Ruleset::compile(some);
    ASSERT_TRUE(set);
    WorkerScratch room(**set);
    BodyScanner body(
        {.rules = *set, .hints = {}, .limits = {}, .actions = Actions(Action::redact)});
    body.feed(as_bytes("a x=31" + token + " b"), room);
    body.idle(room);
    EXPECT_EQ(body.take_masks().size(), 1U);
    body.feed(as_bytes(" c x=3Dy\n"), room);
    EXPECT_EQ(body.finish(room), partial ? Verdict::leak : Verdict::clean);
  }
}

TEST_F(LayerMasks, MoreThanAFewThatHaveLeftMaskedAreFoundAgainWithoutHarm) {
  BodyScanner body = scanner();
  std::string text;
  for (int i = 0; i < 100; ++i) text += token + "\n";
  body.feed(as_bytes(text), scratch);
  body.idle(scratch);
  body.feed(as_bytes("x=3Dy\n"), scratch);
  EXPECT_EQ(body.finish(scratch), Verdict::clean);
  EXPECT_EQ(body.take_masks().size(), 100U);
}

TEST_F(LayerMasks, NothingIsSettledBeforeItsEndIsKnown) {
  BodyScanner body = scanner();
  const std::string begin = std::string(9000, ' ') + token;
  std::string wire = begin + std::string(30'000, 'k');
  ASSERT_EQ(body.feed(as_bytes(wire), scratch), Verdict::clean);
  ASSERT_EQ(body.idle(scratch), Verdict::clean);
  EXPECT_LE(body.settled(), 9000U);
  EXPECT_TRUE(body.take_masks().empty());
  ASSERT_EQ(body.feed(as_bytes(" and more"), scratch), Verdict::clean);
  ASSERT_EQ(body.idle(scratch), Verdict::clean);
  const auto masks = body.take_masks();
  ASSERT_EQ(masks.size(), 1U);
  EXPECT_EQ(masks[0], (WireRange{9000, wire.size()}));
  EXPECT_GT(body.settled(), wire.size());
}

}  // namespace
}  // namespace cork::secrets
