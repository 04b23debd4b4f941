// How much memory some of the work may use together: asked before allocating, told after freeing.
//
// Thread-safe.
//
//   if (!budget.take(bytes)) refuse();
//   ...
//   budget.give(bytes);
#pragma once

#include <atomic>
#include <cstddef>

namespace cork {

class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t cap) noexcept : cap_(cap) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  // False, and nothing taken, where that would exceed the cap.
  [[nodiscard]] bool take(std::size_t bytes) noexcept {
    std::size_t used = used_.load(std::memory_order_relaxed);
    do {
      if (bytes > cap_ || used > cap_ - bytes) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
    return true;
  }
  void give(std::size_t bytes) noexcept { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t used() const noexcept { return used_.load(std::memory_order_relaxed); }

 private:
  std::size_t cap_;
  std::atomic<std::size_t> used_ = 0;
};

}  // namespace cork
