#include "rules/gitleaks/text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace cork::gitleaks {
namespace {

TEST(TextTest, IsItselfWhereItIsUtf8) {
  const std::string raw = "gr\xC3\xBC\xC3\x9F \xF0\x9F\x94\x91";
  const Text text(raw);
  EXPECT_EQ(text.searched().data(), raw.data());
  EXPECT_FALSE(text.ascii());
  EXPECT_FALSE(text.odd());
  EXPECT_EQ(text.to_raw(5), 5U);
}

TEST(TextTest, PutsAReplacementForEachByteThatIsNoCharacter) {
  const std::string raw =
      "a\xFF\xFE"
      "b\xC3";
  const Text text(raw);
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(text.searched(), "a" + bad + bad + "b" + bad);
  EXPECT_EQ(text.to_raw(0), 0U);
  EXPECT_EQ(text.to_raw(1), 1U);
  EXPECT_EQ(text.to_raw(4), 2U);
  EXPECT_EQ(text.to_raw(7), 3U);
  EXPECT_EQ(text.to_raw(8), 4U);
  EXPECT_EQ(text.to_raw(11), 5U);
}

TEST(TextTest, SaysWhatHyperscanReadsDifferently) {
  EXPECT_TRUE(Text("plain").ascii());
  EXPECT_FALSE(Text("plain").odd());
  EXPECT_TRUE(Text("a\vb").odd());
  EXPECT_TRUE(Text("long enough to go by words \xE2\x84\xAA").odd());  // the Kelvin sign
  EXPECT_TRUE(Text("\xC5\xBF").odd());
  EXPECT_TRUE(Text("\xC4\xB0").odd());
  EXPECT_FALSE(Text("\xC3\xA9").odd());
}

TEST(LowerCase, TakesTheLettersBeyondAsciiThatFoldIntoIt) {
  EXPECT_EQ(lower_case("TO\xE2\x84\xAA"
                       "EN \xC4\xB0"
                       "D \xC3\x89"),
            "token id \xC3\x89");
}

TEST(CharacterEntropy, CountsCharactersAndDividesByBytes) {
  EXPECT_EQ(character_entropy(""), 0);
  EXPECT_DOUBLE_EQ(character_entropy("abcd"), 2);
  EXPECT_DOUBLE_EQ(character_entropy("aaaa"), 0);
  // One character of two bytes, twice: a count of 2 over 4 bytes.
  EXPECT_DOUBLE_EQ(character_entropy("\xC3\xA9\xC3\xA9"), 0.5);
}

}  // namespace
}  // namespace cork::gitleaks
