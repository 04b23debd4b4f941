// Bytes in a text as words of two hexadecimal digits, or two of them as one of four, that stand
// equally far from one another: see dump_runs.cpp.
//
// Pure functions.
//
//   find_four_words("is 67 68 70 5f 41", false)    // 3
#pragma once

#include <cstddef>
#include <string_view>

namespace cork::secrets {

// What stands between two bytes in a line: `", "` and a quote or two.
inline constexpr std::size_t kMostBetween = 4;

// What follows is an escape, in percent-encoding and quoted-printable, and read as one.
struct EscapeMark {
  static constexpr unsigned char has(unsigned char c) noexcept {
    return static_cast<unsigned char>((c == '%') | (c == '='));
  }
};

// What words are made of, in ASCII.
struct LetterOrDigit {
  static constexpr unsigned char has(unsigned char c) noexcept {
    const auto lower = static_cast<unsigned char>(c | 0x20);
    return static_cast<unsigned char>(((lower >= 'a') & (lower <= 'z')) |
                                      ((c >= '0') & (c <= '9')));
  }
};

[[nodiscard]] bool is_hex(std::string_view word) noexcept;
// Without 0x.
[[nodiscard]] std::string_view without_prefix(std::string_view word) noexcept;

inline constexpr std::size_t kLongestWord = 16;
// Offsets in front of a line have more digits than bytes have, and fewer than hashes.
inline constexpr std::size_t kShortestOffset = 6, kShortestBeforeColon = 4;
[[nodiscard]] bool is_offset(std::string_view word, char behind) noexcept;
// Where the offset in front of the word at `word` begins; `word`: there is none.
[[nodiscard]] std::size_t with_offset(std::string_view text, std::size_t word) noexcept;

// Where the first four begin, with those in front of them that are as large, or nearer to each
// other; text.size(): nowhere. `groups`: of four digits too.
[[nodiscard]] std::size_t find_four_words(std::string_view text, bool groups) noexcept;

}  // namespace cork::secrets
