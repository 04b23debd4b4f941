#include "rules/secrets/quoted_printable.h"

#include "base/ascii.h"
#include "base/byte_runs.h"
#include "rules/secrets/digit_codes.h"

#include <algorithm>

namespace cork::secrets {
namespace {

// '=', and what shows quoted-printable behind it: three pairs, of which no halves make others. Not
// one byte and then the next, since nothing foretells where code has a '='.
struct QuotedBegins {
  static constexpr std::size_t kCount = 3;
  static constexpr unsigned char first(std::size_t, unsigned char c) noexcept { return c == '='; }
  static constexpr unsigned char second(std::size_t pair, unsigned char c) noexcept {
    const bool line_end = c == '\n' || c == '\r', digit = c >= '0' && c <= '9';
    return pair == 0 ? line_end : pair == 1 ? digit : Hex::has(c) != 0 && !digit;
  }
};

// Does the text end in what a line of go.sum does, but for the padding?
bool ends_in_go_sum(std::string_view text) noexcept {
  constexpr std::string_view name = "h1:";
  constexpr std::size_t digits = 43;
  return text.size() >= name.size() + digits &&
         text.substr(text.size() - digits - name.size()).starts_with(name) &&
         std::ranges::all_of(text.substr(text.size() - digits),
                             [](char c) { return is_alnum(c) || c == '+' || c == '/'; });
}

// Does the '=' at `at` end a line that goes on in the next? Markup underlines with rows of it,
// base64 ends in two, or in front of a key's end, and programs assign what stands, indented, in the
// next line.
bool breaks_a_line(std::string_view text, std::size_t at, std::size_t shortest_line) noexcept {
  if (at > 0 && text[at - 1] == '=') return false;
  if (ends_in_go_sum(text.substr(0, at))) return false;
  if (at < shortest_line || text.substr(at - shortest_line, shortest_line).contains('\n'))
    return false;
  std::string_view next = text.substr(text.find('\n', at) + 1);
  if (next.starts_with(' ')) next.remove_prefix(1);
  constexpr std::string_view white = " \t\r\n";
  return next.empty() || !(white.contains(next[0]) || next.starts_with("-----END"));
}

// Where, from `at` on, what is dropped at a line's end is over; no further than an escape is long.
std::size_t behind_padding(std::string_view text, std::size_t at) noexcept {
  constexpr std::string_view padding = " \t\r";
  const std::size_t most = std::min(text.size(), kLongestEscape - 1);
  while (at < most && padding.contains(text[at])) ++at;
  return at;
}

}  // namespace

// White space behind '=' was added on the way, and readers drop it (RFC 2045, section 6.7, rule 3).
Escape parse_quoted(std::string_view text, bool last) noexcept {
  const std::size_t end = behind_padding(text, 1);
  if (end == text.size()) return {.taken = last ? 1u : 0u};
  if (text[end] == '\n') return {.taken = end + 1, .removed = true};
  // A line that two of them end is base64's, and no encoder of this writes it.
  if (text[1] == '=') {
    const std::size_t behind = behind_padding(text, 2);
    if (behind == text.size()) return {.taken = last ? 1u : 0u};
    return {.taken = text[behind] == '\n' ? 2u : 1u};
  }
  const int high = hex_value(text[1]);
  if (high < 0) return {.taken = 1};
  if (text.size() < 3) return {.taken = last ? 1u : 0u};
  const int low = hex_value(text[2]);
  if (low < 0) return {.taken = 1};
  return {.taken = 3, .size = 1, .text = {static_cast<char>(high * 16 + low)}};
}

std::size_t find_quoted(std::string_view text, std::size_t from,
                        const QuotedSigns& signs) noexcept {
  const auto hex = [&](std::size_t i) {
    return i < text.size() ? hex_value(text[i]) >= 0 : !signs.last;
  };
  PairFinder<QuotedBegins> leads(text);
  for (std::size_t at = leads.find(from); at < text.size(); at = leads.find(at + 1)) {
    const std::string_view behind = text.substr(at + 1, 2);
    // "\r\r\n": where one escaped the first and the way added the other.
    const bool line_end = behind.starts_with('\n') || behind == "\r\n" ||
                          (behind == "\r\r" && text.substr(at + 3).starts_with('\n'));
    if (behind == "3D" || (line_end && breaks_a_line(text, at, signs.shortest_line))) return at;
    const bool cut =
        behind.empty() || behind == "\r" || (behind == "\r\r" && at + 3 == text.size());
    if (cut && !signs.last) return at;
    const bool two = at + 3 >= text.size() || (text[at + 3] == '=' && hex(at + 4) && hex(at + 5));
    if (hex(at + 1) && hex(at + 2) && (signs.known || two)) return at;
  }
  return text.size();
}

}  // namespace cork::secrets
