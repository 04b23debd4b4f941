#include "proxy/commands/terminal.h"

#include "base/utf8.h"

#include <fmt/format.h>

#include <array>
#include <iterator>

namespace cork::commands {

std::string visible(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const CodePoint next = next_code_point(text);
    if (!next.value) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text[0]));
    } else if (is_deceptive(*next.value)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(*next.value));
    } else {
      out += text.substr(0, next.length);
    }
    text.remove_prefix(next.length);
  }
  return out;
}

Painter::Painter(const Context& context) {
  const auto no_color = context.environment("NO_COLOR");
  paints_ = context.out_is_terminal && (!no_color || no_color->empty()) &&
            context.environment("TERM").value_or("dumb") != "dumb";
}

std::string Painter::operator()(Colour colour, std::string_view text) const {
  if (!paints_) return std::string(text);
  constexpr std::array<std::string_view, 4> codes{"31", "32", "33", "2"};
  return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(colour)], text);
}

std::string size_text(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 5> units{"B", "KB", "MB", "GB", "TB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < units.size()) {
    value /= 1000;
    ++unit;
  }
  if (unit == 0 || value >= 10) return fmt::format("{:.0f} {}", value, units[unit]);
  return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string duration_text(std::uint64_t microseconds) {
  if (microseconds < 1000) return fmt::format("{} us", microseconds);
  const auto ms = static_cast<double>(microseconds) / 1000;
  if (ms < 1000) return fmt::format("{:.0f} ms", ms);
  return fmt::format("{:.1f} s", ms / 1000);
}

}  // namespace cork::commands
