// Which of 64 bytes are of a class, and which two side by side are a pair: as bits, for questions
// that are asked of every byte of every text.
//
// Pure. A class is a struct whose has() does without branches, so that compilers make vector code
// of it where there is no instruction that looks sixteen bytes up in a table; pairs are a struct
// of kCount of them, whose first() and second() say which bytes each is made of:
//
//   struct Digits {
//     static constexpr unsigned char has(unsigned char c) { return c - '0' < 10u; }
//   };
//   struct LineEnds {
//     static constexpr std::size_t kCount = 1;
//     static constexpr unsigned char first(std::size_t, unsigned char c) { return c == '\r'; }
//     static constexpr unsigned char second(std::size_t, unsigned char c) { return c == '\n'; }
//   };
//   by_masks([&](auto masks) { return masks.template of<Digits>(text); });
#pragma once

#ifdef __SSSE3__
#include <immintrin.h>
#endif

#include <algorithm>
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
template <class Class>
inline constexpr HalfTables<Class> kHalfTables = [] {
  constexpr HalfTables<Class> tables;
  static_assert(tables.fits, "a class of bytes with so many different rows needs other code");
  return tables;
}();

// HalfTables for pairs: a bit for each, which several share where there are more than eight.
template <class Pairs>
struct PairTables {
  struct Halves {
    alignas(16) std::array<unsigned char, 16> low{}, high{};

    constexpr void add(unsigned c, unsigned bit) noexcept {
      low[c & 0xf] = static_cast<unsigned char>(low[c & 0xf] | 1u << bit);
      high[c >> 4] = static_cast<unsigned char>(high[c >> 4] | 1u << bit);
    }
  };
  Halves first, second;

  constexpr PairTables() noexcept {
    for (std::size_t pair = 0; pair < Pairs::kCount; ++pair) {
      for (unsigned c = 0; c < 256; ++c) {
        if (Pairs::first(pair, static_cast<unsigned char>(c)) != 0) first.add(c, pair % 8);
        if (Pairs::second(pair, static_cast<unsigned char>(c)) != 0) second.add(c, pair % 8);
      }
    }
  }
};
template <class Pairs>
inline constexpr PairTables<Pairs> kPairTables;

// Of sixteen bytes, the bits that both halves of each select.
inline __m128i half_bits(__m128i bytes, const unsigned char* low,
                         const unsigned char* high) noexcept {
  const __m128i half = _mm_set1_epi8(0x0f);
  const __m128i lower = _mm_load_si128(reinterpret_cast<const __m128i*>(low));
  const __m128i upper = _mm_load_si128(reinterpret_cast<const __m128i*>(high));
  return _mm_and_si128(_mm_shuffle_epi8(lower, _mm_and_si128(bytes, half)),
                       _mm_shuffle_epi8(upper, _mm_and_si128(_mm_srli_epi16(bytes, 4), half)));
}

// Of sixteen bytes, each that is of the class as one that is not 0.
template <class Class>
__m128i of_class(__m128i bytes) noexcept {
  const auto& [low, high, fits] = kHalfTables<Class>;
  return half_bits(bytes, low.data(), high.data());
}

inline __m128i sixteen_bytes(const char* from) noexcept {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}
// A bit for each that is not 0.
inline std::uint64_t sixteen_bits(__m128i bytes) noexcept {
  const int none = _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_setzero_si128()));
  return static_cast<unsigned>(none) ^ 0xffffu;
}
#else
// A bit for each of those bytes, which are 0 or 1.
inline std::uint64_t bits_of(const std::array<unsigned char, 64>& bytes) noexcept {
  // Eight at a time: each product moves one of them to the top.
  constexpr std::uint64_t gather = 0x0102040810204080;
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + 8 * i, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    mask |= (word * gather >> 56) << (8 * i);
  }
  return mask;
}
#endif

// Bit i is set where byte i is of the class.
template <class Class>
std::uint64_t byte_mask(const char* block) noexcept {
#ifdef __SSSE3__
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < 64; i += 16) {
    mask |= sixteen_bits(of_class<Class>(sixteen_bytes(block + i))) << i;
  }
  return mask;
#else
  std::array<unsigned char, 64> is;
  for (std::size_t i = 0; i < is.size(); ++i) {
    is[i] = Class::has(static_cast<unsigned char>(block[i]));
  }
  return bits_of(is);
#endif
}

