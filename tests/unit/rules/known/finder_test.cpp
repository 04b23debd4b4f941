#include "rules/known/finder.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace cork::known {
namespace {

TEST(Finder, FindsEverySlotByItsTagAndAlmostNothingElse) {
  std::mt19937_64 random(1);
  Finder finder;
  std::vector<std::uint64_t> tags;
  for (ValueIndex i = 0; i < 3000; ++i) {
    tags.push_back(random());
    finder.add({.tag = tags.back(), .print = tags.back() * 3, .size = 16, .span = 0, .value = i});
  }
  finder.seal();
  EXPECT_FALSE(finder.empty());
  for (std::size_t i = 0; i < tags.size(); ++i) {
    EXPECT_EQ(finder.hint(tags[i]), 1U);
    std::vector<ValueIndex> found;
    finder.each(tags[i], [&](const Finder::Slot& slot) { found.push_back(slot.value); });
    EXPECT_EQ(found, std::vector<ValueIndex>{static_cast<ValueIndex>(i)});
  }
  std::size_t hints = 0;
  for (int i = 0; i < 100'000; ++i) hints += finder.hint(random());
  EXPECT_LT(hints, 5'000U);
}

TEST(Finder, KeepsSlotsOfOneTagApart) {
  Finder finder;
  for (ValueIndex i = 0; i < 3; ++i) finder.add({.tag = 5, .print = i, .size = 16, .value = i});
  finder.seal();
  std::size_t found = 0;
  finder.each(5, [&](const Finder::Slot& slot) { found += slot.print == slot.value; });
  EXPECT_EQ(found, 3U);
}

TEST(Finder, WithoutSlotsHasNone) {
  Finder finder;
  finder.seal();
  EXPECT_TRUE(finder.empty());
  EXPECT_EQ(finder.hint(0), 0U);
  finder.each(0, [](const Finder::Slot&) { ADD_FAILURE(); });
}

}  // namespace
}  // namespace cork::known
