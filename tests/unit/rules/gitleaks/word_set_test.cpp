#include "rules/gitleaks/word_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cork::gitleaks {
namespace {

using testing::ElementsAre;

TEST(WordSetTest, FindsWordsWithinWords) {
  const WordSet words({"token", "ken", "x", ""});
  EXPECT_THAT(words.all_in("my token"), ElementsAre(true, true, false, false));
  EXPECT_THAT(words.all_in("x"), ElementsAre(false, false, true, false));
  EXPECT_TRUE(words.any_in("broken"));
  EXPECT_FALSE(words.any_in("toke"));
  EXPECT_FALSE(words.any_in(""));
}

TEST(WordSetTest, OfNoWordsIsInNothing) {
  EXPECT_FALSE(WordSet().any_in("anything"));
}

TEST(WordSetTest, ComparesBytesBeyondAscii) {
  EXPECT_TRUE(WordSet({"\xC3\xA9"}).any_in("caf\xC3\xA9"));
  EXPECT_FALSE(WordSet({"\xC3\xA9"}).any_in("caf\xC3\xA8"));
}

}  // namespace
}  // namespace cork::gitleaks
