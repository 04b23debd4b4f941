#include "rules/secrets/compiled_rule.h"

#include "rules/secrets/checksum.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace cork::secrets {
namespace {

Rule rule_of(std::string regex, double entropy = 0) {
  Rule rule;
  rule.id = "r";
  rule.regex = std::move(regex);
  rule.entropy = entropy;
  return rule;
}

CompiledRule made(const Rule& rule) {
  auto compiled = CompiledRule::make(rule);
  if (!compiled) throw std::runtime_error(render(compiled.error()));
  return std::move(*compiled);
}

// The secret of the match that ends where `text` has a '|', which is left out; "-": none.
std::string secret_at(const CompiledRule& rule, std::string text, bool folded = false) {
  const std::size_t end = text.find('|');
  text.erase(end, 1);
  std::size_t runs = 0;
  const auto span = rule.confirm(text, end, folded, runs);
  return span ? text.substr(span->begin, span->end - span->begin) : "-";
}

TEST(CompiledRule, ConfirmsAMatchThatEndsAtTheEndGiven) {
  const CompiledRule rule = made(rule_of("k_[0-9]{4,6}"));
  EXPECT_EQ(secret_at(rule, "a k_1234|567"), "k_1234");
  EXPECT_EQ(secret_at(rule, "a k_123456|7"), "k_123456");
  EXPECT_EQ(secret_at(rule, "a k_1234567|"), "-");
  EXPECT_EQ(secret_at(rule, "a k_123|4567"), "-");
}

// Chance writes a prefix in the middle of base64url, and no checksum behind it.
TEST(CompiledRule, AWrongChecksumIsChanceWhereSomethingIsGluedToTheFront) {
  const std::string drawn = "0123456789abcdefghijklmnopqrst";
  const std::string right = "k_" + drawn + crc32_in_base62(drawn, 6),
                    wrong = "k_" + drawn + "xxxxxx";
  for (const std::string regex : {"k_[a-z0-9]{30}[A-Za-z0-9]{6}", "k_[a-z0-9]{29,30}[A-Za-z0-9]{6}",
                                  "(?:^|[a-z\"_ -])(k_[a-z0-9]{30}[A-Za-z0-9]{6})"}) {
    Rule rule = rule_of(regex);
    rule.checksum = Checksum::crc32;
    const CompiledRule compiled = made(rule);
    for (const std::string before : {"a", "_", "-"}) {
      EXPECT_EQ(secret_at(compiled, before + right + "|"), right) << regex << before;
      EXPECT_EQ(secret_at(compiled, before + wrong + "|"), "-") << regex << before;
    }
    for (const std::string before : {"", " ", "\""}) {
      EXPECT_EQ(secret_at(compiled, before + right + "|"), right) << regex << before;
      EXPECT_EQ(secret_at(compiled, before + wrong + "|"), wrong) << regex << before;
    }
    // Where the case is gone, so is the checksum.
    EXPECT_NE(secret_at(compiled, "a" + wrong + "|", true), "-") << regex;
  }
}

// Where digits are anybody's, a wrong one tells that these are none of the rule's.
TEST(CompiledRule, AWrongChecksumThatDecidesIsNoFindingAnywhere) {
  Rule rule = rule_of("(?:^|[^0-9])([0-9]{4}(?:[ +-]?[0-9]{4}){3})\\b");
  rule.checksum = Checksum::luhn;
  const CompiledRule compiled = made(rule);
  const std::string right = std::string("1234 5678 9012 345") + luhn_digit("123456789012345");
  for (const std::string before : {"", " ", "a", "\"n\":"}) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      const std::string number = right.substr(0, right.size() - 1) + digit;
      const std::string found = number == right ? right : "-";
      EXPECT_EQ(secret_at(compiled, before + number + "|"), found) << before;
      EXPECT_EQ(secret_at(compiled, before + number + "|", true), found) << before;
    }
  }
}

