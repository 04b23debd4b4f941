#include "rules/secrets/hold.h"

#include "rules/secrets/compiled_rule.h"
#include "tests/unit/rules/secrets/one_pattern.h"
#include "tests/unit/rules/secrets/some_regex.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

namespace cork::secrets {
namespace {

CompiledRule rule(const std::string& regex) {
  Rule written;
  written.id = "one";
  written.regex = regex;
  return *CompiledRule::make(written);
}

TEST(Hold, OfNoRuleHoldsNothing) {
  const Hold hold;
  EXPECT_EQ(hold.width(), 0U);
  EXPECT_EQ(hold.open_from("text"), 4U);
}

TEST(Hold, IsAsWideAsTheWidestRule) {
  Hold hold;
  hold.add(rule("tok_[a-z]{8}"));
  EXPECT_EQ(hold.width(), 13U);
  hold.add(rule("t_[a-z]{2}"));
  EXPECT_EQ(hold.width(), 13U);
}

TEST(Hold, OpenIsTheTrailingRunOverTheAlphabets) {
  Hold hold;
  hold.add(rule("tok_[a-z]{8}"));
  EXPECT_EQ(hold.open_from("A tok_ab"), 2U);
  EXPECT_EQ(hold.open_from("tok_ab 1"), 8U);
  hold.add(rule("n[0-9]{8}"));
  EXPECT_EQ(hold.open_from("tok_ab 1"), 7U);
}

TEST(Hold, OfARuleWhoseCredentialHoldsSpacesItIsTheAnchor) {
  Hold hold;
  hold.add(rule("BEGIN KEY[A-Z ]{20}"));
  EXPECT_EQ(hold.open_from("some text"), 9U);
  EXPECT_EQ(hold.open_from("text BEGIN KEY AB"), 5U);
  EXPECT_EQ(hold.open_from("text BEGIN K"), 5U);
  EXPECT_EQ(hold.open_from("text BEGIN LOCK"), 15U);
}

TEST(Hold, OfARuleWithSeveralBeginningsItIsAnyOfThemInAnyCase) {
  Hold hold;
  hold.add(rule("(?i)(?:user|db_)pass=\"[^\"]{8}\""));
  hold.add(rule("userpass:'[^']{8}'"));
  EXPECT_EQ(hold.open_from("a UserPass=\"x y"), 2U);
  EXPECT_EQ(hold.open_from("a DB_PASS=\"x y"), 2U);
  EXPECT_EQ(hold.open_from("some text, a dB_p"), 13U);
  EXPECT_EQ(hold.open_from("some text"), 9U);
  // What stands in front of the width is let go, and what it cuts is none.
  const std::string width(hold.width(), '.');
  EXPECT_EQ(hold.open_from("userpass=\"" + width), 10 + width.size());
  EXPECT_EQ(hold.open_from("userpass=\"" + width.substr(10)), 0U);
  EXPECT_EQ(hold.open_from("userpass=\"" + width.substr(9)), 1 + width.size());
}

// Whatever the regex is, and wherever the text is cut.
TEST(Hold, LetsNoByteOfASecretGo) {
  std::mt19937_64 random(41);
  std::size_t checked = 0, anchored = 0;
  for (int round = 0; round < 2'000; ++round) {
    Rule written;
    written.id = "one";
    written.regex = (random() % 2 == 0 ? "(?im)" : "(?m)") +
                    std::string(random() % 2 == 0 ? "(?:|ab){2}baba" : "") + "(" +
                    some_regex(random, 2) + ")" + some_regex(random, 1);
    const auto made = CompiledRule::make(written);
    if (!made) continue;
    const OnePattern pattern(CompiledRule::shape_of(written)->searched);
    if (!pattern.refusal().empty()) continue;
    Hold hold;
    hold.add(*made);
    for (int texts = 0; texts < 6; ++texts) {
      const std::string text = some_text(random, 6) + "ABbaba" + some_text(random, 8);
      for (const std::size_t end : pattern.ends(text)) {
        std::size_t examined = 0;
        const auto secret = made->confirm(text, end, false, examined);
        if (!secret) continue;
        for (std::size_t cut = secret->begin + 1; cut < end; ++cut) {
          EXPECT_LE(hold.open_from(std::string_view(text).substr(0, cut)), secret->begin)
              << written.regex << " in " << text << " cut at " << cut;
          ++checked;
          anchored += made->needs_anchor() ? 1 : 0;
        }
      }
    }
  }
  EXPECT_GT(checked, 2'000U);
  EXPECT_GT(anchored, 500U);
}

// Blanks among the letters of other rules would hold every sentence.
TEST(Hold, OfARuleWithARunOfItsOwnIsWhereThatBeginsWithADigitOrALetter) {
  Rule card;
  card.id = "card";
  card.regex = "(?:^|[^0-9])([0-9]{4}(?:[ -]?[0-9]{4}){3})\\b";
  card.checksum = Checksum::luhn;
  Hold hold;
  hold.add(*CompiledRule::make(card));
  hold.add(rule("tok_[a-z]{8}"));
  EXPECT_EQ(hold.width(), 21U);
  EXPECT_EQ(hold.open_from("A sentence, and "), 16U);
  EXPECT_EQ(hold.open_from("A sentence, and 12"), 16U);
  EXPECT_EQ(hold.open_from("A: - 1234 5678-9"), 5U);
  EXPECT_EQ(hold.open_from("A: 1234 5678 word"), 13U) << "the other rule's run";
  EXPECT_EQ(hold.open_from("A: 1234 5678!"), 13U);
  const std::string digits(100, '1');
  EXPECT_EQ(hold.open_from(digits), 79U);
}

}  // namespace
}  // namespace cork::secrets
