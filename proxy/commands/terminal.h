// Text for a terminal: nothing in it moves the cursor, and colour only where a person looks.
//
// Pure.
#pragma once

#include "proxy/commands/command.h"

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

// "17 B", "4.2 KB", "300 MB".
[[nodiscard]] std::string size_text(std::uint64_t bytes);
// "850 us", "12 ms", "3.4 s".
[[nodiscard]] std::string duration_text(std::uint64_t microseconds);

}  // namespace cork::commands
