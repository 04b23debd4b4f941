#include "rules/known/clear.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

namespace cork::known {
namespace {

bool is_zero(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == '\0'; });
}

TEST(Clear, TakesWhatATextHoldsAndLeavesNothingThere) {
  for (const std::size_t size : {5U, 15U, 16U, 400U}) {
    std::string text(size, 'x');
    const char* before = text.data();
    Clear clear(std::move(text));
    EXPECT_EQ(clear.view(), std::string(size, 'x'));
    EXPECT_EQ(text.data(), before);
    text.resize(size);
    EXPECT_TRUE(is_zero(text)) << size;
  }
}

TEST(Clear, IsOverwrittenWhereItLay) {
  Clear clear(std::string(64, 'x'));
  clear.wipe();
  EXPECT_EQ(clear.view().size(), 64U);
  EXPECT_TRUE(is_zero(clear.view()));
}

TEST(Clear, MovesAndLeavesNothingBehind) {
  Clear one(std::string("first")), other(std::string("second"));
  one = std::move(other);
  EXPECT_EQ(one.view(), "second");
  EXPECT_TRUE(other.view().empty());
  const Clear third(std::move(one));
  EXPECT_EQ(third.view(), "second");
  EXPECT_TRUE(one.view().empty());
}

TEST(Clear, WipingATextReachesWhatAShorterOneLeftBehind) {
  std::string text(100, 'x');
  text.resize(3);
  wipe(text);
  EXPECT_TRUE(text.empty());
  text.resize(100, '\1');
  std::string fresh(100, 'y');
  wipe(fresh);
  fresh.resize(fresh.capacity());
  EXPECT_TRUE(is_zero(fresh));
}

}  // namespace
}  // namespace cork::known
