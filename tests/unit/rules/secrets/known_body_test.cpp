// Known values in bodies: found in every view, and never sixteen characters of one out before.
#include "encoders.h"
#include "rules/known/plainness.h"
#include "rules/secrets/body_scanner.h"
#include "rules/secrets/known_finding.h"
#include "tests/support/test_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace cork::secrets {
namespace {

using Random = std::mt19937_64;

constexpr std::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

std::string made_up(std::size_t size, Random& random) {
  std::string text = "q7";
  while (text.size() < size) text += kLetters[random() % kLetters.size()];
  return text;
}

std::shared_ptr<const known::KnownValues> known_of(const std::vector<std::string>& texts,
                                                   bool canary = false) {
  std::vector<known::Value> values;
  for (const std::string& text : texts) {
    values.push_back({{.name = "env:MINE", .canary = canary}, known::Clear(std::string(text))});
  }
  return *known::KnownValues::make(std::move(values), {});
}

class KnownBody : public testing::Test {
 protected:
  BodyScanner scanner(std::shared_ptr<const known::KnownValues> known, ContentHints hints = {},
                      Action action = Action::block) {
    return BodyScanner({.rules = rules,
                        .hints = std::move(hints),
                        .limits = {},
                        .known = std::move(known),
                        .actions = Actions(action)});
  }
  Verdict scan(BodyScanner&& body, std::string_view text) {
    body.feed(as_bytes(text), scratch);
    const Verdict verdict = body.finish(scratch);
    findings.assign(body.findings().begin(), body.findings().end());
    return verdict;
  }

  std::shared_ptr<const Ruleset> rules = cork::test::one_rule();
  WorkerScratch scratch{*rules};
  std::vector<Finding> findings;
  Random random{1};
};

TEST_F(KnownBody, AreLeaksInEveryView) {
  const std::string value = made_up(40, random);
  const auto known = known_of({value});
  const std::string json = R"({"a":[1,{"note":"it is )" + value + R"("}]})";
  EXPECT_EQ(scan(scanner(known), json), Verdict::leak);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].kind, Kind::known_value);
  EXPECT_EQ(findings[0].name, "env:MINE");
  EXPECT_TRUE(findings[0].place.pointer.empty());
  std::string escaped, percent;
  for (const char c : value) {
    escaped +=
        "\\u00" + std::string(1, "0123456789abcdef"[c >> 4 & 15]) + "0123456789abcdef"[c & 15];
    percent += "%" + std::string(1, "0123456789abcdef"[c >> 4 & 15]) + "0123456789abcdef"[c & 15];
  }
  EXPECT_EQ(scan(scanner(known), "{\"a\":\"" + escaped + "\"}"), Verdict::leak);
  EXPECT_EQ(scan(scanner(known, {"application/x-www-form-urlencoded", {}}), "a=1&b=" + percent),
            Verdict::leak);
  EXPECT_EQ(scan(scanner(known), test::compressed("gzip", json, {})), Verdict::leak);
  EXPECT_EQ(scan(scanner(known, {"", {"br"}}), test::compressed("br", json, {})), Verdict::leak);
  EXPECT_EQ(scan(scanner(known), "nothing of it"), Verdict::clean);
}

TEST_F(KnownBody, ACanaryIsALeakWhereOnlyCanariesAreAndRulesAreRecorded) {
  const std::string canary = made_up(30, random);
  const auto known = known_of({canary}, true);
  const std::string token = cork::test::made_up_credential();
  EXPECT_EQ(scan(scanner(known, {}, Action::record), "x " + token + " y"), Verdict::clean);
  EXPECT_EQ(findings.size(), 1U);
  EXPECT_EQ(scan(scanner(known, {}, Action::record), "x " + token + " then " + canary),
            Verdict::leak);
  EXPECT_TRUE(has_canary(findings));
  const auto ordinary = known_of({canary});
  EXPECT_EQ(scan(scanner(ordinary, {}, Action::record), "x " + canary), Verdict::clean);
  EXPECT_TRUE(blocks_known(findings));
}

