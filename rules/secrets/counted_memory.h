// The allocators that decoding libraries are given, so that a sender cannot choose how much memory
// their windows take.
//
// Thread-safe as far as the budget is. Without a budget nothing is counted.
//
//   ZSTD_customMem memory{&allocate_counted, &free_counted, budget};
#pragma once

#include "base/memory_budget.h"

#include <cstddef>

namespace cork::secrets {

// `budget` is a MemoryBudget*, or nullptr, and outlives the memory. nullptr: no memory, or more
// than may be used.
void* allocate_counted(void* budget, std::size_t bytes) noexcept;
// `memory` came from allocate_counted() with the same budget, or is nullptr.
void free_counted(void* budget, void* memory) noexcept;

}  // namespace cork::secrets
