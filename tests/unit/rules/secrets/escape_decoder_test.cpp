#include "rules/secrets/decoder.h"
#include "rules/secrets/openings.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "tests/unit/rules/secrets/test_rules.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace cork::secrets {
namespace {

using test::Collected;

const struct {
  std::string_view name, input, text;
} cases[] = {
    {"no escapes", "plain text", "plain text"},
    {"every simple escape", R"(\"\\\/\b\f\n\r\t)", "\"\\/\b\f\n\r\t"},
    {"a unicode escape", R"(a\u0067b)", "agb"},
    {"either case", R"(\u004a\u004A)", "JJ"},
    {"two bytes", R"(\u00e9)", "\xc3\xa9"},
    {"three bytes", R"(\u20ac)", "\xe2\x82\xac"},
    {"a surrogate pair", R"(\ud83d\ude00!)", "\xf0\x9f\x98\x80!"},
    {"a high half before text", R"(\ud83dx)", "\xef\xbf\xbdx"},
    {"a high half before an escape", R"(\ud83d\n)", "\xef\xbf\xbd\n"},
    {"a high half before what is none", R"(\ud83d\u00zz)", "\xef\xbf\xbd\\u00zz"},
    {"two high halves", R"(\ud83d\ud83d\ude00)", "\xef\xbf\xbd\xf0\x9f\x98\x80"},
    {"a low half", R"(\ude00)", "\xef\xbf\xbd"},
    {"a high half at the end", R"(\ud83d)", "\xef\xbf\xbd"},
    {"what is no escape", R"(\d \x4g \u12g4)", R"(\d \x4g \u12g4)"},
    {"kinds in one another", R"(\u0025%34&#49;)", "%41"},
    {"what nobody sees",
     "a\xe2\x80\x8b\xe2\x80\x8d"
     "b\xc2\xad",
     "ab"},
    {"what nobody sees before an escape", "a\xe2\x80\x8b%62", "ab"},
    {"a cut escape at the end", R"(abc\u00)", R"(abc\u00)"},
    {"a backslash at the end", "abc\\", "abc\\"},
    {"one level of several", R"(\\\"\\n\\u0041)", R"(\"\n\u0041)"},
    {"NUL", R"(a\u0000b)", std::string_view("a\0b", 3)},
};

TEST(EscapeDecoder, TakesOneLevelOfEscapesOffHoweverItIsCut) {
  for (const auto& [name, input, text] : cases) {
    for (std::size_t piece = 1; piece <= input.size(); ++piece) {
      const auto decoder = make_escape_decoder(false, 1000);
      Collected out;
      EXPECT_EQ(Verdict::clean, test::decode(*decoder, input, piece, out));
      EXPECT_EQ(text, out.text) << name << " by " << piece;
      EXPECT_TRUE(out.consistent) << name;
      EXPECT_EQ(input.size(), decoder->pending_from());
    }
  }
}

TEST(EscapeDecoder, TiesEveryByteToItsEscape) {
  const std::string input = R"(ab\n\n\u0041c\u00e9\dz)";
  for (const std::size_t piece : {1u, 2u, 5u, 100u}) {
    Collected out;
    test::decode(*make_escape_decoder(false, 1000), input, piece, out);
    EXPECT_EQ("ab\n\nAc\xc3\xa9\\dz", out.text);
    EXPECT_EQ((std::vector<Offset>{0, 1, 2, 4, 6, 12, 13, 13, 19, 20, 21}), out.begins);
    EXPECT_EQ((std::vector<Offset>{1, 2, 4, 6, 12, 13, 19, 19, 20, 21, 22}), out.ends);
    EXPECT_EQ(
        (std::vector<bool>{false, false, true, true, true, false, true, true, false, false, false}),
        out.altered);
  }
}

// Escapes that separate are runs with pairs, whose bytes come from where each by itself would.
TEST(EscapeDecoder, TellsOfPairsWhatItTellsOfOtherEscapes) {
  static const std::vector<std::string> pieces{
      "\\n", "\\\"", "\\\\", "\\t",   "\\/",     "\\u0041",  "%41", "\xe2\x80\x8b",
      "\\",  "n",    "npm_", "words", "\\u00e9", "\xc3\xa9", "%",   std::string(70, 'x'),
      " ",   "\\r",  "\\f",  "&lt;",  "\\d",     "\\\\\\\"", "'",   std::string(30, '.')};
  const Openings none;
  const auto rules = test::small_rules();
  std::mt19937_64 random(3);
  std::size_t with_pairs = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string input;
    while (random() % 30 != 0 && input.size() < 600) input += pieces[random() % pieces.size()];
    const std::size_t cut = 1 + random() % (random() % 2 == 0 ? 20 : 600);
    Collected plain;
    test::decode(*make_escape_decoder(false, 1000), input, cut, plain);
    for (const Openings* openings : {&none, &rules->openings()}) {
      Collected out;
      test::decode(*make_escape_decoder(false, 1000, openings), input, cut, out);
      ASSERT_TRUE(out.consistent) << input;
      ASSERT_EQ(plain.text, out.text) << input;
      ASSERT_EQ(plain.begins, out.begins) << input << " by " << cut;
      ASSERT_EQ(plain.ends, out.ends) << input << " by " << cut;
      ASSERT_EQ(plain.altered, out.altered) << input << " by " << cut;
      with_pairs += out.with_pairs;
    }
    EXPECT_EQ(0u, plain.with_pairs);
  }
  EXPECT_GT(with_pairs, 3000u);
}

