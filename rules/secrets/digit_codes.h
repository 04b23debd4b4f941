// The digits of base64, base32 and hexadecimal text, how they make bytes, and by which of them a
// compressed container is looked for.
//
// Pure. Each code is a struct of the same shape, for the template that finds its runs:
//
//   Base64::kDigits['Q']                    // 16
//   Base64::decode(digits, bytes);          // kGroup digits to kBytes bytes
//   Base64::has('Q')                        // 1: see base/byte_runs.h
//   Base64::kMarks                          // digits in a row that each container's magic has
#pragma once

#include "base/ascii.h"
#include "base/base64.h"
#include "rules/secrets/encoded_runs.h"

#ifdef __SSSE3__
#include <tmmintrin.h>
#endif

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace cork::secrets {

using Digit = std::uint8_t;
using DigitTable = std::array<Digit, 256>;
inline constexpr Digit kNoDigit = 0xff;

template <class Value>
constexpr DigitTable make_digits(Value value) {
  DigitTable table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const int digit = value(static_cast<char>(i));
    table[i] = digit < 0 ? kNoDigit : static_cast<Digit>(digit);
  }
  return table;
}

// Without a branch, for vector code.
constexpr unsigned char in_range(unsigned char c, unsigned char first,
                                 unsigned char last) noexcept {
  return static_cast<unsigned char>(static_cast<unsigned char>(c - first) <= last - first);
}

// Three digits of a container's magic number, of which no other byte is a part, and how far before
// them the group is that the magic begins in.
struct Mark {
  Digit first, second, third;
  std::uint8_t back;
  bool operator==(const Mark&) const = default;
};

// Bit i is set where that bit of digits[i] is not, of 64.
template <unsigned kBit>
std::uint64_t without_bit(const Digit* digits) noexcept {
  std::uint64_t with = 0;
#ifdef __SSSE3__
  for (std::size_t i = 0; i < 64; i += 16) {
    __m128i some;
    std::memcpy(&some, digits + i, sizeof some);
    const int top = _mm_movemask_epi8(_mm_slli_epi16(some, 7 - kBit));
    with |= static_cast<std::uint64_t>(static_cast<unsigned>(top)) << i;
  }
#else
  for (std::size_t i = 0; i < 64; ++i) {
    with |= static_cast<std::uint64_t>(digits[i] >> kBit & 1) << i;
  }
#endif
  return ~with;
}

// Of the digits as they are spelled: those that do not have the bit.
template <class Code, unsigned kBit>
struct WithoutBit {
  static constexpr unsigned char has(unsigned char c) noexcept {
    return Code::has(c) & (~Code::digit(c) >> kBit & 1);
  }
};

struct Base64 {
  static constexpr std::size_t kGroup = 4, kBytes = 3;  // so many digits make so many bytes
  static constexpr std::string_view kName = "base64";
  static constexpr DigitTable kDigits = make_digits([](char c) { return base64_digit(c); });
  static constexpr unsigned char has(unsigned char c) noexcept {
    return in_range(static_cast<unsigned char>(c | 0x20), 'a', 'z') | in_range(c, '0', '9') |
           (c == '+') | (c == '/') | (c == '-') | (c == '_');
  }
  // Of what has() is true of. Simple enough for vector code.
  static constexpr Digit digit(unsigned char c) noexcept {
    if (in_range(static_cast<unsigned char>(c | 0x20), 'a', 'z') != 0) {
      return static_cast<Digit>(c >= 'a' ? c - 'a' + 26 : c - 'A');
    }
    if (in_range(c, '0', '9') != 0) return static_cast<Digit>(c - '0' + 52);
    return c == '+' || c == '-' ? 62 : 63;
  }
  static void decode(const Digit* d, char* out) noexcept {
    out[0] = static_cast<char>(d[0] << 2 | d[1] >> 4);
    out[1] = static_cast<char>(d[1] << 4 | d[2] >> 2);
    out[2] = static_cast<char>(d[2] << 6 | d[3]);
  }
  // Bit i is set where the top bits of all bytes of the group at d[i] are 0, which random data
  // seldom has; of 64. Reads 66 digits.
  static std::uint64_t may_be_ascii_mask(const Digit* d) noexcept {
    return without_bit<5>(d) & without_bit<3>(d + 1) & without_bit<1>(d + 2);
  }
  // Of the first digits of a group, the bit that ASCII leaves 0.
  static constexpr std::array<unsigned, 3> kAsciiBits{5, 3, 1};
  // Of gzip, zstd and zip, where the magic is a group's first, second and third byte.
  static constexpr std::array<Mark, 9> kMarks{{{7, 56, 44, 0},
                                               {10, 11, 20, 0},
                                               {20, 4, 44, 0},
                                               {62, 11, 2, 2},
                                               {34, 53, 11, 2},
                                               {1, 11, 0, 2},
                                               {31, 34, 48, 3},
                                               {40, 45, 18, 3},
                                               {16, 18, 48, 3}}};
};

