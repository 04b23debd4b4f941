#include "rules/secrets/masks.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cork::secrets {
namespace {

TEST(Extent, GoesOnOverItsAlphabetWhereverTheTextIsCut) {
  Extent extent = Extent::of_alphabet(byte_range('a', 'z'));
  EXPECT_EQ(extent.advance("abc"), Extent::npos);
  EXPECT_EQ(extent.advance(""), Extent::npos);
  EXPECT_EQ(extent.advance("de fg"), 2U);
}

TEST(Extent, OfAKeyEndsWithItsLastLineWhateverStandsAroundIt) {
  const std::string text = "-----BEGIN X-----\n> MIIE\n> ------END X----- and more";
  const std::size_t end = text.find(" and");
  for (std::size_t cut = 0; cut < end; ++cut) {
    Extent extent = Extent::of_pem();
    ASSERT_EQ(extent.advance(text.substr(0, cut)), Extent::npos) << cut;
    EXPECT_EQ(extent.advance(text.substr(cut)), end - cut) << cut;
    EXPECT_TRUE(extent.complete());
  }
}

TEST(Extent, OfAKeyThatIsCutOffEndsWithItsString) {
  Extent extent = Extent::of_pem();
  EXPECT_EQ(extent.advance("-----BEGIN X-----\\nMIIE\",\"b"), 23U);
  EXPECT_FALSE(extent.complete());
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
