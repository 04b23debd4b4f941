#include "rules/secrets/counted_memory.h"

#include <cstdlib>
#include <new>

namespace cork::secrets {

namespace {

// In front of each block: what it took. As wide as any alignment that the libraries count on.
struct alignas(std::max_align_t) Header {
  std::size_t bytes;
};

}  // namespace

void* allocate_counted(void* budget, std::size_t bytes) noexcept {
  const std::size_t whole = bytes + sizeof(Header);
  if (whole < bytes) return nullptr;
  auto* counted = static_cast<MemoryBudget*>(budget);
  if (counted != nullptr && !counted->take(whole)) return nullptr;
  void* block = std::malloc(whole);
  if (block == nullptr) {
    if (counted != nullptr) counted->give(whole);
    return nullptr;
  }
  return new (block) Header{whole} + 1;
}

void free_counted(void* budget, void* memory) noexcept {
  if (memory == nullptr) return;
  Header* header = static_cast<Header*>(memory) - 1;
  if (budget != nullptr) static_cast<MemoryBudget*>(budget)->give(header->bytes);
  std::free(header);
}

}  // namespace cork::secrets
