// A text without the bytes that are not of a class: the same question to each byte of every text,
// so it is asked 64 bytes at a time.
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
inline constexpr std::size_t kSqueezeRoom = 8;

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
#endif

// Appends, to what `out` points to, those of eight bytes whose bits are set; the end.
inline char* squeeze_eight(const char* bytes, unsigned mask, char* out) noexcept {
#ifdef __SSSE3__
  __m128i chosen = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(bytes));
  const auto* const places = reinterpret_cast<const __m128i*>(kSqueezed[mask].data());
  chosen = _mm_shuffle_epi8(chosen, _mm_loadl_epi64(places));
  _mm_storel_epi64(reinterpret_cast<__m128i*>(out), chosen);
  return out + std::popcount(mask);
#else
  for (; mask != 0; mask &= mask - 1) *out++ = bytes[std::countr_zero(mask)];
  return out;
#endif
}

// The bytes of `text` that are of the class, in order, to `out`, which has room for all of it and
// kSqueezeRoom more; how many.
template <class Class>
std::size_t squeeze(std::string_view text, char* out) noexcept {
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

}  // namespace cork
