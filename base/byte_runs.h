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
#include <immintrin.h>
#endif

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

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

#ifdef __SSSE3__
// Of sixteen bytes, the bits that both halves of each select.
inline __m128i half_bits(__m128i bytes, const unsigned char* low, const unsigned char* high) {
  const __m128i half = _mm_set1_epi8(0x0f);
  const __m128i lower = _mm_load_si128(reinterpret_cast<const __m128i*>(low));
  const __m128i upper = _mm_load_si128(reinterpret_cast<const __m128i*>(high));
  return _mm_and_si128(_mm_shuffle_epi8(lower, _mm_and_si128(bytes, half)),
                       _mm_shuffle_epi8(upper, _mm_and_si128(_mm_srli_epi16(bytes, 4), half)));
}

// Of sixteen bytes, each that is of the class as one that is not 0.
template <class Class>
__m128i of_class(__m128i bytes) noexcept {
  static constexpr HalfTables<Class> tables;
  static_assert(tables.fits, "a class of bytes with so many different rows needs other code");
  return half_bits(bytes, tables.low.data(), tables.high.data());
}

// The same of pairs: a bit for each, which several share where there are more than eight.
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
        if (Pairs::first(pair, static_cast<unsigned char>(c))) first.add(c, pair % 8);
        if (Pairs::second(pair, static_cast<unsigned char>(c))) second.add(c, pair % 8);
      }
    }
  }
};

inline __m128i sixteen_bytes(const char* from) noexcept {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}
#endif

