// A text without the bytes that are not of a class: the same question to each byte of every text,
// so it is asked 64 bytes at a time, and by one instruction where the processor has it (AVX-512
// VBMI2, from Ice Lake and Zen 4 on).
//
// Pure. A class is one of base/byte_runs.h.
//
//   char out[64 + kSqueezeRoom];
//   const std::size_t size = squeeze<Letters>("a-b", out);   // 2: "ab"
#pragma once

#include "base/byte_masks.h"

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

// Those of 64 bytes whose bits are set, to what `out` points to, of which up to kSqueezeRoom bytes
// are overwritten; the end of them. `masks` as by_masks() has them.
inline char* squeeze_block(const char* bytes, std::uint64_t kept, char* out, Masks) noexcept {
  for (std::size_t i = 0; i < 64; i += 8) {
    out = squeeze_eight(bytes + i, static_cast<unsigned>(kept >> i & 0xff), out);
  }
  return out;
}
#ifdef __SSSE3__
[[gnu::target("avx512bw,avx512vbmi2,popcnt")]] inline char* squeeze_block(const char* bytes,
                                                                          std::uint64_t kept,
                                                                          char* out,
                                                                          WideMasks) noexcept {
  _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(kept, _mm512_loadu_si512(bytes)));
  return out + _mm_popcnt_u64(kept);
}
#endif

// The bytes of `text` that are of the class, in order, to `out`, which has room for all of it and
// kSqueezeRoom more; how many.
template <class Class>
std::size_t squeeze(std::string_view text, char* out) noexcept {
  return by_masks([text, out](auto masks) __attribute__((always_inline)) {
    char* end = out;
    std::size_t at = 0;
    for (; text.size() - at >= 64; at += 64) {
      const char* const block = text.data() + at;
      end = squeeze_block(block, masks.template of<Class>(block), end, masks);
    }
    if (const std::string_view rest = text.substr(at); !rest.empty()) {
      std::array<char, 64> last{};
      std::memcpy(last.data(), rest.data(), rest.size());
      end = squeeze_block(last.data(), masks.template of<Class>(rest), end, masks);
    }
    return static_cast<std::size_t>(end - out);
  });
}

}  // namespace cork
