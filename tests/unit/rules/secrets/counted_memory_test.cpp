#include "rules/secrets/counted_memory.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>

namespace cork::secrets {
namespace {

TEST(CountedMemory, IsCountedWhileItIsThere) {
  MemoryBudget budget(10'000);
  void* memory = allocate_counted(&budget, 1000);
  ASSERT_NE(memory, nullptr);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % alignof(std::max_align_t), 0U);
  std::memset(memory, 1, 1000);
  EXPECT_GE(budget.used(), 1000U);
  EXPECT_EQ(allocate_counted(&budget, 9990), nullptr);
  free_counted(&budget, memory);
  EXPECT_EQ(budget.used(), 0U);
}

TEST(CountedMemory, NeedsNoBudget) {
  void* memory = allocate_counted(nullptr, 1000);
  ASSERT_NE(memory, nullptr);
  free_counted(nullptr, memory);
  free_counted(nullptr, nullptr);
}

TEST(CountedMemory, AnImpossibleSizeIsRefused) {
  MemoryBudget budget(10'000);
  EXPECT_EQ(allocate_counted(&budget, std::numeric_limits<std::size_t>::max()), nullptr);
  EXPECT_EQ(budget.used(), 0U);
}

}  // namespace
}  // namespace cork::secrets
