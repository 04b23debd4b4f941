// A text without the bytes that are not of a class: the same question to each byte of every text,
// so it is asked 64 bytes at a time, and by one instruction where the processor has it (AVX-512
// VBMI2, from Ice Lake and Zen 4 on).
//
// Pure. A class is one of base/byte_runs.h.
//
//   char out[64 + kSqueezeRoom];
//   const std::size_t size = squeeze<Letters>("a-b", out);   // 2: "ab"
#pragma once

#include "base/byte_runs.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace cork {

// Bytes behind what comes out that are overwritten as well.
inline constexpr std::size_t kSqueezeRoom = 64;

#ifdef __SSSE3__
// Of eight bytes, those whose bits are set, to the front.
inline constexpr auto kSqueezed = [] {
  std::array<std::array<unsigned char, 8>, 256> table{};
  for (std::size_t mask = 0; mask < table.size(); ++mask) {
    std::size_t size = 0;
    for (unsigned char i = 0; i < 8; ++i) {
      if ((mask >> i & 1) != 0) table[mask][size++] = i;
    }
  }
  return table;
}();
// How many those are: not every processor of those has an instruction that counts.
inline constexpr auto kSqueezedSizes = [] {
  std::array<unsigned char, 256> sizes{};
  for (unsigned mask = 0; mask < sizes.size(); ++mask) {
    sizes[mask] = static_cast<unsigned char>(std::popcount(mask));
  }
  return sizes;
}();
#endif

// Appends, to what `out` points to, those of eight bytes whose bits are set; the end.
inline char* squeeze_eight(const char* bytes, unsigned mask, char* out) noexcept {
#ifdef __SSSE3__
  __m128i chosen = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes));
  const auto* const places = reinterpret_cast<const __m128i*>(kSqueezed[mask].data());
  chosen = _mm_shuffle_epi8(chosen, _mm_loadl_epi64(places));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(out), chosen);
  return out + kSqueezedSizes[mask];
#else
  for (; mask != 0; mask &= mask - 1) *out++ = bytes[std::countr_zero(mask)];
  return out;
#endif
}

template <class Class>
std::size_t squeeze_by_eight(std::string_view text, char* out) noexcept {
  constexpr std::size_t block = 64;
  char* end = out;
  const auto take = [&](const char* bytes, std::uint64_t mask) {
    for (std::size_t i = 0; i < block; i += 8) {
      end = squeeze_eight(bytes + i, static_cast<unsigned>(mask >> i & 0xff), end);
    }
  };
  for (; text.size() >= block; text.remove_prefix(block)) {
    const std::uint64_t mask = byte_mask<Class>(text.data());
    if (mask == ~std::uint64_t{0}) {
      std::memcpy(end, text.data(), block);
      end += block;
    } else {
      take(text.data(), mask);
    }
  }
  if (!text.empty()) {
    std::array<char, block> last{};
    std::memcpy(last.data(), text.data(), text.size());
    take(last.data(), byte_mask<Class>(text));
  }
  return static_cast<std::size_t>(end - out);
}

#ifdef __SSSE3__
template <class Class>
[[gnu::target("avx512bw,avx512vbmi2,popcnt")]] std::size_t squeeze_by_block(std::string_view text,
                                                                            char* out) noexcept {
  char* end = out;
  while (!text.empty()) {
    const std::size_t size = text.size() < 64 ? text.size() : 64;
    const std::uint64_t there = ~std::uint64_t{0} >> (64 - size);
    const std::uint64_t kept =
        size == 64 ? WideMasks::of<Class>(text.data()) : WideMasks::of<Class>(text);
    const __m512i bytes = _mm512_maskz_loadu_epi8(there, text.data());
    _mm512_storeu_si512(end, _mm512_maskz_compress_epi8(kept, bytes));
    end += _mm_popcnt_u64(kept);
    text.remove_prefix(size);
  }
  return static_cast<std::size_t>(end - out);
}
#endif

// The bytes of `text` that are of the class, in order, to `out`, which has room for all of it and
// kSqueezeRoom more; how many.
template <class Class>
std::size_t squeeze(std::string_view text, char* out) noexcept {
#ifdef __SSSE3__
  if (has_wide_masks) return squeeze_by_block<Class>(text, out);
#endif
  return squeeze_by_eight<Class>(text, out);
}

}  // namespace cork