// Bit i is set where bytes i and i + 1 are one of the pairs. May hold others made of halves of the
// same bytes. Reads 65 bytes.
template <class Pairs>
std::uint64_t pair_mask(const char* block) noexcept {
#ifdef __SSSE3__
  const auto& [first, second] = kPairTables<Pairs>;
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < 64; i += 16) {
    const __m128i one = half_bits(sixteen_bytes(block + i), first.low.data(), first.high.data());
    const __m128i next =
        half_bits(sixteen_bytes(block + i + 1), second.low.data(), second.high.data());
    mask |= sixteen_bits(_mm_and_si128(one, next)) << i;
  }
  return mask;
#else
  std::array<unsigned char, 64> is{};
  for (std::size_t pair = 0; pair < Pairs::kCount; ++pair) {
    for (std::size_t i = 0; i < is.size(); ++i) {
      is[i] |=
          static_cast<unsigned char>(Pairs::first(pair, static_cast<unsigned char>(block[i])) &
                                     Pairs::second(pair, static_cast<unsigned char>(block[i + 1])));
    }
  }
  return bits_of(is);
#endif
}

// Of the first 64 bytes of a text, or of all of a shorter one.
template <class Class>
std::uint64_t byte_mask(std::string_view text) noexcept {
  if (text.size() >= 64) return byte_mask<Class>(text.data());
  std::array<char, 64> block{};
  std::ranges::copy(text, block.begin());
  return byte_mask<Class>(block.data()) & ((std::uint64_t{1} << text.size()) - 1);
}

// How those masks are made, for by_masks().
struct Masks {
  template <class Class>
  static std::uint64_t of(const char* block) noexcept {
    return byte_mask<Class>(block);
  }
  template <class Class>
  static std::uint64_t of(std::string_view text) noexcept {
    return byte_mask<Class>(text);
  }
  template <class Pairs>
  static std::uint64_t of_pairs(const char* block) noexcept {
    return pair_mask<Pairs>(block);
  }
};

#ifdef __SSSE3__
// Whether the processor has what WideMasks, and all that by_wide_masks() runs, is compiled for.
// Tests turn it off, so that they see both ways on such a machine; nobody else writes it.
inline bool has_wide_masks = [] {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vbmi2") != 0 &&
         __builtin_cpu_supports("popcnt") != 0 && __builtin_cpu_supports("bmi") != 0 &&
         __builtin_cpu_supports("bmi2") != 0;
}();

// With a quarter of the instructions.
struct WideMasks {
  template <class Class>
  [[gnu::target("avx512bw")]] static std::uint64_t of(const char* block) noexcept {
    return of<Class>(_mm512_loadu_si512(block));
  }
  template <class Class>
  [[gnu::target("avx512bw")]] static std::uint64_t of(std::string_view text) noexcept {
    if (text.size() >= 64) return of<Class>(text.data());
    const std::uint64_t there = (std::uint64_t{1} << text.size()) - 1;
    return of<Class>(_mm512_maskz_loadu_epi8(there, text.data())) & there;
  }
  template <class Pairs>
  [[gnu::target("avx512bw")]] static std::uint64_t of_pairs(const char* block) noexcept {
    const __m512i one = _mm512_loadu_si512(block), next = _mm512_loadu_si512(block + 1);
    const auto& [first, second] = kPairTables<Pairs>;
    const __m512i low =
        _mm512_and_si512(of_half(one, first.low.data()), of_half(next, second.low.data()));
    const __m512i high = _mm512_and_si512(of_half(_mm512_srli_epi16(one, 4), first.high.data()),
                                          of_half(_mm512_srli_epi16(next, 4), second.high.data()));
    return _mm512_test_epi8_mask(low, high);
  }

 private:
  template <class Class>
  [[gnu::target("avx512bw")]] static std::uint64_t of(__m512i bytes) noexcept {
    const auto& [low, high, fits] = kHalfTables<Class>;
    return _mm512_test_epi8_mask(of_half(bytes, low.data()),
                                 of_half(_mm512_srli_epi16(bytes, 4), high.data()));
  }
  // What the lower half of each byte selects.
  [[gnu::target("avx512bw")]] static __m512i of_half(__m512i bytes,
                                                     const unsigned char* table) noexcept {
    const __m128i row = _mm_load_si128(reinterpret_cast<const __m128i*>(table));
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(row),
                               _mm512_and_si512(bytes, _mm512_set1_epi8(0x0f)));
  }
};

template <class Work>
[[gnu::target("avx512bw,avx512vbmi2,popcnt,bmi,bmi2")]] auto by_wide_masks(Work work) noexcept {
  return work(WideMasks());
}
#endif

// What work(masks) returns, with the fastest masks that there are; `masks` is a Masks, or one like
// it. `work` is always inlined, to be compiled for each.
template <class Work>
auto by_masks(Work work) noexcept {
#ifdef __SSSE3__
  if (has_wide_masks) return by_wide_masks(work);
#endif
  return work(Masks());
}

}  // namespace cork