// Whoever holds a part of a value could try what follows it, and look at what was masked.
TEST_F(KnownBody, EachGuessThatIsMaskedFurtherIsOneMore) {
  const std::string value = made_up(24, random);
  const auto known = known_of({value});
  const auto prints = [&](const std::string& text) {
    BodyScanner body = scanner(known, {}, Action::redact);
    body.feed(as_bytes(text), scratch);
    EXPECT_EQ(body.finish(scratch), Verdict::clean);
    return std::vector(body.masked_known().begin(), body.masked_known().end());
  };
  std::string guessed = value.substr(0, 16), conversation;
  std::vector<Fingerprint> seen;
  for (std::size_t at = 16; at < value.size(); ++at) {
    std::string guesses;
    for (const char c : kLetters) guesses += guessed + '.' + c + ' ';
    for (const Fingerprint& print : prints(guesses)) {
      if (std::ranges::find(seen, print) == seen.end()) seen.push_back(print);
    }
    guessed = guessed + '.' + value[at];
    EXPECT_EQ(seen.size(), at - 16 + 2);
  }
  // A conversation is sent again, and grows.
  conversation = "{\"a\":\"use " + value + "/path\"}";
  const auto first = prints(conversation);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(prints(conversation + " and " + value + " again"), first);
}

// What is found as a whole is held back as a whole.
TEST_F(KnownBody, NothingOfAShortOneIsSettledBeforeItIsWhole) {
  const std::string value = made_up(12, random);
  BodyScanner body = scanner(known_of({value}));
  const std::string text = std::string(5000, ' ') + value.substr(0, 11);
  EXPECT_EQ(body.feed(as_bytes(text), scratch), Verdict::clean);
  EXPECT_LE(body.settled(), 5000U);
  EXPECT_EQ(body.feed(as_bytes(value.substr(11)), scratch), Verdict::clean);
  EXPECT_EQ(body.finish(scratch), Verdict::leak);
}

// Whether the end of what came so far may begin a value is nothing that a pause could tell.
TEST_F(KnownBody, APauseSettlesTheSameWhetherOrNotAValueHasBegun) {
  const std::string value = made_up(40, random), brief = made_up(12, random);
  const auto known = known_of({value, brief});
  const auto others = known_of({made_up(40, random), made_up(12, random)});
  for (const std::string& begun : {value.substr(0, 1), value.substr(0, 15), brief.substr(0, 11)}) {
    BodyScanner one = scanner(known), other = scanner(others);
    for (BodyScanner* body : {&one, &other}) {
      body->feed(as_bytes("some text before " + begun), scratch);
    }
    EXPECT_EQ(one.settled(), other.settled()) << begun;
    one.idle(scratch);
    other.idle(scratch);
    EXPECT_EQ(one.settled(), other.settled()) << begun;
  }
}

// What has left when the verdict falls holds no sixteen successive characters of a value that tell
// it, for random texts, encodings, splits and pauses.
TEST_F(KnownBody, NoWindowOfAValueLeavesBeforeTheVerdict) {
  for (int round = 0; round < 3000; ++round) {
    const std::string value = made_up(16 + random() % 60, random);
    const auto known = known_of({value});
    std::string inner = made_up(2 + random() % 6000, random) + " ";
    const bool split = random() % 4 == 0;
    for (const char c : value) {
      inner += c;
      if (split && random() % 2 == 0) inner += " -_.,\n"[random() % 6];
    }
    inner += " " + made_up(2 + random() % 200, random);
    const std::size_t form = random() % 3;
    const std::string wire = form == 0   ? inner
                             : form == 1 ? test::compressed("gzip", inner, {})
                                         : "{\"a\":\"\\u0020" + inner + "\"}";
    BodyScanner body = scanner(known);
    std::size_t at = 0;
    Verdict verdict = Verdict::clean;
    Offset left = 0;
    while (verdict == Verdict::clean && at < wire.size()) {
      const std::size_t piece = 1 + random() % (random() % 3 == 0 ? 20 : 3000);
      verdict = body.feed(as_bytes(std::string_view(wire).substr(at, piece)), scratch);
      at += std::min(piece, wire.size() - at);
      if (verdict == Verdict::clean) left = body.settled();
      if (verdict == Verdict::clean && random() % 3 == 0) {
        verdict = body.idle(scratch);
        if (verdict == Verdict::clean) left = body.settled();
      }
    }
    if (verdict == Verdict::clean) verdict = body.finish(scratch);
    ASSERT_EQ(verdict, Verdict::leak) << round;
    if (form == 1) continue;  // of a cut gzip stream nobody reads what this test could look at
    std::string sent = wire.substr(0, left);
    std::erase_if(sent, [](char c) { return kLetters.find(c) == kLetters.npos; });
    for (std::size_t i = 0; i + known::kWindow <= value.size(); ++i) {
      const std::string window = value.substr(i, known::kWindow);
      if (!known::is_telling(window, std::string(known::kWindow, '.'))) continue;
      ASSERT_EQ(sent.find(window), sent.npos) << "round " << round << " at " << i;
    }
  }
}

