#include "rules/secrets/text_decoder.h"
#include "tests/unit/rules/secrets/encoders.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

using test::Collected;

const struct {
  std::string_view name, input, plain, form;
} cases[] = {
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
    {"NUL", "a%00b", std::string_view("a\0b", 3), std::string_view("a\0b", 3)},
};

TEST(PercentDecoder, TakesOneLevelOffHoweverItIsCut) {
  for (const auto& [name, input, plain, form] : cases) {
    for (std::size_t piece = 1; piece <= input.size(); ++piece) {
      for (const bool is_form : {false, true}) {
        const auto decoder = make_percent_decoder(is_form);
        Collected out;
        EXPECT_EQ(Verdict::clean, test::decode(*decoder, input, piece, out));
        EXPECT_EQ(is_form ? form : plain, out.text) << name << " by " << piece;
        EXPECT_TRUE(out.consistent) << name;
        EXPECT_EQ(input.size(), decoder->pending_from());
      }
    }
  }
}

TEST(PercentDecoder, TiesEveryByteToItsEscape) {
  for (const std::size_t piece : {1u, 2u, 100u}) {
    Collected out;
    test::decode(*make_percent_decoder(false), "a%41%42b", piece, out);
    EXPECT_EQ((std::vector<Offset>{0, 1, 4, 7}), out.begins);
    EXPECT_EQ((std::vector<Offset>{1, 4, 7, 8}), out.ends);
    EXPECT_EQ((std::vector<bool>{false, true, true, false}), out.altered);
  }
}

TEST(PercentDecoder, AFormIsAlteredThroughout) {
  Collected out;
  test::decode(*make_percent_decoder(true), "a=b+c", 100, out);
  EXPECT_EQ(std::vector<bool>(5, true), out.altered);
  EXPECT_EQ((std::vector<Offset>{0, 1, 2, 3, 4}), out.begins);
}

TEST(PercentDecoder, WaitsForTheRestOfAnEscape) {
  const auto decoder = make_percent_decoder(false);
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

TEST(PercentDecoder, FindsTheFirstThatItWouldTakeOff) {
  const struct {
    std::string_view text;
    std::size_t at;
  } texts[] = {{"abc", 3}, {"a%zz%41", 4}, {"a%", 1}, {"a%4", 1}, {"a%4z", 4}, {"", 0}};
  for (const auto& [text, at] : texts) EXPECT_EQ(at, find_percent_escape(text, 0)) << text;
}

}  // namespace
}  // namespace cork::secrets