TEST(EscapeDecoder, WaitsForTheRestOfAnEscape) {
  const auto decoder = make_escape_decoder(false, 1000);
  Collected out;
  decoder->push(as_bytes("abc\\u00"), 10, out);
  EXPECT_EQ("abc", out.text);
  EXPECT_EQ(13u, decoder->pending_from());
  decoder->push(as_bytes("41"), 17, out);
  EXPECT_EQ("abcA", out.text);
  EXPECT_EQ(13u, out.begins.back());
  EXPECT_EQ(19u, out.ends.back());
  EXPECT_EQ(19u, decoder->pending_from());
}

TEST(EscapeDecoder, TakesLongRunsOfBackslashes) {
  const std::string input(100'001, '\\');
  Collected out;
  test::decode(*make_escape_decoder(false, 1000), input, 4096, out);
  EXPECT_EQ(std::string(50'001, '\\'), out.text);
  EXPECT_EQ(2u * 1000, out.begins[1000]);
}

const struct {
  std::string_view name, input, plain, form;
} form_cases[] = {
    {"nothing to decode", "plain", "plain", "plain"},
    {"either case", "%4a%4A", "JJ", "JJ"},
    {"plus and ampersand", "a+b&c=d", "a+b&c=d", "a b\nc=d"},
    {"encoded plus and ampersand", "a%2Bb%26c", "a+b&c", "a+b&c"},
    {"one level of several", "%2541", "%41", "%41"},
    {"what is no escape", "100% %zz %4z %", "100% %zz %4z %", "100% %zz %4z %"},
    {"an escape behind a lone percent", "%%41", "%A", "%A"},
    {"an escape behind half of one", "%4%41", "%4A", "%4A"},
    {"half of one before a plus", "%4+%2b", "%4++", "%4 +"},
    {"cut at the end", "abc%4", "abc%4", "abc%4"},
    {"names that are references elsewhere", "a=1&lt;=2", "a=1<=2", "a=1\nlt;=2"},
    {"NUL", "a%00b", std::string_view("a\0b", 3), std::string_view("a\0b", 3)},
};

TEST(EscapeDecoder, AFormIsReadAsOneHoweverItIsCut) {
  for (const auto& [name, input, plain, form] : form_cases) {
    for (std::size_t piece = 1; piece <= input.size(); ++piece) {
      for (const bool is_form : {false, true}) {
        const auto decoder = make_escape_decoder(is_form, 1000);
        Collected out;
        EXPECT_EQ(Verdict::clean, test::decode(*decoder, input, piece, out));
        EXPECT_EQ(is_form ? form : plain, out.text) << name << " by " << piece;
        EXPECT_TRUE(out.consistent) << name;
        EXPECT_EQ(input.size(), decoder->pending_from());
      }
    }
  }
}

TEST(EscapeDecoder, AFormIsAlteredThroughout) {
  Collected out;
  test::decode(*make_escape_decoder(true, 1000), "a=b+c", 100, out);
  EXPECT_EQ(std::vector<bool>(5, true), out.altered);
  EXPECT_EQ((std::vector<Offset>{0, 1, 2, 3, 4}), out.begins);
}

TEST(EscapeDecoder, WaitsForTheRestOfAPercentEscape) {
  const auto decoder = make_escape_decoder(false, 1000);
  Collected out;
  decoder->push(as_bytes("ab%"), 5, out);
  EXPECT_EQ("ab", out.text);
  EXPECT_EQ(7u, decoder->pending_from());
  decoder->push(as_bytes("4"), 8, out);
  EXPECT_EQ(7u, decoder->pending_from());
  decoder->push(as_bytes("1"), 9, out);
  EXPECT_EQ("abA", out.text);
  EXPECT_EQ(10u, decoder->pending_from());
}

TEST(EscapeDecoder, WhatNobodySeesBelongsToWhatIsBehindIt) {
  const std::string input =
      "ab\xe2\x80\x8b\xe2\x80\x8b"
      "cd";
  for (const std::size_t piece : {1u, 2u, 5u, 100u}) {
    Collected out;
    const auto decoder = make_escape_decoder(false, 1000);
    test::decode(*decoder, input, piece, out);
    EXPECT_EQ("abcd", out.text);
    EXPECT_EQ((std::vector<Offset>{0, 1, 2, 9}), out.begins);
    EXPECT_EQ((std::vector<Offset>{1, 2, 9, 10}), out.ends);
    EXPECT_EQ((std::vector<bool>{false, false, true, false}), out.altered);
  }
}

TEST(EscapeDecoder, HoldsWhatMayStandForNothingAndOnlySoMuchOfIt) {
  const auto decoder = make_escape_decoder(false, 1000);
  Collected out;
  decoder->push(as_bytes("a\xe2\x80\x8b"), 0, out);
  EXPECT_EQ(1u, decoder->pending_from());
  std::string many;
  for (int i = 0; i < 400; ++i) many += "\xe2\x80\x8b";
  EXPECT_EQ(Verdict::over_limit, decoder->push(as_bytes(many), 4, out));
  EXPECT_EQ("more invisible characters than are looked through", decoder->problem());
}

TEST(QuotedDecoder, JoinsLinesAndReadsHexadecimalDigits) {
  const std::string_view input = "a=3Db=\r\nc=\nd= \t\r\ne=\r\r\nf=zz ==\n=== =4 =";
  for (std::size_t piece = 1; piece <= input.size(); ++piece) {
    Collected out;
    EXPECT_EQ(Verdict::clean, test::decode(*make_quoted_decoder(1000), input, piece, out));
    EXPECT_EQ("a=bcdef=zz ==\n=== =4 =", out.text) << piece;
  }
}

}  // namespace
}  // namespace cork::secrets
