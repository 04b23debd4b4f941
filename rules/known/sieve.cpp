#include "rules/known/sieve.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace cork::known {

Sieve::Sieve(std::span<const std::uint64_t> tags, std::size_t one_in, std::size_t least) {
  assert(std::has_single_bit(least) && least >= 64);
  const std::size_t bits = std::max(std::bit_ceil(tags.size() * one_in), least);
  words_.assign(bits / 64, 0);
  shift_ = static_cast<unsigned>(64 - std::countr_zero(bits));
  for (const std::uint64_t tag : tags) {
    const std::uint64_t bit = tag >> shift_;
    words_[bit / 64] |= std::uint64_t{1} << (bit % 64);
  }
}

}  // namespace cork::known
