#include "rules/known/finder.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace cork::known {

void Finder::seal() {
  count_ = slots_.size();
  // One bit in 32 is set: few enough to be in the cache, and few that are set by chance.
  const std::size_t bits = std::max<std::size_t>(std::bit_ceil(slots_.size() * 32), 4096);
  bits_.assign(bits / 64, 0);
  shift_ = static_cast<unsigned>(64 - std::countr_zero(bits));
  std::vector<Slot> given = std::exchange(slots_, {});
  slots_.resize(std::bit_ceil(given.size() * 2));
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : given) {
    const std::uint64_t bit = slot.tag >> shift_;
    bits_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    std::size_t at = slot.tag & mask;
    while (slots_[at].size != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

}  // namespace cork::known
