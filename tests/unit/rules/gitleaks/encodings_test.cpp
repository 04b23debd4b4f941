#include "rules/gitleaks/encodings.h"

#include "base/base64.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cork::gitleaks {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "base64:ABC", as they are found.
std::vector<std::string> found(const std::string& text) {
  std::vector<std::string> all;
  for (const EncodedStretch& one : find_encoded(text)) {
    all.push_back(std::string(name_of(one.encoding)) + ":" +
                  text.substr(one.span.begin, one.span.end - one.span.begin));
  }
  return all;
}

TEST(FindEncoded, TakesAPercentEscapeAndAllUpToTheLastOfTheLine) {
  EXPECT_THAT(found("a%41b%42c\n%43"), ElementsAre("percent:%41b%42", "percent:%43"));
  EXPECT_THAT(found("100% sure, %4"), IsEmpty());
}

TEST(FindEncoded, TakesUnicodeEscapesInARow) {
  EXPECT_THAT(found(R"(x\u0041\U0042\\u0043y)"), ElementsAre(R"(unicode:\u0041\U0042\\u0043)"));
  EXPECT_THAT(found("U+0041 U+0042"), ElementsAre("unicode:U+0041 U+0042"));
  EXPECT_THAT(found("U+0041x u+0042 "), IsEmpty());
  EXPECT_THAT(found("U+0041 U+0042x"), ElementsAre("unicode:U+0041 "));
  EXPECT_THAT(found(R"(\\\u0041)"), ElementsAre(R"(unicode:\\u0041)"));
}

TEST(FindEncoded, TakesHexOf32DigitsAndBase64Of16) {
  const std::string hex(32, 'a');
  EXPECT_THAT(found(hex), ElementsAre("hex:" + hex));
  EXPECT_THAT(found(hex.substr(1)), ElementsAre("base64:" + hex.substr(1)));
  EXPECT_THAT(found(std::string(15, 'x')), IsEmpty());
  EXPECT_THAT(found("=" + std::string(16, 'x') + "==="),
              ElementsAre("base64:" + std::string(16, 'x') + "=="));
}

TEST(FindEncoded, LeavesWhatTouchesAStrongerOneForTheNextPass) {
  const std::string base64 = "QUJDREVGR0hJSktMTU5P";
  EXPECT_THAT(found(base64 + "%41"), ElementsAre("percent:%41"));
  EXPECT_THAT(found("%41" + base64), ElementsAre("percent:%41"));
  EXPECT_THAT(found(base64 + " %41"), ElementsAre("base64:" + base64, "percent:%41"));
  // Hex that base64 goes on from.
  const std::string hex(32, '4');
  EXPECT_THAT(found(hex + std::string(16, 'z')), ElementsAre("hex:" + hex));
}

TEST(Decode, GivesPrintableAsciiOrNothing) {
  const auto base64 = [](std::string_view text) {
    return decode(Encoding::base64, base64_encoded(text));
  };
  EXPECT_EQ(base64("sixteen bytes ??"), "sixteen bytes ??");
  EXPECT_EQ(base64("seventeen bytes ?"), "seventeen bytes ?");
  EXPECT_EQ(base64(std::string("not\0printable ...", 17)), "");
  EXPECT_EQ(decode(Encoding::base64, "aGVsbG9oZWxsb2hlbGxv"), "hellohellohello");
  EXPECT_EQ(decode(Encoding::base64, "c29tZSB0ZXh0PyBvciBtb3Jl"), "some text? or more");
  EXPECT_EQ(decode(Encoding::base64, "onlylettersonlyletters"), "") << "no digit, + / - or _";
  EXPECT_EQ(decode(Encoding::base64, "fn5-fn5-fn5-fn5-fn4"), "~~~~~~~~~~~~~~") << "unpadded";
  EXPECT_EQ(decode(Encoding::base64, "fn5-fn5-fn5-fn5-fn4="), "") << "padded in that alphabet";
  EXPECT_EQ(decode(Encoding::base64, "fn5+fn5+fn5+fn5+fn4"), "") << "unpadded in this one";
  EXPECT_EQ(decode(Encoding::hex, "48656c6c6f"), "Hello");
  EXPECT_EQ(decode(Encoding::hex, "48656c6c6"), "");
  EXPECT_EQ(decode(Encoding::hex, "ffff00"), "");
  EXPECT_EQ(decode(Encoding::percent, "%41b%4"), "Ab%4");
  EXPECT_EQ(decode(Encoding::percent, "%41%00"), "");
  EXPECT_EQ(decode(Encoding::unicode, R"(\u0041\\U0042)"), "AB");
  EXPECT_EQ(decode(Encoding::unicode, "U+0041 U+00e9 "), "A\xC3\xA9");
  EXPECT_EQ(decode(Encoding::unicode, R"(\ud83d\u20ac)"), "\xEF\xBF\xBD\xE2\x82\xAC");
}

}  // namespace
}  // namespace cork::gitleaks
