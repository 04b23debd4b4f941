// The digits of base64, base32 and hexadecimal text, how they make bytes, and what a compressed
// container begins with in them.
//
// Pure. Each code is a struct of the same shape, for the template that finds its runs:
//
//   Base64::kDigits['Q']                    // 16
//   Base64::decode(digits, bytes);          // kGroup digits to kBytes bytes
//   Base64::has('Q')                        // 1: see byte_runs.h
//   Base64::is_magic(digits)                // of kMagicSize digits, one of kMagicStarts the first
//   Base64::is_start(digits)                // of kStartSize digits that a line begins with
#pragma once

#include "base/ascii.h"
#include "base/base64.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
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

inline bool starts_with(std::string_view digits, std::initializer_list<Digit> start) noexcept {
  return digits.size() >= start.size() &&
         std::ranges::equal(start, digits.substr(0, start.size()), {}, {},
                            [](char c) { return static_cast<Digit>(c); });
}

struct Base64 {
  static constexpr std::size_t kGroup = 4, kBytes = 3;  // so many digits make so many bytes
  static constexpr std::string_view kName = "base64";
  static constexpr DigitTable kDigits = make_digits([](char c) { return base64_digit(c); });
  static constexpr unsigned char has(unsigned char c) noexcept {
    return in_range(static_cast<unsigned char>(c | 0x20), 'a', 'z') | in_range(c, '0', '9') |
           (c == '+') | (c == '/') | (c == '-') | (c == '_');
  }
  static void decode(const Digit* d, char* out) noexcept {
    out[0] = static_cast<char>(d[0] << 2 | d[1] >> 4);
    out[1] = static_cast<char>(d[1] << 4 | d[2] >> 2);
    out[2] = static_cast<char>(d[2] << 6 | d[3]);
  }
  // Whether the top bits of all its bytes are 0, which random data seldom has.
  static bool may_be_ascii(const Digit* d) noexcept {
    return ((d[0] >> 5 | d[1] >> 3 | d[2] >> 1) & 1) == 0;
  }
  // "H4sI" gzip, "KLUv" zstd, "UEsD" zip: the digits to look for, and behind them.
  static constexpr std::array<Digit, 3> kMagicStarts{7, 10, 20};
  static constexpr std::size_t kMagicSize = 4;
  static bool is_magic(std::string_view digits) noexcept {
    return starts_with(digits, {7, 56, 44, 8}) || starts_with(digits, {10, 11, 20, 47}) ||
           starts_with(digits, {20, 4, 44, 3});
  }
  // zlib at its usual levels (78 01, 78 5e, 78 9c, 78 da), too short to be looked for everywhere.
  static constexpr std::size_t kStartSize = 3;
  static bool is_start(std::string_view digits) noexcept {
    const auto third = static_cast<Digit>(digits[2]);
    const auto begins = [&](Digit second, Digit from) {
      return static_cast<Digit>(digits[1]) == second && third >= from && third < from + 4;
    };
    return digits[0] == 30 && (begins(0, 4) || begins(5, 56) || begins(9, 48) || begins(13, 40));
  }
};

struct Hex {
  static constexpr std::size_t kGroup = 2, kBytes = 1;
  static constexpr std::string_view kName = "hex";
  static constexpr DigitTable kDigits = make_digits([](char c) { return hex_value(c); });
  static constexpr unsigned char has(unsigned char c) noexcept {
    return in_range(static_cast<unsigned char>(c | 0x20), 'a', 'f') | in_range(c, '0', '9');
  }
  static void decode(const Digit* d, char* out) noexcept {
    *out = static_cast<char>(d[0] << 4 | d[1]);
  }
  static bool may_be_ascii(const Digit* d) noexcept { return d[0] < 8; }
  static constexpr std::array<Digit, 3> kMagicStarts{1, 2, 5};
  static constexpr std::size_t kMagicSize = 8;
  static bool is_magic(std::string_view digits) noexcept {
    return starts_with(digits, {1, 15, 8, 11, 0, 8}) ||
           starts_with(digits, {2, 8, 11, 5, 2, 15, 15, 13}) ||
           starts_with(digits, {5, 0, 4, 11, 0, 3, 0, 4});
  }
  static constexpr std::size_t kStartSize = 4;
  static bool is_start(std::string_view digits) noexcept {
    return starts_with(digits, {7, 8, 0, 1}) || starts_with(digits, {7, 8, 5, 14}) ||
           starts_with(digits, {7, 8, 9, 12}) || starts_with(digits, {7, 8, 13, 10});
  }
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
  static void decode(const Digit* d, char* out) noexcept {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < kGroup; ++i) word = word << 5 | d[i];
    for (std::size_t i = 0; i < kBytes; ++i) {
      out[i] = static_cast<char>(word >> (8 * (kBytes - 1 - i)) & 0xff);
    }
  }
  static bool may_be_ascii(const Digit*) noexcept { return true; }
  static constexpr std::array<Digit, 0> kMagicStarts{};
  static constexpr std::size_t kMagicSize = 1, kStartSize = 1;
  static bool is_magic(std::string_view) noexcept { return false; }
  static bool is_start(std::string_view) noexcept { return false; }
};

}  // namespace cork::secrets
