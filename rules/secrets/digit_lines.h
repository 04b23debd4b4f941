// Where digits begin that may be encoded text, in lines of any length.
//
// Pure. `Code` is one of digit_codes.h.
//
//   const std::size_t at = find_first<Base64>(text, 0);
#pragma once

#include "base/byte_runs.h"
#include "rules/secrets/digit_codes.h"
#include "rules/secrets/digit_words.h"
#include "rules/secrets/encoded_runs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace cork::secrets {

// Digits, and what stands between short lines of them.
template <class Code>
struct InLines {
  static constexpr unsigned char has(unsigned char c) noexcept {
    return static_cast<unsigned char>(Code::has(c) | (c == '\n') | (c == '\r'));
  }
};

inline constexpr std::size_t kDigitsAtOnce = 64;

// Reads the digits in front of the text, as many as are read at once; how many they are. Up to that
// number, `out` is overwritten behind them.
template <class Code>
std::size_t read_digits(std::string_view text, Digit* out) noexcept {
  std::array<char, kDigitsAtOnce> last;
  const char* bytes = text.data();
  if (text.size() < kDigitsAtOnce) {
    last = {};
    std::ranges::copy(text, last.begin());
    bytes = last.data();
  }
  return by_masks([bytes, out](auto masks) __attribute__((always_inline)) {
    const auto count = static_cast<std::size_t>(std::countr_one(masks.template of<Code>(bytes)));
    const auto read = [bytes, out](auto size) __attribute__((always_inline)) {
      for (std::size_t i = 0; i < size; ++i) {
        out[i] = Code::digit(static_cast<unsigned char>(bytes[i]));
      }
    };
    // Few stand in most places. Either number is a constant, for vector code.
    constexpr std::integral_constant<std::size_t, 32> few;
    constexpr std::integral_constant<std::size_t, kDigitsAtOnce> all;
    if (count <= few) {
      read(few);
    } else {
      read(all);
    }
    return count;
  });
}

// Where the digits that begin at `from` end; at most a line that is no short one.
template <class Code>
std::size_t end_of_line(std::string_view text, std::size_t from) noexcept {
  const char* const bytes = text.data();
  const std::size_t most = std::min(text.size(), from + kShortestLine);
  std::size_t at = from;
  while (at < most && Code::kDigits[static_cast<unsigned char>(bytes[at])] != kNoDigit) ++at;
  return at;
}

// A stretch is so many printable groups.
template <class Code>
inline constexpr std::size_t kFewestGroups = (kFewestBytes + Code::kBytes - 1) / Code::kBytes;

// Where the first run begins that is none of empty words: digits enough, or lines of them.
template <class Code>
std::size_t pass_empty_words(std::string_view text, std::size_t from) noexcept {
  return by_masks([text, from](auto masks) __attribute__((always_inline)) {
    for (std::size_t at = from;;) {
      at = find_byte_run<InLines<Code>, kShortestLine>(text, at, masks);
      while (at < text.size() && is_line_end(text[at])) ++at;
      if (at == text.size()) return at;
      const std::size_t behind = end_of_empty_digits<Code, kFewestGroups<Code>>(text, at, masks);
      if (behind == 0) return at;
      at = behind;
    }
  });
}

// Where the first run begins that may stand for something: digits enough in a row, or a short line
// of them that is followed by one as long; and what may be either when more has come.
template <class Code>
std::size_t find_first(std::string_view text, std::size_t from) noexcept {
  for (std::size_t at = from;;) {
    at = pass_empty_words<Code>(text, at);
    if (at == text.size()) return at;
    const std::size_t end = end_of_line<Code>(text, at);
    if (end - at >= kShortestLine || end == text.size()) return at;
    std::size_t next = end;
    while (next < text.size() && is_line_end(text[next])) ++next;
    const std::size_t next_end = end_of_line<Code>(text, next);
    const bool alike = next_end == text.size() || next_end - next == end - at;
    if (end - at >= kShortestWrapped && next > end && alike) return at;
    at = std::max(next, at + 1);
  }
}

}  // namespace cork::secrets
