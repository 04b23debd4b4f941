#include "rules/gitleaks/regex_traits.h"

#include <gtest/gtest.h>

namespace cork::gitleaks {
namespace {

TEST(RegexTraitsTest, MeasuresTheLiteralThatEveryMatchHolds) {
  const auto literal = [](std::string_view regex) { return traits_of(regex)->literal; };
  EXPECT_EQ(literal("tok_[a-z]{20}"), 4U);
  EXPECT_EQ(literal("(?i)(?:key|token)=[0-9]+"), 3U);
  EXPECT_EQ(literal("[a-f0-9]{40}"), 0U);
  EXPECT_EQ(literal("sgp_[a-f0-9]{16}|[a-f0-9]{40}"), 0U);
  EXPECT_EQ(literal("(?:ab)?c"), 1U);
  EXPECT_EQ(literal("a{5}"), 5U);
}

TEST(RegexTraitsTest, KnowsWhereBytesAreCountedForCharacters) {
  const auto suffice = [](std::string_view regex) { return traits_of(regex)->bytes_suffice; };
  EXPECT_TRUE(suffice("key[a-z]{1,9}"));
  EXPECT_TRUE(suffice("key.*end"));
  EXPECT_TRUE(suffice("key[^;]{3,}end"));
  EXPECT_FALSE(suffice("key.end"));
  EXPECT_FALSE(suffice("key.{0,200}end"));
  EXPECT_FALSE(suffice("key[^;]?end"));
  EXPECT_FALSE(suffice("key(?:.x)+"));
  EXPECT_FALSE(suffice("caf\xC3\xA9"));
}

TEST(RegexTraitsTest, SaysNothingOfWhatItDoesNotRead) {
  EXPECT_FALSE(traits_of("(unbalanced"));
}

}  // namespace
}  // namespace cork::gitleaks
