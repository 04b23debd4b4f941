#include "rules/secrets/byte_class.h"

#include <gtest/gtest.h>

namespace cork::secrets {
namespace {

TEST(ByteClass, ARangeHoldsBothItsEnds) {
  EXPECT_EQ(byte_range('a', 'c').count(), 3u);
  EXPECT_TRUE(byte_range(0, 255).all());
  EXPECT_EQ(single_byte('\xff'), byte_range(255, 255));
}

TEST(ByteClass, IgnoringCaseAddsTheOtherCaseOfLettersAlone) {
  EXPECT_EQ(ignoring_case(single_byte('q')), single_byte('q') | single_byte('Q'));
  EXPECT_EQ(ignoring_case(single_byte('Q')), single_byte('q') | single_byte('Q'));
  EXPECT_EQ(ignoring_case(single_byte('_')), single_byte('_'));
}

TEST(ByteClass, CapitalsArePerlsComplements) {
  for (const auto& [lower, upper] : {std::pair{'d', 'D'}, {'w', 'W'}, {'s', 'S'}}) {
    EXPECT_EQ(*perl_class(lower), ~*perl_class(upper)) << lower;
  }
  EXPECT_FALSE(perl_class('q'));
}

TEST(ByteClass, SpaceHoldsWhatHyperscanCallsSpace) {
  for (const char c : {' ', '\t', '\n', '\v', '\f', '\r'}) {
    EXPECT_TRUE(perl_class('s')->test(static_cast<std::size_t>(c)));
  }
}

TEST(ByteClass, KnowsPosixNames) {
  EXPECT_EQ(posix_class("alnum")->count(), 62u);
  EXPECT_EQ(posix_class("xdigit")->count(), 22u);
  EXPECT_EQ(posix_class("punct")->count(), 32u);
  EXPECT_EQ(*posix_class("word"), *perl_class('w'));
  EXPECT_FALSE(posix_class("vowel"));
}

}  // namespace
}  // namespace cork::secrets