struct Hex {
  static constexpr std::size_t kGroup = 2, kBytes = 1;
  static constexpr std::string_view kName = "hex";
  static constexpr DigitTable kDigits = make_digits([](char c) { return hex_value(c); });
  static constexpr unsigned char has(unsigned char c) noexcept {
    return in_range(static_cast<unsigned char>(c | 0x20), 'a', 'f') | in_range(c, '0', '9');
  }
  static constexpr Digit digit(unsigned char c) noexcept {
    return static_cast<Digit>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  static void decode(const Digit* d, char* out) noexcept {
    *out = static_cast<char>(d[0] << 4 | d[1]);
  }
  static std::uint64_t may_be_ascii_mask(const Digit* d) noexcept { return without_bit<3>(d); }
  static constexpr std::array<unsigned, 1> kAsciiBits{3};
  static constexpr std::array<Mark, 3> kMarks{{{1, 15, 8, 0}, {2, 8, 11, 0}, {5, 0, 4, 0}}};
};

// RFC 4648, section 6, in either case: for names, which are nothing else.
struct Base32 {
  static constexpr std::size_t kGroup = 8, kBytes = 5;
  static constexpr std::string_view kName = "base32";
  static constexpr DigitTable kDigits = make_digits([](char c) {
    if (c >= '2' && c <= '7') return c - '2' + 26;
    const char lower = to_lower(c);
    return lower >= 'a' && lower <= 'z' ? lower - 'a' : -1;
  });
  static constexpr unsigned char has(unsigned char c) noexcept {
    return in_range(static_cast<unsigned char>(c | 0x20), 'a', 'z') | in_range(c, '2', '7');
  }
  static constexpr Digit digit(unsigned char c) noexcept {
    return static_cast<Digit>(c <= '7' ? c - '2' + 26 : (c | 0x20) - 'a');
  }
  static void decode(const Digit* d, char* out) noexcept {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < kGroup; ++i) word = word << 5 | d[i];
    for (std::size_t i = 0; i < kBytes; ++i) {
      out[i] = static_cast<char>(word >> (8 * (kBytes - 1 - i)) & 0xff);
    }
  }
  static std::uint64_t may_be_ascii_mask(const Digit*) noexcept { return ~std::uint64_t{0}; }
  static constexpr std::array<unsigned, 0> kAsciiBits{};
  static constexpr std::array<Mark, 0> kMarks{};
};

constexpr bool is_line_end(char c) noexcept {
  return c == '\n' || c == '\r';
}
// What stands between lines of digits.
struct BetweenLines {
  static constexpr unsigned char has(unsigned char c) noexcept {
    return static_cast<unsigned char>((c == ' ') | (c == '\t') | (c == '\n') | (c == '\r'));
  }
};
constexpr bool is_between_lines(char c) noexcept {
  return BetweenLines::has(static_cast<unsigned char>(c)) != 0;
}
// Whether a line of so many digits may go on in the next one behind `c`; `width`: of short lines,
// if there were any before.
constexpr bool may_go_on_behind(std::size_t digits, std::size_t width, char c) noexcept {
  if (digits >= kShortestLine) return is_between_lines(c);
  return is_line_end(c) && digits >= kShortestWrapped && (width == 0 || digits == width);
}

// Of what digits make: does it look as if it were text?
inline constexpr std::array<bool, 256> kPrintable = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0x20; i < 0x7f; ++i) table[i] = true;
  for (const unsigned c : {0x09u, 0x0au, 0x0du, 0x00u}) table[c] = true;  // NUL: UTF-16
  return table;
}();

inline bool is_printable(char c) noexcept {
  return kPrintable[static_cast<unsigned char>(c)];
}

// ASCII opens a stretch; other text, which no byte above it says much about, goes on in it.
inline bool is_text(char c) noexcept {
  return is_printable(c) || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace cork::secrets
