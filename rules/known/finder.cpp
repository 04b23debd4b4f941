#include "rules/known/finder.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace cork::known {

void Finder::seal() {
  count_ = slots_.size();
  std::vector<std::uint64_t> tags;
  tags.reserve(count_);
  for (const Slot& slot : slots_) tags.push_back(slot.tag);
  // Few enough bits to be in the cache, and few that are set by chance.
  sieve_ = Sieve(tags, 64, 4096);
  std::vector<Slot> given = std::exchange(slots_, {});
  slots_.resize(std::bit_ceil(given.size() * 2));
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : given) {
    std::size_t at = slot.tag & mask;
    while (slots_[at].size != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

}  // namespace cork::known
