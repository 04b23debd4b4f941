// Tags, of which a bit each is kept: most of those that are not among them are told at once, and
// the others pass like those that are.
//
// Immutable; shared between threads.
//
//   const Sieve sieve(tags, 32);
//   if (sieve.passes(tag) != 0) ...   // it is one of them, or one in 32 others
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cork::known {

class Sieve {
 public:
  // Nothing passes.
  Sieve() = default;
  // One in so many others passes, or one in up to twice as many. Has at least `least` bits, a power
  // of two from 64 on.
  Sieve(std::span<const std::uint64_t> tags, std::size_t one_in, std::size_t least = 64);

  // The question for one who asks it often. Valid as long as the sieve is.
  struct Bits {
    const std::uint64_t* words;
    unsigned shift;
    // 1: it passes.
    std::uint64_t operator()(std::uint64_t tag) const noexcept {
      // Unchecked, since it is asked for every byte: `shift` keeps it inside the table.
      const std::uint64_t bit = tag >> shift;
      return words[bit / 64] >> (bit % 64) & 1;
    }
  };
  [[nodiscard]] Bits bits() const noexcept { return {words_.data(), shift_}; }
  [[nodiscard]] std::uint64_t passes(std::uint64_t tag) const noexcept { return bits()(tag); }

 private:
  std::vector<std::uint64_t> words_{0};
  unsigned shift_ = 63;
};

}  // namespace cork::known