// In a host's name: capitals are part of what base 58 says, and of no IBAN.
TEST(CompiledRule, WhereTheCaseIsGoneSoIsAChecksumOfLetters) {
  Rule rule = rule_of("k[1-9a-zA-Z]{9}");
  rule.checksum = Checksum::base58check;
  EXPECT_EQ(secret_at(made(rule), "kaaaaaaaaa|"), "-");
  EXPECT_EQ(secret_at(made(rule), "kaaaaaaaaa|", true), "kaaaaaaaaa");
  rule.regex = "[A-Z]{2}[0-9]{13}";
  rule.checksum = Checksum::mod97;
  const std::string right = "NO" + mod97_digits("NO0012345678901") + "12345678901";
  EXPECT_EQ(secret_at(made(rule), "no" + right.substr(2) + "|", true), "no" + right.substr(2));
  EXPECT_EQ(secret_at(made(rule), "no01" + right.substr(4) + "|", true), "-");
}

TEST(CompiledRule, ARunOfItsOwnNeedsAChecksumThatDecidesAndNoWords) {
  const auto has = [](const char* regex, Checksum checksum) {
    Rule rule = rule_of(regex);
    rule.confidence = Confidence::low;
    rule.checksum = checksum;
    const CompiledRule compiled = made(rule);
    EXPECT_EQ(compiled.has_own_run(), !compiled.cannot_block().has_value()) << regex;
    return compiled.has_own_run();
  };
  EXPECT_TRUE(has("[0-9 -]{16}", Checksum::luhn));
  EXPECT_TRUE(has("[A-Z0-9 ]{16}", Checksum::mod97));
  EXPECT_FALSE(has("[0-9 -]{16}", Checksum::none));
  EXPECT_FALSE(has("[0-9 -]{16}", Checksum::crc32));
  EXPECT_FALSE(has("[a-z0-9 ]{16}", Checksum::mod97)) << "a sentence is a run of these";
  EXPECT_FALSE(has("[0-9\"]{16}", Checksum::luhn));
  EXPECT_FALSE(has("[0-9 \n]{16}", Checksum::luhn));
}

