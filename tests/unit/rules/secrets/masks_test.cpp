#include "rules/secrets/masks.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cork::secrets {
namespace {

using State = Extent::State;

TEST(Extent, GoesOnOverItsAlphabetWhereverTheTextIsCut) {
  Extent extent = Extent::of_alphabet(byte_range('a', 'z'));
  EXPECT_EQ(extent.advance("abc", false).state, State::open);
  EXPECT_EQ(extent.advance("", false).state, State::open);
  const auto step = extent.advance("de fg", false);
  EXPECT_EQ(step.state, State::ended);
  EXPECT_EQ(step.taken, 2U);
  EXPECT_EQ(Extent::of_alphabet(byte_range('a', 'z')).advance("abc", true).state, State::ended);
}

TEST(Extent, OfAKeyEndsWithItsLastLineWhateverStandsAroundIt) {
  const std::string text = "-----BEGIN X-----\n> MIIE\n> ------END X----- and more";
  const std::size_t end = text.find(" and");
  for (std::size_t cut = 0; cut < end; ++cut) {
    Extent extent = Extent::of_pem();
    const auto first = extent.advance(text.substr(0, cut), false);
    ASSERT_EQ(first.state, State::open) << cut;
    ASSERT_EQ(first.taken, cut);
    EXPECT_EQ(extent.advance(text.substr(cut), false).taken, end - cut) << cut;
    EXPECT_TRUE(extent.complete());
  }
}

TEST(Extent, OfAKeyThatIsCutOffEndsWithItsString) {
  Extent extent = Extent::of_pem();
  EXPECT_EQ(extent.advance("-----BEGIN X-----\\nMIIE\",\"b", false).taken, 23U);
  EXPECT_FALSE(extent.complete());
}

// Up to '^' it belongs to a credential of lower-case letters, '/' and '+'.
TEST(Extent, GoesOnBehindAnEscapeOfWhatBelongsToItWhereverItIsCut) {
  const ByteSet set = byte_range('a', 'z') | single_byte('/') | single_byte('+');
  const std::string cases[] = {
      R"(ab\/cd^"e)",
      R"(ab\u002bcd^\ncd)",
      R"(ab%2Bcd^%20cd)",
      R"(ab&#43;cd^&quot;cd)",
      R"(ab&plus;cd^ cd)",
      R"(ab\\u002bcd^\"cd)",
      R"(ab\\\\/cd^\\\"cd)",
      R"(ab%252Bcd^%2520c)",
      R"(ab\u0026#43;cd^")",
      R"(ab\x2fcd^\)",
      R"(ab%5cu002bcd^&lt;)",
      "ab\xe2\x80\x8b"
      R"(cd^.e)",
      R"(ab&amp;#x2b;cd^&)",
      R"(ab^&amp;cd)",
      R"(ab^\qcd)",
      R"(ab^%zz)",
      R"(ab^\\ncd)",
      R"(ab^\u00e9)",
  };
  for (std::string text : cases) {
    const std::size_t end = text.find('^');
    text.erase(end, 1);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      Extent extent = Extent::of_alphabet(set, {.levels = 4});
      auto step = extent.advance(text.substr(0, cut), false);
      std::size_t taken = step.taken;
      if (step.state == State::open) {
        step = extent.advance(text.substr(taken), true);
        taken += step.taken;
      }
      EXPECT_EQ(taken, end) << text << " cut at " << cut;
      EXPECT_EQ(step.state, State::ended) << text;
    }
  }
}

TEST(Extent, ReadsNoMoreEscapesThanItIsTold) {
  EXPECT_EQ(
      Extent::of_alphabet(byte_range('a', 'z'), {.levels = 1}).advance(R"(a\\u0062c )", true).taken,
      1U);
  EXPECT_EQ(Extent::of_alphabet(byte_range('a', 'z')).advance(R"(a\u0062c )", true).taken, 1U);
}

TEST(Extent, IsUnknownWhereItCannotBeCutOutOrNobodyCouldTell) {
  const ByteSet set = byte_range('a', 'z') | single_byte('+');
  EXPECT_EQ(Extent::of_alphabet(set, {.levels = 4, .form = true}).advance("ab&#43;c", true).state,
            State::unknown);
  EXPECT_EQ(Extent::of_alphabet(set, {.levels = 4, .form = true}).advance("ab&c=d", true).state,
            State::ended);
  std::string endless = "ab\\";
  for (int i = 0; i < 200; ++i) endless += "\xe2\x80\x8b";
  EXPECT_EQ(Extent::of_alphabet(set, {.levels = 4}).advance(endless, false).state, State::unknown);
}

// Whatever begins at '^' begins with what is around it.
TEST(Masks, BeginWithTheTokenTheyWouldCut) {
  struct Case {
    std::string text, token;
  };
  const Case cases[] = {
      {"a b^c", "a b"},       {R"(a \^nb)", "a "},
      {R"(a \\^nb)", "a "},   {R"(a\u00^e9b)", "a"},
      {R"(a\\u00e^9b)", "a"}, {"a %4^1", "a "},
      {"a %^41", "a "},       {"a %41^b", "a %41"},
      {"a&#6^5;b", "a"},      {"a&am^p;b", "a"},
      {"a &b^c", "a &b"},     {"a\xc3^\xa9", "a"},
      {R"(\"^b)", R"(\")"},   {R"(\\\"^b)", R"(\\\")"},
      {R"(a\u00^)", "a"},     {R"({"a":"\n^b)", R"({"a":"\n)"},
  };
  for (const Case& one : cases) {
    std::string text = one.text;
    const std::size_t at = text.find('^');
    text.erase(at, 1);
    EXPECT_EQ(text.substr(0, token_begin(text, at)), one.token) << one.text;
  }
}

TEST(Masks, AQuotationMarkIsOneUnlessItIsEscaped) {
  EXPECT_TRUE(holds_quote(R"(a"b)"));
  EXPECT_TRUE(holds_quote(R"(a\\"b)"));
  EXPECT_FALSE(holds_quote(R"(a\"b)"));
  EXPECT_FALSE(holds_quote(R"(a\\\"b)"));
  EXPECT_FALSE(holds_quote("ab"));
}

TEST(Masks, AControlByteIsNoneOfAText) {
  EXPECT_FALSE(holds_control("a\tb\r\nc\xc3\xa9"));
  EXPECT_TRUE(holds_control("a\x05"));
  EXPECT_TRUE(holds_control("\x7f"));
  EXPECT_TRUE(holds_control(std::string_view("\0", 1)));
}

TEST(Masks, SayWhatTheyAreWhereThereIsRoom) {
  const auto mask = [](std::size_t size, bool worded) {
    std::string text(size, 's');
    write_mask(std::as_writable_bytes(std::span(text)), worded);
    return text;
  };
  EXPECT_EQ(mask(20, true), "*cork*redacted******");
  EXPECT_EQ(mask(15, true), "*cork*redacted*");
  EXPECT_EQ(mask(14, true), std::string(14, '*'));
  EXPECT_EQ(mask(20, false), std::string(20, '*'));
  EXPECT_EQ(mask(0, true), "");
}

}  // namespace
}  // namespace cork::secrets