// Bit i is set where byte i is of the class.
template <class Class>
std::uint64_t byte_mask(const char* block) noexcept {
  std::uint64_t mask = 0;
#ifdef __SSSE3__
  for (std::size_t i = 0; i < 4; ++i) {
    const __m128i is = of_class<Class>(sixteen_bytes(block + 16 * i));
    const int none = _mm_movemask_epi8(_mm_cmpeq_epi8(is, _mm_setzero_si128()));
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

// Bit i is set where bytes i and i + 1 are one of the pairs: a struct of kCount of them, with
// first() and second() for each. Of more than eight, what is one half of each of two may be taken
// for one. Reads 65 bytes.
template <class Pairs>
std::uint64_t pair_mask(const char* block) noexcept {
  std::uint64_t mask = 0;
#ifdef __SSSE3__
  static constexpr PairTables<Pairs> tables;
  const auto& [first, second] = tables;
  for (std::size_t i = 0; i < 64; i += 16) {
    const __m128i one = half_bits(sixteen_bytes(block + i), first.low.data(), first.high.data());
    const __m128i next =
        half_bits(sixteen_bytes(block + i + 1), second.low.data(), second.high.data());
    const int none =
        _mm_movemask_epi8(_mm_cmpeq_epi8(_mm_and_si128(one, next), _mm_setzero_si128()));
    mask |= static_cast<std::uint64_t>(static_cast<unsigned>(none) ^ 0xffffu) << i;
  }
#else
  for (std::size_t i = 0; i < 64; ++i) {
    const auto one = static_cast<unsigned char>(block[i]);
    const auto next = static_cast<unsigned char>(block[i + 1]);
    for (std::size_t pair = 0; pair < Pairs::kCount; ++pair) {
      const bool is = Pairs::first(pair, one) && Pairs::second(pair, next);
      mask |= static_cast<std::uint64_t>(is) << i;
    }
  }
#endif
  return mask;
}

// The same as byte_mask() of a block that the text ends in.
template <class Class>
std::uint64_t byte_mask(std::string_view rest) noexcept {
  std::array<char, 64> block{};
  std::memcpy(block.data(), rest.data(), rest.size());
  return byte_mask<Class>(block.data()) & ((std::uint64_t{1} << rest.size()) - 1);
}

// How those masks are made, for by_masks().
struct Masks {
  template <class Class>
  static std::uint64_t of(const char* block) noexcept {
    return byte_mask<Class>(block);
  }
  template <class Class>
  static std::uint64_t of(std::string_view rest) noexcept {
    return byte_mask<Class>(rest);
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
  [[gnu::target("avx512bw")]] static std::uint64_t of(std::string_view rest) noexcept {
    const std::uint64_t there = (std::uint64_t{1} << rest.size()) - 1;
    return of<Class>(_mm512_maskz_loadu_epi8(there, rest.data())) & there;
  }
  template <class Pairs>
  [[gnu::target("avx512bw")]] static std::uint64_t of_pairs(const char* block) noexcept {
    static constexpr PairTables<Pairs> tables;
    const __m512i one = _mm512_loadu_si512(block), next = _mm512_loadu_si512(block + 1);
    const auto& [first, second] = tables;
    const __m512i low =
        _mm512_and_si512(of_half(one, first.low.data()), of_half(next, second.low.data()));
    const __m512i high = _mm512_and_si512(of_half(_mm512_srli_epi16(one, 4), first.high.data()),
                                          of_half(_mm512_srli_epi16(next, 4), second.high.data()));
    return _mm512_test_epi8_mask(low, high);
  }

 private:
  template <class Class>
  [[gnu::target("avx512bw")]] static std::uint64_t of(__m512i bytes) noexcept {
    static constexpr HalfTables<Class> tables;
    static_assert(tables.fits, "a class of bytes with so many different rows needs other code");
    return _mm512_test_epi8_mask(of_half(bytes, tables.low.data()),
                                 of_half(_mm512_srli_epi16(bytes, 4), tables.high.data()));
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

// How many bytes of the text are of the class.
template <class Class>
std::size_t count_bytes(std::string_view text) noexcept {
  std::size_t count = 0;
#ifdef __SSSE3__
  if (has_wide_masks) {
    return by_wide_masks([text](auto masks) __attribute__((always_inline)) {
      std::size_t sum = 0;
      for (std::size_t at = 0; at < text.size(); at += 64) {
        const std::string_view rest = text.substr(at);
        sum += static_cast<std::size_t>(std::popcount(rest.size() < 64
                                                          ? masks.template of<Class>(rest)
                                                          : masks.template of<Class>(rest.data())));
      }
      return sum;
    });
  }
  // By sums, since not every other processor counts bits in one step. Each of sixteen takes 255.
  constexpr std::size_t most = 255 * 16;
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

// Goes from one byte of a class to the next, in a text that is looked at once; with `Behind`, to
// those that a byte of that class follows, or nothing.
template <class Class, class Behind = AnyByte>
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
    return by_masks([this, from](auto masks) __attribute__((always_inline)) {
      for (std::size_t at = from; at < text_.size(); at += 64) {
        const std::string_view rest = text_.substr(at);
        mask_ = rest.size() < 64 ? masks.template of<Class>(rest)
                                 : masks.template of<Class>(rest.data());
        if constexpr (!std::is_same_v<Behind, AnyByte>) {
          if (mask_ != 0) mask_ &= followed(rest, masks);
        }
        end_ = at + 64;
        if (mask_ != 0) return at + static_cast<std::size_t>(std::countr_zero(mask_));
      }
      return text_.size();
    });
  }

  // The bytes of a block, which `rest` begins with, that such a byte follows.
  [[gnu::always_inline]] static std::uint64_t followed(std::string_view rest, auto masks) noexcept {
    if (rest.size() < 64) {
      return masks.template of<Behind>(rest) >> 1 | std::uint64_t{1} << (rest.size() - 1);
    }
    const bool last = rest.size() == 64 || Behind::has(static_cast<unsigned char>(rest[64])) != 0;
    return masks.template of<Behind>(rest.data()) >> 1 | std::uint64_t{last ? 1u : 0u} << 63;
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
// `masks` as by_masks() has them, for work that goes on.
template <class Class, std::size_t size>
[[gnu::always_inline]] inline std::size_t find_byte_run(std::string_view text, std::size_t from,
                                                        auto masks) noexcept {
  static_assert(size > 0 && size <= 64);
  std::size_t before = 0;  // bytes of the class that the block before ends in
  for (std::size_t at = from; at < text.size(); at += 64) {
    const std::size_t left = text.size() - at;
    std::uint64_t mask = 0;
    if (left >= 64) {
      mask = masks.template of<Class>(text.data() + at);
    } else {
      mask = masks.template of<Class>(text.substr(at));
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
template <class Class, std::size_t size>
std::size_t find_byte_run(std::string_view text, std::size_t from) noexcept {
  return by_masks([text, from](auto masks) __attribute__((always_inline)) {
    return find_byte_run<Class, size>(text, from, masks);
  });
}

}  // namespace cork
