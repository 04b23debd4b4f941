// Where so many bytes of one class stand in a row: the first question to every text, so it is asked
// 64 bytes at a time.
//
// Pure. For classes see byte_masks.h.
//
//   const std::size_t at = find_byte_run<Digits, 12>(text, 0);
#pragma once

#include "base/byte_masks.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

namespace cork {

// How many bytes of the text are of the class.
template <class Class>
std::size_t count_bytes(std::string_view text) noexcept {
  std::size_t count = 0;
#ifdef __SSSE3__
  if (has_wide_masks) {
    return by_wide_masks([text](auto masks) __attribute__((always_inline)) {
      std::size_t sum = 0;
      for (std::size_t at = 0; at < text.size(); at += 64) {
        sum += static_cast<std::size_t>(std::popcount(masks.template of<Class>(text.substr(at))));
      }
      return sum;
    });
  }
  // By sums, since not every other processor counts bits in one step. Each of sixteen takes 255.
  constexpr std::size_t most = std::size_t{255} * 16;
  const __m128i zero = _mm_setzero_si128();
  while (text.size() >= 16) {
    const std::size_t size = (text.size() < most ? text.size() : most) / 16 * 16;
    __m128i others = zero;
    for (std::size_t i = 0; i < size; i += 16) {
      const __m128i is = of_class<Class>(sixteen_bytes(text.data() + i));
      others = _mm_sub_epi8(others, _mm_cmpeq_epi8(is, zero));
    }
    const __m128i sums = _mm_sad_epu8(others, zero);
    count += size - static_cast<std::size_t>(_mm_cvtsi128_si64(sums)) -
             static_cast<std::size_t>(_mm_cvtsi128_si64(_mm_srli_si128(sums, 8)));
    text.remove_prefix(size);
  }
#endif
  for (const char c : text) count += Class::has(static_cast<unsigned char>(c)) != 0 ? 1 : 0;
  return count;
}

// Any byte.
struct AnyByte {
  static constexpr unsigned char has(unsigned char) noexcept { return 1; }
};

// Goes from one place to the next, in a text that is looked at once, and outlives it: ByteFinder
// and PairFinder. Mask::of(rest, masks) has a bit for each of the first 64 bytes of `rest`, which
// is not empty.
template <class Mask>
class MaskFinder {
 public:
  explicit MaskFinder(std::string_view text) noexcept : text_(text) {}

  // The first at or after `from`, which is never less than what was found before; text.size():
  // none. Inline, since the next is near.
  [[gnu::always_inline]] std::size_t find(std::size_t from) noexcept {
    if (from < end_) {
      const std::uint64_t left = mask_ >> (from - (end_ - 64));
      if (left != 0) return from + static_cast<std::size_t>(std::countr_zero(left));
      from = end_;
    }
    return search(from);
  }

 private:
  // In the blocks from there on.
  [[gnu::noinline]] std::size_t search(std::size_t from) noexcept {
    return by_masks([this, from](auto masks) __attribute__((always_inline)) {
      for (std::size_t at = from; at < text_.size(); at += 64) {
        mask_ = Mask::of(text_.substr(at), masks);
        end_ = at + 64;
        if (mask_ != 0) return at + static_cast<std::size_t>(std::countr_zero(mask_));
      }
      return text_.size();
    });
  }

  std::string_view text_;
  std::size_t end_ = 0;     // of the 64 bytes looked at last; 0: none were
  std::uint64_t mask_ = 0;  // of those
};

// Of the bytes of a block, which `rest` begins with.
template <class Class, class Behind>
struct ByteMask {
  [[gnu::always_inline]] static std::uint64_t of(std::string_view rest, auto masks) noexcept {
    std::uint64_t mask = masks.template of<Class>(rest);
    if constexpr (!std::is_same_v<Behind, AnyByte>) {
      if (mask != 0) mask &= followed(rest, masks);
    }
    return mask;
  }

 private:
  // Those that such a byte follows.
  [[gnu::always_inline]] static std::uint64_t followed(std::string_view rest, auto masks) noexcept {
    if (rest.size() < 64) {
      return masks.template of<Behind>(rest) >> 1 | std::uint64_t{1} << (rest.size() - 1);
    }
    const bool last = rest.size() == 64 || Behind::has(static_cast<unsigned char>(rest[64])) != 0;
    return masks.template of<Behind>(rest.data()) >> 1 | std::uint64_t{last ? 1u : 0u} << 63;
  }
};

template <class Pairs>
struct PairMask {
  [[gnu::always_inline]] static std::uint64_t of(std::string_view rest, auto masks) noexcept {
    if (rest.size() > 64) return masks.template of_pairs<Pairs>(rest.data());
    std::array<char, 65> block{};
    std::memcpy(block.data(), rest.data(), rest.size());
    const std::size_t end = rest.size() - 1;
    const std::uint64_t whole =
        masks.template of_pairs<Pairs>(block.data()) & ((std::uint64_t{1} << end) - 1);
    bool cut = false;
    for (std::size_t i = 0; i < Pairs::kCount; ++i) {
      cut = cut || Pairs::first(i, static_cast<unsigned char>(rest[end])) != 0;
    }
    return whole | std::uint64_t{cut ? 1u : 0u} << end;
  }
};

// The bytes of a class; with `Behind`, those that a byte of that class follows, or nothing.
template <class Class, class Behind = AnyByte>
using ByteFinder = MaskFinder<ByteMask<Class, Behind>>;
// Where a pair may stand; the last byte counts where it may be a pair's first. Of pairs that share
// halves, more are found: see pair_mask().
template <class Pairs>
using PairFinder = MaskFinder<PairMask<Pairs>>;

// Bit i is set where the bits [i, i + size) are.
constexpr std::uint64_t long_runs(std::uint64_t mask, std::size_t size) noexcept {
  for (std::size_t have = 1; have < size;) {
    const std::size_t step = have < size - have ? have : size - have;
    mask &= mask >> step;
    have += step;
  }
  return mask;
}

// The same for work that goes on with `masks`, as by_masks() has them.
template <class Class, std::size_t size>
[[gnu::always_inline]] inline std::size_t find_byte_run(std::string_view text, std::size_t from,
                                                        auto masks) noexcept {
  static_assert(size > 0 && size <= 64);
  std::size_t before = 0;  // bytes of the class that the block before ends in
  for (std::size_t at = from; at < text.size(); at += 64) {
    const std::size_t left = text.size() - at;
    const std::uint64_t mask = masks.template of<Class>(text.substr(at));
    const auto leading = static_cast<std::size_t>(std::countr_one(mask));
    if (before + leading >= size) return at - before;
    if (const std::uint64_t runs = long_runs(mask, size); runs != 0) {
      return at + static_cast<std::size_t>(std::countr_zero(runs));
    }
    if (left > 64) {
      before = leading == 64 ? before + 64 : static_cast<std::size_t>(std::countl_one(mask));
      continue;
    }
    // The end of the text.
    if (leading == left) return at - before;
    const std::uint64_t top = mask << (64 - left);
    return text.size() - static_cast<std::size_t>(std::countl_one(top));
  }
  return text.size();
}

// Where, at or after `from`, the first run of `size` begins, or a shorter one that the end of the
// text cuts; text.size(): nowhere. `size` is at most 64.
template <class Class, std::size_t size>
std::size_t find_byte_run(std::string_view text, std::size_t from) noexcept {
  return by_masks([text, from](auto masks) __attribute__((always_inline)) {
    return find_byte_run<Class, size>(text, from, masks);
  });
}

}  // namespace cork
