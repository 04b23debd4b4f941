// What beyond ASCII stands between characters and is no letter or digit of any script: white space,
// punctuation and signs, of Latin-1, U+2000 to U+303F, and pictures (emoji), as UTF-8; and what
// nobody sees: control characters, accents without a letter, fillers, U+FFFD.
//
// Pure.
//
//   for (Separator one; (one = find_separator(text, from)).size > 0; from = one.at + one.size)
#pragma once

#include <cstddef>
#include <string_view>

namespace cork::known {

struct Separator {
  std::size_t at = 0;    // the end of the text: there is none
  std::size_t size = 0;  // 0 before the end: what is cut there may be one
};

// The first that begins at or after `from`.
[[nodiscard]] Separator find_separator(std::string_view text, std::size_t from) noexcept;
// How many bytes that one takes which the text ends in; 0: it ends in none.
[[nodiscard]] std::size_t separator_at_end(std::string_view text) noexcept;

}  // namespace cork::known