// Of ten thousand beginnings each is dropped: nobody goes on asking.
TEST(CompiledRule, AMatchOfTooManyBeginningsIsAFinding) {
  Rule rule = rule_of("k.{1,900}z");
  rule.confidence = Confidence::low;
  rule.allowlists = {{{"k"}, {}}};
  const CompiledRule compiled = made(rule);
  std::string text;
  for (int i = 0; i < 900; ++i) text += 'k';
  std::size_t examined = 0;
  EXPECT_FALSE(compiled.confirm("kkkkz", 5, false, examined));
  examined = 0;
  EXPECT_TRUE(compiled.confirm(text + "z", 901, false, examined));
  EXPECT_LT(examined, 50'000u);
}

TEST(CompiledRule, LooksFromWhereTheFirstAnchorIs) {
  const CompiledRule rule = made(rule_of("begin.{1,900}z"));
  const std::string text = std::string(800, 'x') + "begin yz";
  std::size_t examined = 0;
  const auto found = rule.confirm(text, text.size(), false, examined);
  ASSERT_TRUE(found);
  EXPECT_EQ(800u, found->begin);
  EXPECT_LT(examined, rule.look_back() + 100);
}

TEST(CompiledRule, TheSecretIsTheNamedGroupOrTheFirstThatHoldsAnything) {
  EXPECT_EQ(secret_at(made(rule_of("(a?)-(b{1,9})-(c{2})")), "x-bb-cc|"), "bb");
  Rule named = rule_of("(a?)-(b{1,9})-(c{2})");
  named.secret_group = 3;
  EXPECT_EQ(secret_at(made(named), "x-bb-cc|"), "cc");
  named.secret_group = 1;
  EXPECT_EQ(secret_at(made(named), "x-bb-cc|"), "-bb-cc");
}

TEST(CompiledRule, SeesWhatSurroundsTheMatch) {
  const CompiledRule rule = made(rule_of("\\bk_[0-9]{4}\\b"));
  EXPECT_EQ(secret_at(rule, "a k_1234| b"), "k_1234");
  EXPECT_EQ(secret_at(rule, "a k_1234|5"), "-");
  EXPECT_EQ(secret_at(rule, "ak_1234|"), "-");
}

TEST(CompiledRule, ASecretThatMustLookDrawnIsAskedForAtEachEnd) {
  Rule rule = rule_of("k=([A-Za-z0-9_]{16,})");
  rule.random = true;
  const CompiledRule drawn = made(rule);
  EXPECT_EQ(secret_at(drawn, "k=get_access_token|"), "-");
  EXPECT_EQ(secret_at(drawn, "k=zq7f3hv09xk2m4tb|"), "zq7f3hv09xk2m4tb");
  EXPECT_EQ(secret_at(drawn, "k=zq7f3hv09xk2m4tb|_access_token_secret"), "zq7f3hv09xk2m4tb");
}

TEST(CompiledRule, TheNameBeforeAMatchDecidesToo) {
  Rule rule = rule_of("key=([a-z]{4})");
  rule.named = {"acme"};
  rule.not_named = {"public"};
  const CompiledRule named = made(rule);
  EXPECT_EQ(secret_at(named, "ACME_key=abcd|"), "abcd");
  EXPECT_EQ(secret_at(named, "key=abcd|"), "-");
  EXPECT_EQ(secret_at(named, "acme_public_key=abcd|"), "-");
  EXPECT_GT(named.look_back(), named.width() + 8);
}

TEST(CompiledRule, DropsASecretThatIsNotRandomEnough) {
  const CompiledRule rule = made(rule_of("k_([0-9a-f]{8})", 2));
  EXPECT_EQ(secret_at(rule, "k_00000000|"), "-");
  EXPECT_EQ(secret_at(rule, "k_00112233|"), "-") << "exactly 2 is not above 2";
  EXPECT_EQ(secret_at(rule, "k_01234567|"), "01234567");
}

TEST(CompiledRule, DropsASecretThatAnAllowlistNames) {
  Rule rule = rule_of("k_([a-z]{8})");
  rule.allowlists = {{{"^dummy"}, {}}, {{}, {"sample"}}};
  const CompiledRule compiled = made(rule);
  EXPECT_EQ(secret_at(compiled, "k_dummyxyz|"), "-");
  EXPECT_EQ(secret_at(compiled, "k_xsamplex|"), "-");
  EXPECT_EQ(secret_at(compiled, "k_xdummyxy|"), "xdummyxy");
}

TEST(CompiledRule, LooksAtTheSecretAloneSoThatNothingBesideItHidesIt) {
  Rule rule = rule_of("k_([a-z]{8,})", 1);
  rule.allowlists = {{{"false$"}, {"example"}}};
  const CompiledRule compiled = made(rule);
  EXPECT_EQ(secret_at(compiled, "example k_abcdefgh|false"), "abcdefgh");
  EXPECT_EQ(secret_at(compiled, "k_abcdefgh|example false # gitleaks:allow"), "abcdefgh");
}

TEST(CompiledRule, AMatchThatTheShortestFormHidesShowsAtALongerOne) {
  const CompiledRule rule = made(rule_of("k_([a-z]{4,})", 1.5));
  EXPECT_EQ(secret_at(rule, "k_aaaa|bcdefgh"), "-");
  EXPECT_EQ(secret_at(rule, "k_aaaabcd|efgh"), "aaaabcd");
}

TEST(CompiledRule, ARejectedCandidateDoesNotSwallowTheNext) {
  const CompiledRule rule = made(rule_of("key[\"=:a-z ]{1,8}([0-9a-f]{8})", 2));
  EXPECT_EQ(secret_at(rule, "key=key:01234567|"), "01234567");
  const CompiledRule overlapping = made(rule_of("[a-f]([0-9a-f]{6,12})", 2.5));
  // From the first 'a' the secret is mostly zeros; from a later start it is not.
  EXPECT_NE(secret_at(overlapping, "a000000c123456|"), "-");
}

TEST(CompiledRule, AsksForAKeywordWithinReach) {
  Rule rule = rule_of("[0-9a-f]{8}");
  rule.keywords = {"acme"};
  const CompiledRule compiled = made(rule);
  EXPECT_EQ(secret_at(compiled, "01234567|"), "-");
  EXPECT_EQ(secret_at(compiled, "ACME says 01234567|"), "01234567");
  EXPECT_EQ(secret_at(compiled, "acme" + std::string(300, ' ') + "01234567|"), "-");
  EXPECT_GE(compiled.look_back(), 256u);
}

TEST(CompiledRule, IgnoresCaseWhereAsked) {
  const CompiledRule rule = made(rule_of("K_[A-F]{4}"));
  EXPECT_EQ(secret_at(rule, "k_abcd|", true), "k_abcd");
  EXPECT_EQ(secret_at(rule, "k_abcd|", false), "-");
}

TEST(CompiledRule, IsEmptyHandedPastTheEndsOfTheText) {
  const CompiledRule rule = made(rule_of("k_[0-9]{4}"));
  std::size_t examined = 0;
  EXPECT_FALSE(rule.confirm("", 0, false, examined));
  EXPECT_FALSE(rule.confirm("k_1234", 7, false, examined));
  EXPECT_FALSE(rule.confirm("k_1234", 5, false, examined));
}

TEST(CompiledRule, CountsWhatItLooksAtAndTriesNoMoreStartsThanItsWidth) {
  const CompiledRule rule = made(rule_of("[a-d]{4,40}", 1.9));
  // Different enough as a whole, and nowhere where it counts.
  std::string text(500, 'a');
  text[470] = 'b';
  text[480] = 'c';
  text[490] = 'd';
  std::size_t examined = 0;
  EXPECT_FALSE(rule.confirm(text, 500, false, examined));
  EXPECT_GT(examined, rule.look_back() + rule.width());
  EXPECT_LE(examined, rule.look_back() + rule.width() * (rule.width() + 1) / 2);
}

TEST(CompiledRule, GivesUpAtOnceOnARunOfTooFewDifferentBytes) {
  const CompiledRule rule = made(rule_of("k=([a-f]{4,40});", 2));
  std::size_t examined = 0;
  const std::string few = "zyxwvuts k=abcdabcdabcd;";
  EXPECT_FALSE(rule.confirm(few, few.size(), false, examined));
  EXPECT_EQ(examined, rule.cost()) << "the regex was not asked";
  EXPECT_EQ(secret_at(rule, "k=abcdeabcde;|"), "abcdeabcde");
  EXPECT_EQ(secret_at(rule, "K=ABCDEabcde;|", true), "ABCDEabcde") << "in either case";
}

// Where a literal tells where it begins, and one that is dropped stands before it.
TEST(CompiledRule, KnowsWhereAMatchBeginsByItsLiteral) {
  const CompiledRule rule = made(rule_of("tok_[a-z0-9_]{8,30};", 2.5));
  EXPECT_EQ(secret_at(rule, "x tok_0123abcd;|"), "tok_0123abcd;");
  EXPECT_EQ(secret_at(rule, "tok_tok_0123abcd;|"), "tok_tok_0123abcd;");
  EXPECT_EQ(secret_at(rule, "tok_ tok_0123abcd;|"), "tok_0123abcd;");
  EXPECT_EQ(secret_at(rule, "tok_aaaaaaaa;|"), "-") << "no entropy";
  EXPECT_EQ(secret_at(rule, "tok_0123;|"), "-");
}

// Of a width with many beginnings, only those count that a match has.
TEST(CompiledRule, WhatBeginsNothingIsNoBeginningThatWasDropped) {
  Rule rule = rule_of(
      "-----BEGIN[a-z ]{1,9}KEY-----[^-]{1,1000}[^-]{0,1000}[^-]{0,1000}[^-]{0,900}-----END");
  rule.allowlists = {{{"an example"}, {}}};
  const CompiledRule compiled = made(rule);
  std::string others;
  for (int i = 0; i < 6; ++i) others += "-----BEGIN CERT-----\n";
  others.append(3000, 'x');
  const std::string key = "-----BEGIN KEY-----\nabcdef\n-----END";
  EXPECT_EQ(secret_at(compiled, others + key + "|"), key);
  EXPECT_EQ(secret_at(compiled, others + "-----BEGIN KEY-----\nan example\n-----END|"), "-");
}

TEST(CompiledRule, ASecretThatMustLookDrawnStandsBehindItsNameInEitherCase) {
  Rule random = rule_of("[.-]{0,3}xkey([a-z0-9]{16})");
  random.random = true;
  const CompiledRule rule = made(random);
  EXPECT_EQ(secret_at(rule, "w.-xkeyzq7f3hv09xk2m4tb|"), "zq7f3hv09xk2m4tb");
  EXPECT_EQ(secret_at(rule, "w.-XKEYzq7f3hv09xk2m4tb|", true), "zq7f3hv09xk2m4tb");
}

TEST(CompiledRule, ASecretThatMustLookDrawnMayBePartOfAGroup) {
  Rule random =
      rule_of("key=(id:([a-z0-9]{16})-the-session-of-the-first-connection-to-the-server)");
  random.random = true;
  random.secret_group = 2;
  EXPECT_EQ(secret_at(made(random),
                      "key=id:zq7f3hv09xk2m4tb-the-session-of-the-first-connection-"
                      "to-the-server|"),
            "zq7f3hv09xk2m4tb");
}

TEST(CompiledRule, AsksFirstWhetherARunMayBeginASecretThatLooksRandom) {
  Rule random = rule_of("key[\":=]{1,3}([A-Za-z0-9:=-]{16,40})[\";]", 0);
  random.random = true;
  const CompiledRule rule = made(random);
  std::size_t examined = 0;
  const std::string uuid = "key=\"abcd12f2-46da-4fdb-b8d5-fbd4c466928f\"";
  EXPECT_FALSE(rule.confirm(uuid, uuid.size(), false, examined));
  EXPECT_EQ(examined, rule.cost()) << "the regex was not asked";
  EXPECT_EQ(secret_at(rule, "key=\"zq7f3hv09xk2m4tb\"|"), "zq7f3hv09xk2m4tb");
  // It begins behind a sign that may be part of it.
  EXPECT_EQ(secret_at(rule, "\"key=zq7f3hv09xk2m4tb\"|"), "zq7f3hv09xk2m4tb");
}

TEST(CompiledRule, KnowsTheSecretThatIsAllOfAMatchOfOneWidth) {
  const CompiledRule rule = made(rule_of("\\bk_[0-9a-f]{8}\\b", 2.5));
  EXPECT_EQ(secret_at(rule, "a k_01234567| b"), "k_01234567");
  EXPECT_EQ(secret_at(rule, "ak_01234567| b"), "-");
  EXPECT_EQ(secret_at(rule, "a k_01234567|8"), "-");
  EXPECT_EQ(secret_at(rule, "a k_00000000|"), "-");
  EXPECT_EQ(secret_at(rule, "k_0123|4567"), "-");
  EXPECT_EQ(secret_at(rule, "K_0123ABCD|", true), "K_0123ABCD");
  EXPECT_EQ(secret_at(rule, "K_0123ABCD|"), "-");
}

TEST(CompiledRule, FindsTheSecretAmongManyGroups) {
  std::string regex;
  for (int i = 0; i < 20; ++i) regex += "(x?)";
  EXPECT_EQ(secret_at(made(rule_of(regex + "k_(a{1,4})")), "k_aaa|"), "aaa");
}

TEST(CompiledRule, IsMadeFromWidthsThatWereMeasuredBefore) {
  const Rule rule = rule_of("k_[0-9]{4,6}");
  const CompiledRule first = made(rule);
  EXPECT_EQ(first.widths(), (Widths{6, 8}));
  const Widths widths = first.widths();
  const auto again = CompiledRule::make(rule, CompiledRule::shape_of(rule), &widths);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->width(), first.width());
  EXPECT_EQ(secret_at(*again, "a k_1234|567"), "k_1234");
}

TEST(CompiledRule, IsJudgedByItsWidthsHoweverTheyAreKnown) {
  const Rule rule = rule_of("k_[0-9]{4}");
  for (const Widths widths : {Widths{0, 6}, Widths{6, Widths::kUnbounded}, Widths{6, 5000}}) {
    EXPECT_FALSE(CompiledRule::make(rule, CompiledRule::shape_of(rule), &widths));
  }
}

TEST(CompiledRule, ARegexThatFailsAllTheSameFindsWhatHyperscanDoes) {
  Rule rule = rule_of("k_([0-9]{4,6}");  // refused, were it proved
  rule.confidence = Confidence::low;
  const Widths widths{6, 8};
  const auto broken = CompiledRule::make(rule, CompiledRule::shape_of(rule), &widths);
  ASSERT_TRUE(broken);
  EXPECT_NE(secret_at(*broken, "a k_1234|"), "-");
}

}  // namespace
}  // namespace cork::secrets
