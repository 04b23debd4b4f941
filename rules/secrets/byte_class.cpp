#include "rules/secrets/byte_class.h"

#include "base/ascii.h"

#include <cstddef>

namespace cork::secrets {

namespace {

ByteSet words() {
  return byte_range('a', 'z') | byte_range('A', 'Z') | byte_range('0', '9') | single_byte('_');
}
ByteSet spaces() {
  return single_byte(' ') | byte_range('\t', '\r');
}

}  // namespace

ByteSet byte_range(int first, int last) {
  ByteSet set;
  for (int c = first; c <= last; ++c) set.set(static_cast<std::size_t>(c));
  return set;
}

ByteSet single_byte(char c) {
  return byte_range(static_cast<unsigned char>(c), static_cast<unsigned char>(c));
}

ByteSet ignoring_case(ByteSet set) {
  for (std::size_t c = 'a'; c <= 'z'; ++c) {
    const std::size_t upper = c - ('a' - 'A');
    if (set[c] || set[upper]) set.set(c).set(upper);
  }
  return set;
}

std::optional<char> one_letter(const ByteSet& set) {
  std::size_t first = 0;
  while (first < set.size() && !set[first]) ++first;
  if (first == set.size()) return std::nullopt;
  const auto capital = static_cast<char>(first);  // or what has no case, or small letters alone
  const char c = to_lower(capital);
  const bool both = set.count() == 2 && c != capital && set[static_cast<unsigned char>(c)];
  return set.count() == 1 || both ? std::optional(c) : std::nullopt;
}

bool holds_separators(const ByteSet& set) {
  static const ByteSet separators = [] {
    ByteSet bytes;
    for (const char c : std::string_view(" \t\r\n\v\f\"'`")) bytes.set(static_cast<std::size_t>(c));
    return bytes;
  }();
  return (set & separators).any();
}

std::optional<ByteSet> perl_class(char letter) {
  switch (letter) {
    case 'd':
      return byte_range('0', '9');
    case 'D':
      return ~byte_range('0', '9');
    case 'w':
      return words();
    case 'W':
      return ~words();
    case 's':
      return spaces();
    case 'S':
      return ~spaces();
    default:
      return std::nullopt;
  }
}

std::optional<ByteSet> posix_class(std::string_view name) {
  if (name == "alnum") return byte_range('a', 'z') | byte_range('A', 'Z') | byte_range('0', '9');
  if (name == "alpha") return byte_range('a', 'z') | byte_range('A', 'Z');
  if (name == "digit") return byte_range('0', '9');
  if (name == "lower") return byte_range('a', 'z');
  if (name == "upper") return byte_range('A', 'Z');
  if (name == "xdigit") return byte_range('a', 'f') | byte_range('A', 'F') | byte_range('0', '9');
  if (name == "word") return words();
  if (name == "space") return spaces();
  if (name == "ascii") return byte_range('\0', '\x7f');
  if (name == "blank") return single_byte(' ') | single_byte('\t');
  if (name == "cntrl") return byte_range('\0', '\x1f') | single_byte('\x7f');
  if (name == "graph") return byte_range('!', '~');
  if (name == "print") return byte_range(' ', '~');
  if (name == "punct")
    return byte_range('!', '/') | byte_range(':', '@') | byte_range('[', '`') |
           byte_range('{', '~');
  return std::nullopt;
}

}  // namespace cork::secrets
