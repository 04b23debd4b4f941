#include "rules/secrets/text_decoder.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <gtest/gtest.h>

#include <string>

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
    {"what is no escape", R"(\d \x41 \u12g4 \')", R"(\d \x41 \u12g4 \')"},
    {"a cut escape at the end", R"(abc\u00)", R"(abc\u00)"},
    {"a backslash at the end", "abc\\", "abc\\"},
    {"one level of several", R"(\\\"\\n\\u0041)", R"(\"\n\u0041)"},
    {"NUL", R"(a\u0000b)", std::string_view("a\0b", 3)},
};

TEST(JsonDecoder, TakesOneLevelOfEscapesOffHoweverItIsCut) {
  for (const auto& [name, input, text] : cases) {
    for (std::size_t piece = 1; piece <= input.size(); ++piece) {
      const auto decoder = make_json_unescaper();
      Collected out;
      EXPECT_EQ(Verdict::clean, test::decode(*decoder, input, piece, out));
      EXPECT_EQ(text, out.text) << name << " by " << piece;
      EXPECT_TRUE(out.consistent) << name;
      EXPECT_EQ(input.size(), decoder->pending_from());
    }
  }
}

TEST(JsonDecoder, TiesEveryByteToItsEscape) {
  const std::string input = R"(ab\n\n\u0041c\u00e9\dz)";
  for (const std::size_t piece : {1u, 2u, 5u, 100u}) {
    Collected out;
    test::decode(*make_json_unescaper(), input, piece, out);
    EXPECT_EQ("ab\n\nAc\xc3\xa9\\dz", out.text);
    EXPECT_EQ((std::vector<Offset>{0, 1, 2, 4, 6, 12, 13, 13, 19, 20, 21}), out.begins);
    EXPECT_EQ((std::vector<Offset>{1, 2, 4, 6, 12, 13, 19, 19, 20, 21, 22}), out.ends);
    EXPECT_EQ(
        (std::vector<bool>{false, false, true, true, true, false, true, true, false, false, false}),
        out.altered);
  }
}

TEST(JsonDecoder, WaitsForTheRestOfAnEscape) {
  const auto decoder = make_json_unescaper();
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

TEST(JsonDecoder, TakesLongRunsOfBackslashes) {
  const std::string input(100'001, '\\');
  Collected out;
  test::decode(*make_json_unescaper(), input, 4096, out);
  EXPECT_EQ(std::string(50'001, '\\'), out.text);
  EXPECT_EQ(2u * 1000, out.begins[1000]);
}

TEST(JsonDecoder, FindsTheFirstThatItWouldTakeOff) {
  const struct {
    std::string_view text;
    std::size_t at;
  } texts[] = {{"abc", 3},
               {R"(a\d\n)", 3},
               {R"(a\)", 1},
               {R"(\u00)", 0},
               {R"(\u00zz)", 6},
               {R"(\u0041)", 0},
               {R"(\)"
                "x"
                R"(\\)",
                2},
               {"", 0}};
  for (const auto& [text, at] : texts) EXPECT_EQ(at, find_json_escape(text, 0)) << text;
  EXPECT_EQ(4u, find_json_escape(R"(\n\d\n)", 1));
}

}  // namespace
}  // namespace cork::secrets