// What is found as a whole may have begun anywhere: spaces end no candidate of it.
TEST_F(KnownBody, APauseLetsNothingOutOfOneThatIsFoundAsAWhole) {
  const std::string value = "correct horse battery staple of the evening";
  const auto known = known_of({value});
  for (std::size_t cut = 1; cut < value.size(); ++cut) {
    BodyScanner body = scanner(known);
    const std::string before = std::string(3000, '.') + " ";
    body.feed(as_bytes(before + value.substr(0, cut)), scratch);
    body.idle(scratch);
    EXPECT_LE(body.settled(), before.size()) << cut;
    body.feed(as_bytes(value.substr(cut)), scratch);
    EXPECT_EQ(body.finish(scratch), Verdict::leak) << cut;
  }
}

// A name may hold the value as well.
TEST_F(KnownBody, NoFindingNamesWhereItStoodBesideOne) {
  const std::string value = made_up(16, random);
  const auto known = known_of({value});
  const std::string json =
      "{\"" + value + "\":{\"a\":\"" + cork::test::made_up_credential() + "\"}}";
  scan(scanner(known, {}, Action::record), json);
  ASSERT_FALSE(findings.empty());
  for (const Finding& finding : findings) EXPECT_EQ(finding.place.pointer, "");
}

// What the text before an escape showed of a value goes on in the text without it, however long ago
// that was.
TEST_F(KnownBody, GoOnBehindAnEscapeWhateverSeparatesThem) {
  const std::string value = made_up(24, random);
  const auto known = known_of({value});
  const std::string escaped = "\\u00" + test::hex(value.substr(14, 1));
  for (const std::size_t gap : {1u, 500u, 1000u, 5000u, 20'000u}) {
    for (const std::string& before : {std::string(), std::string("\\n") + std::string(3000, ' ')}) {
      const std::string body = before + value.substr(0, 12) + std::string(gap, ' ') +
                               value.substr(12, 2) + escaped + value.substr(15);
      EXPECT_EQ(scan(scanner(known), body), Verdict::leak) << gap;
      BodyScanner by_pieces = scanner(known);
      for (std::size_t at = 0; at < body.size(); at += 300) {
        by_pieces.feed(as_bytes(std::string_view(body).substr(at, 300)), scratch);
        by_pieces.idle(scratch);
      }
      EXPECT_EQ(by_pieces.finish(scratch), Verdict::leak) << gap;
    }
  }
}

// Of a long text in front of the first escape no more is read than what a value may have begun in.
TEST_F(KnownBody, GoOnBehindTheFirstEscapeOfAnyText) {
  static const std::vector<std::string> others{
      " ", ".", "_", "\xc3\xa9", "\n", "\xe2\x80\x94", "\xc2\xa0", "\xe4\xb8\xad"};
  for (int round = 0; round < 2000; ++round) {
    const std::string value = made_up(16 + random() % 30, random);
    const auto known = known_of({value});
    const std::size_t sparse = random() % 6;
    const auto between = [&] { return random() % 8 < sparse ? others[random() % 8] : ""; };
    std::string body;
    for (std::size_t size = random() % 900; body.size() < size;) {
      body += made_up(3, random).substr(2) + between();
    }
    const std::size_t cut = random() % value.size();
    // Letters and digits of other scripts count.
    const auto apart = [&] { return random() % 8 < sparse ? others[random() % 3] : ""; };
    for (const char c : value.substr(0, cut)) body += apart() + c;
    const bool spelled = random() % 2 == 0;
    body += spelled ? "\\u00" + test::hex(value.substr(cut, 1)) : "\\\"" + value.substr(cut, 1);
    body += value.substr(cut + 1);
    ASSERT_EQ(scan(scanner(known), body), Verdict::leak) << body << " holds " << value;
  }
}

}  // namespace
}  // namespace cork::secrets
