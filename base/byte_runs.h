// Where so many bytes of one class stand in a row: the first question to every text, so it is asked
// 64 bytes at a time.
//
// Pure. A class is a struct whose has() does without branches, so that compilers make vector code
// of it where there is no instruction that looks sixteen bytes up in a table:
//
//   struct Digits {
//     static constexpr unsigned char has(unsigned char c) { return c - '0' < 10u; }
//   };
//   const std::size_t at = find_byte_run<Digits, 12>(text, 0);
#pragma once

#ifdef __SSSE3__
#include <tmmintrin.h>
#endif

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace cork {

#ifdef __SSSE3__
// Each half of a byte selects bits; a byte is of the class where its halves share one. Bytes with
// the same high half are a row, and rows that are alike share their bit.
template <class Class>
struct HalfTables {
  alignas(16) std::array<unsigned char, 16> low{}, high{};
  bool fits = true;

  constexpr HalfTables() noexcept {
    std::array<unsigned, 8> rows{};
    std::size_t known = 0;
    for (unsigned top = 0; top < 16; ++top) {
      unsigned row = 0;
      for (unsigned c = 0; c < 16; ++c) {
        if (Class::has(static_cast<unsigned char>(top << 4 | c)) != 0) row |= 1u << c;
      }
      if (row == 0) continue;
      std::size_t bit = 0;
      while (bit < known && rows[bit] != row) ++bit;
      fits = fits && bit < rows.size();
      if (!fits) return;
      if (bit == known) rows[known++] = row;
      high[top] = static_cast<unsigned char>(1u << bit);
      for (unsigned c = 0; c < 16; ++c) {
        if ((row >> c & 1) != 0) low[c] = static_cast<unsigned char>(low[c] | 1u << bit);
      }
    }
  }
};
#endif

// Bit i is set where byte i is of the class.
template <class Class>
std::uint64_t byte_mask(const char* block) noexcept {
  std::uint64_t mask = 0;
#ifdef __SSSE3__
  static constexpr HalfTables<Class> tables;
  static_assert(tables.fits, "a class of bytes with so many different rows needs other code");
  const auto load = [](const auto* from) {
    __m128i bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    return bytes;
  };
  const __m128i low = load(tables.low.data()), high = load(tables.high.data());
  const __m128i half = _mm_set1_epi8(0x0f);
  for (std::size_t i = 0; i < 4; ++i) {
    const __m128i bytes = load(block + 16 * i);
    const __m128i shared =
        _mm_and_si128(_mm_shuffle_epi8(low, _mm_and_si128(bytes, half)),
                      _mm_shuffle_epi8(high, _mm_and_si128(_mm_srli_epi16(bytes, 4), half)));
    const int none = _mm_movemask_epi8(_mm_cmpeq_epi8(shared, _mm_setzero_si128()));
    mask |= static_cast<std::uint64_t>(static_cast<unsigned>(none) ^ 0xffffu) << (16 * i);
  }
#else
  // Eight bytes of 0 or 1 to eight bits: each product moves one of them to the top.
  constexpr std::uint64_t gather = 0x0102040810204080;
  std::array<unsigned char, 64> is;
  for (std::size_t i = 0; i < is.size(); ++i) {
    is[i] = Class::has(static_cast<unsigned char>(block[i]));
  }
  for (std::size_t i = 0; i < 8; ++i) {
    std::uint64_t word = 0;
    std::memcpy(&word, is.data() + 8 * i, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    mask |= (word * gather >> 56) << (8 * i);
  }
#endif
  return mask;
}

// The same of a block that the text ends in.
template <class Class>
std::uint64_t byte_mask(std::string_view rest) noexcept {
  std::array<char, 64> block{};
  std::memcpy(block.data(), rest.data(), rest.size());
  return byte_mask<Class>(block.data()) & ((std::uint64_t{1} << rest.size()) - 1);
}

// Goes from one byte of a class to the next, in a text that is looked at once.
template <class Class>
class ByteFinder {
 public:
  explicit ByteFinder(std::string_view text) noexcept : text_(text) {}

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
    for (; from < text_.size(); from += 64) {
      const std::string_view rest = text_.substr(from);
      mask_ = rest.size() < 64 ? byte_mask<Class>(rest) : byte_mask<Class>(rest.data());
      end_ = from + 64;
      if (mask_ != 0) return from + static_cast<std::size_t>(std::countr_zero(mask_));
    }
    return text_.size();
  }

  std::string_view text_;
  std::size_t end_ = 0;     // of the 64 bytes looked at last; 0: none were
  std::uint64_t mask_ = 0;  // of those
};

// Bit i is set where the bits [i, i + size) are.
constexpr std::uint64_t long_runs(std::uint64_t mask, std::size_t size) noexcept {
  for (std::size_t have = 1; have < size;) {
    const std::size_t step = have < size - have ? have : size - have;
    mask &= mask >> step;
    have += step;
  }
  return mask;
}

// Where, at or after `from`, the first run of `size` begins, or a shorter one that the end of the
// text cuts; text.size(): nowhere. `size` is at most 64.
template <class Class, std::size_t size>
std::size_t find_byte_run(std::string_view text, std::size_t from) noexcept {
  static_assert(size > 0 && size <= 64);
  std::size_t before = 0;  // bytes of the class that the block before ends in
  for (std::size_t at = from; at < text.size(); at += 64) {
    const std::size_t left = text.size() - at;
    std::uint64_t mask = 0;
    if (left >= 64) {
      mask = byte_mask<Class>(text.data() + at);
    } else {
      mask = byte_mask<Class>(text.substr(at));
    }
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

}  // namespace cork
