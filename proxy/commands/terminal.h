// Text for a terminal: nothing in it moves the cursor, and colour only where a person looks.
//
// Pure.
#pragma once

#include "proxy/commands/command.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cork::commands {

// Control characters, bidirectional controls and bytes that are not UTF-8, escaped.
[[nodiscard]] std::string visible(std::string_view text);

enum class Colour : std::uint8_t { red, green, yellow, dim };

class Painter {
 public:
  // Plain unless `out` is a terminal; NO_COLOR and TERM=dumb are obeyed.
  explicit Painter(const Context& context);
  [[nodiscard]] std::string operator()(Colour colour, std::string_view text) const;

 private:
  bool paints_;
};

// How many columns a terminal takes for `text`, which is visible(): a character each.
[[nodiscard]] std::size_t width_of(std::string_view text);
// The text cut to `columns` characters, its end "…" where something is missing.
[[nodiscard]] std::string cut(std::string_view text, std::size_t columns);
// Filled up with spaces.
[[nodiscard]] std::string padded(std::string_view text, std::size_t columns);
// Lines of at most `columns` characters, broken between words, all but the first behind `indent`
// spaces; `columns` 0: one line. A word too long for a line has one of its own.
[[nodiscard]] std::string wrapped(std::string_view text, std::size_t indent, std::size_t columns);

// "1 file", "2 files".
[[nodiscard]] std::string counted(std::size_t count, std::string_view one, std::string_view more);
// "17 B", "4.2 KB", "300 MB".
[[nodiscard]] std::string rounded_size(std::uint64_t bytes);
// "850 us", "12 ms", "3.4 s".
[[nodiscard]] std::string duration_text(std::uint64_t microseconds);

}  // namespace cork::commands
