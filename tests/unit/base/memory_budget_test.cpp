#include "base/memory_budget.h"

#include <gtest/gtest.h>

#include <limits>

namespace cork {
namespace {

TEST(MemoryBudget, GivesUpToItsCap) {
  MemoryBudget budget(100);
  EXPECT_TRUE(budget.take(70));
  EXPECT_FALSE(budget.take(31));
  EXPECT_TRUE(budget.take(30));
  EXPECT_EQ(budget.used(), 100U);
  budget.give(50);
  EXPECT_TRUE(budget.take(50));
}

TEST(MemoryBudget, AnImpossibleSizeIsRefusedAndNotAdded) {
  MemoryBudget budget(100);
  EXPECT_TRUE(budget.take(1));
  EXPECT_FALSE(budget.take(std::numeric_limits<std::size_t>::max()));
  EXPECT_EQ(budget.used(), 1U);
}

}  // namespace
}  // namespace cork
