#include "rules/gitleaks/decoding.h"

#include "base/base64.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cork::gitleaks {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kSpoken = "decoded 0 text here";

TEST(DecodePass, PutsWhatIsSpelledWhereTheEncodedStood) {
  const std::string base64 = base64_encoded(kSpoken);
  const DecodedPass pass = decode_pass("a " + base64 + " b\n%41", nullptr);
  EXPECT_EQ(pass.text, "a " + kSpoken + " b\nA");
  ASSERT_EQ(pass.segments.size(), 2U);
  EXPECT_EQ(pass.segments[0].encoded, (Span{2, 2 + base64.size()}));
  EXPECT_EQ(pass.segments[0].decoded, (Span{2, 2 + kSpoken.size()}));
  EXPECT_EQ(pass.segments[1].decoded.end, pass.text.size());
  EXPECT_THAT(decode_pass("nothing here", nullptr).segments, IsEmpty());
}

TEST(DecodePass, FindsTheWayBackThroughTwoPasses) {
  const std::string twice = base64_encoded(base64_encoded(kSpoken));
  const std::string text = "key: " + twice + " end";
  const DecodedPass first = decode_pass(text, nullptr);
  const DecodedPass second = decode_pass(first.text, &first);
  ASSERT_EQ(second.text, "key: " + kSpoken + " end");
  EXPECT_EQ(second.depth, 2);
  const Span within{8, 12};
  const auto segments = touching(second, within);
  ASSERT_EQ(segments.size(), 1U);
  EXPECT_EQ(to_original(second, segments, within), (Span{5, 5 + twice.size()}));
  EXPECT_THAT(decoding_tags(second, segments), ElementsAre("decoded:base64", "decode-depth:2"));
}

TEST(DecodePass, KeepsWhatAMatchTakesOnEitherSideOfASegment) {
  const std::string base64 = base64_encoded(kSpoken);
  const DecodedPass pass = decode_pass("key=" + base64 + ";", nullptr);
  const Span all{0, pass.text.size()};
  EXPECT_EQ(to_original(pass, touching(pass, all), all), (Span{0, 5 + base64.size()}));
}

TEST(DecodePass, NamesEachEncodingThatATagTook) {
  const std::string text = "%25" + std::string("41 and ") + base64_encoded(kSpoken);
  const DecodedPass pass = decode_pass(text, nullptr);
  const auto segments = touching(pass, {0, pass.text.size()});
  EXPECT_THAT(decoding_tags(pass, segments),
              ElementsAre("decoded:percent", "decoded:base64", "decode-depth:1"));
}

TEST(Touching, AsksForOneSharedBorderOnly) {
  const DecodedPass pass = decode_pass("ab %41 cd", nullptr);  // "ab A cd"
  EXPECT_THAT(touching(pass, {0, 2}), IsEmpty());
  EXPECT_EQ(touching(pass, {0, 3}).size(), 1U);
  EXPECT_EQ(touching(pass, {4, 5}).size(), 1U);
  EXPECT_THAT(touching(pass, {5, 6}), IsEmpty());
}

TEST(LinesOf, AreThoseOfTheSegmentsWithTheNewlineBefore) {
  const DecodedPass pass = decode_pass("one\ntwo %41 more\nthree", nullptr);
  EXPECT_EQ(lines_of(pass, touching(pass, {8, 9})), "\ntwo A more");
}

}  // namespace
}  // namespace cork::gitleaks
