#include "proxy/commands/terminal.h"

#include "base/utf8.h"

#include <fmt/format.h>

#include <algorithm>
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

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (; !text.empty(); ++width) text.remove_prefix(next_code_point(text).length);
  return width;
}

std::string cut(std::string_view text, std::size_t columns) {
  if (width_of(text) <= columns) return std::string(text);
  std::string_view rest = text;
  for (std::size_t i = 1; i < columns; ++i) rest.remove_prefix(next_code_point(rest).length);
  return std::string(text.substr(0, text.size() - rest.size())) + (columns == 0 ? "" : "…");
}

std::string padded(std::string_view text, std::size_t columns) {
  const std::size_t width = width_of(text);
  return std::string(text) + std::string(columns > width ? columns - width : 0, ' ');
}

std::string wrapped(std::string_view text, std::size_t indent, std::size_t columns) {
  if (columns == 0) return std::string(text);
  std::string lines;
  std::size_t used = indent;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t width = width_of(word);
    if (!lines.empty() && used + 1 + width > columns) {
      lines += '\n' + std::string(indent, ' ');
      used = indent;
    } else if (!lines.empty()) {
      lines += ' ';
      ++used;
    }
    lines += word;
    used += width;
  }
  return lines;
}

std::string counted(std::size_t count, std::string_view one, std::string_view more) {
  return fmt::format("{} {}", count, count == 1 ? one : more);
}

std::string rounded_size(std::uint64_t bytes) {
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
