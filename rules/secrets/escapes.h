// How text spells a character as something else: in JSON strings and source code, in URLs, in HTML,
// and with characters that nobody sees.
//
// Pure functions. All kinds are read in one pass, so that a text which mixes them costs one view a
// level instead of one for each order in which they may be nested.
//
//   const std::size_t at = find_escape(text, 0);
//   const Escape escape = parse_escape(text.substr(at), false);
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace cork::secrets {

class Openings;

// The longest that is read as one: a surrogate pair is 12, an entity with leading zeros more, a
// colour of three numbers 19. One that is longer is ordinary text.
constexpr std::size_t kLongestEscape = 24;

// What stands at the front of a text.
struct Escape {
  std::size_t taken = 0;       // input bytes; 0: more input is needed to tell
  std::size_t size = 0;        // bytes it stands for; 0: ordinary text, or nothing at all
  bool removed = false;        // it stands for nothing: an invisible character
  std::array<char, 4> text{};  // what it stands for
};

// `text` begins with a byte that may begin an escape (find_escape()); with `last` nothing follows
// it. Read are JSON's escapes (RFC 8259, section 7) and those of JavaScript and Python strings
// beside them (\x67 \u{67} \U00000067 \147 \' and a backslash before a line's end, with the blanks
// that YAML leaves out behind that), Markdown's (a backslash before any punctuation), %67 (RFC
// 3986, section 2.1) and %u0067 (ECMA-262, escape()), HTML's character references to ASCII
// (decimal, hexadecimal, and the names of ASCII's punctuation and of invisible characters),
// characters without width (zero-width, soft hyphens, variation selectors, directions, tags), what
// colours a terminal's text and moves in it (control sequences of ECMA-48, section 5.4), and the
// full-width and mathematical forms of ASCII letters, digits, '_' and '-' (as Unicode's
// compatibility decomposition has them).
[[nodiscard]] Escape parse_escape(std::string_view text, bool last) noexcept;

// Where, at or after `from`, stands an escape, or one cut by the end of the text that may be;
// text.size(): nowhere.
[[nodiscard]] std::size_t find_escape(std::string_view text, std::size_t from) noexcept;

// Whether an escape stands at or after `from`, or ends behind it, that is none of those of quoting:
// a backslash before a quote, another backslash, `<`, `>`, or one of n, r, t, b and f.
[[nodiscard]] bool escapes_more_than_quotes(std::string_view text, std::size_t from) noexcept;

// Where, at or after `from`, stands a soft hyphen as JavaScript and Python spell it (\xad, \255);
// text.size(): nowhere. parse_escape() reads it as a byte, since in C and in Python's bytes it is
// one of several: of a character, or of a container.
[[nodiscard]] std::size_t find_soft_hyphen(std::string_view text, std::size_t from) noexcept;
// Does the text begin with a whole one? It is of so many bytes.
[[nodiscard]] bool begins_soft_hyphen(std::string_view text) noexcept;
inline constexpr std::size_t kSoftHyphenBytes = 4;
// The byte that parse_escape() reads it as.
inline constexpr char kSoftHyphen = '\xad';

// The two bytes that may begin one, for most of what begins with the first of them is none: see
// base/byte_masks.h.
struct EscapeBegins {
  static constexpr std::size_t kCount = 8;

  static constexpr unsigned char first(std::size_t pair, unsigned char c) noexcept {
    switch (pair) {
      case 0:
        return c == '\\';
      case 1:
        return c == '%';
      case 2:
        return c == '&';
      case 3:
        return static_cast<unsigned char>((c == 0xc2) | (c == 0xcd));
      case 4:
        return c == 0xe2;
      case 5:
        return c == 0xef;
      case 6:
        return c == 0xf0;
      default:
        return static_cast<unsigned char>((c == 0xf3) | (c == 0x1b));
    }
  }
  static constexpr unsigned char second(std::size_t pair, unsigned char c) noexcept {
    const auto folded = static_cast<unsigned char>(c | 0x20);
    switch (pair) {
      case 0:
        return 1;
      case 1:
        return static_cast<unsigned char>(((c >= '0') & (c <= '9')) | (folded == 'u') |
                                          ((folded >= 'a') & (folded <= 'f')));
      case 2:
        return static_cast<unsigned char>((c == '#') | ((folded >= 'a') & (folded <= 'z')));
      case 3:  // soft hyphen, combining grapheme joiner
        return static_cast<unsigned char>((c == 0xad) | (c == 0x8f));
      case 4:  // U+200b to U+206f, letterlike symbols
        return static_cast<unsigned char>((c == 0x80) | (c == 0x81) | (c == 0x84));
      case 5:  // variation selectors, full width, specials
        return static_cast<unsigned char>((c == 0xb8) | ((c >= 0xbb) & (c <= 0xbf)));
      case 6:  // musical and mathematical, and what is written longer than it need be
        return static_cast<unsigned char>((c == 0x9d) | ((c >= 0x80) & (c <= 0x8f)));
      default:  // tags, control sequences
        return static_cast<unsigned char>((c == 0xa0) | (c == '[') | (c == '('));
    }
  }
};
// The first of those two.
struct EscapeLead {
  static constexpr unsigned char has(unsigned char c) noexcept {
    unsigned char any = 0;
    for (std::size_t pair = 0; pair < EscapeBegins::kCount; ++pair) {
      any = static_cast<unsigned char>(any | EscapeBegins::first(pair, c));
    }
    return any;
  }
};

// What the byte behind a backslash stands for; 0: it makes no escape on its own.
[[nodiscard]] constexpr char simple_escape(char c) noexcept;

// "json", "percent", "entity", "terminal" or "unicode": the first kind of escape in `text`; empty:
// none. Static storage.
[[nodiscard]] std::string_view kind_of_escape(std::string_view text) noexcept;

// Whether what matches beside the escape of `size` bytes at the front of `text` matches beside what
// it stands for as well, which begins with `meaning`, and the other way round. It is a backslash,
// and stands for a blank, a quote, another backslash, a sign of markup or a character beyond ASCII,
// with none of which a credential goes on. And no credential begins, or goes on behind the
// backslash, with the escape's own letters. `before`: what stands in front of it, where that is
// known.
[[nodiscard]] bool separates(std::optional<char> before, std::string_view text, std::size_t size,
                             char meaning, const Openings& openings);
// What it is then that begins what the escape stands for.
[[nodiscard]] constexpr bool is_separator(char c) noexcept;

inline constexpr std::array<char, 256> kSimpleEscapes = [] {
  std::array<char, 256> table{};
  for (std::size_t c = '!'; c <= '~'; ++c) {
    const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    // Behind a backslash, these begin escapes of their own.
    const bool lead = c == '%' || c == '&';
    if (!letter && !lead && (c < '0' || c > '9')) table[c] = static_cast<char>(c);
  }
  table['b'] = '\b';
  table['f'] = '\f';
  table['n'] = '\n';
  table['r'] = '\r';
  table['t'] = '\t';
  return table;
}();

inline constexpr std::array<bool, 256> kSeparators = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("\n\r\t\b\f\"'\\<>")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  for (std::size_t c = 0x80; c < table.size(); ++c) table[c] = true;
  return table;
}();

constexpr bool is_separator(char c) noexcept {
  return kSeparators[static_cast<unsigned char>(c)];
}

constexpr char simple_escape(char c) noexcept {
  return kSimpleEscapes[static_cast<unsigned char>(c)];
}

}  // namespace cork::secrets
