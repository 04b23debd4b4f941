#include "rules/secrets/escapes.h"

#include "base/ascii.h"
#include "base/byte_runs.h"
#include "base/utf8.h"
#include "rules/secrets/character_forms.h"
#include "rules/secrets/openings.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace cork::secrets {
namespace {

constexpr std::size_t kUnicodeBytes = 6;  // \u0067

// ---- What an escape is read as

Escape ordinary(std::size_t taken = 1) noexcept {
  return {.taken = taken};
}
Escape removed(std::size_t taken) noexcept {
  return {.taken = taken, .removed = true};
}
Escape character(char c, std::size_t taken) noexcept {
  return {.taken = taken, .size = 1, .text = {c}};
}

Escape as_utf8(std::uint32_t code, std::size_t taken) noexcept {
  const Utf8 text = to_utf8(code);
  return {.taken = taken, .size = text.size, .text = text.bytes};
}

// ---- Numbers in an escape

enum class Shape : std::uint8_t { no, cut, whole };

// Are the `count` characters at `from` hexadecimal digits?
Shape hex_shape(std::string_view text, std::size_t from, std::size_t count) noexcept {
  for (std::size_t i = from; i < from + count; ++i) {
    if (i >= text.size()) return Shape::cut;
    if (hex_value(text[i]) < 0) return Shape::no;
  }
  return Shape::whole;
}

std::uint32_t hex_number(std::string_view digits) noexcept {
  std::uint32_t value = 0;
  for (const char c : digits) value = value * 16 + static_cast<std::uint32_t>(hex_value(c));
  return value;
}

// `prefix` bytes and `count` hexadecimal digits, to a code point.
Escape fixed_number(std::string_view text, std::size_t prefix, std::size_t count,
                    bool last) noexcept {
  const Shape shape = hex_shape(text, prefix, count);
  if (shape == Shape::cut && !last) return {};
  if (shape != Shape::whole) return ordinary();
  const std::uint32_t code = hex_number(text.substr(prefix, count));
  return as_utf8(code > 0x10ffff ? 0xfffd : code, prefix + count);
}

// ---- Backslashes

// Is `text` a \uXXXX, or the beginning of one?
Shape unicode_shape(std::string_view text) noexcept {
  constexpr std::string_view start = "\\u";
  if (text.size() < start.size()) return start.starts_with(text) ? Shape::cut : Shape::no;
  return text.starts_with(start) ? hex_shape(text, 2, 4) : Shape::no;
}

constexpr bool is_high(std::uint32_t code) noexcept {
  return code >= 0xd800 && code < 0xdc00;
}
constexpr bool is_low(std::uint32_t code) noexcept {
  return code >= 0xdc00 && code < 0xe000;
}

Escape unicode_escape(std::string_view text, bool last) noexcept {
  const Shape first = unicode_shape(text);
  if (first == Shape::no || (first == Shape::cut && last)) return ordinary();
  if (first == Shape::cut) return {};
  const std::uint32_t code = hex_number(text.substr(2, 4));
  if (is_high(code)) {
    const std::string_view rest = text.substr(kUnicodeBytes);
    const Shape second = unicode_shape(rest);
    if (second == Shape::cut && !last) return {};
    if (second == Shape::whole) {
      const std::uint32_t low = hex_number(rest.substr(2, 4));
      if (is_low(low)) {
        return as_utf8(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00), 2 * kUnicodeBytes);
      }
    }
  }
  const bool half = is_high(code) || is_low(code);
  return as_utf8(half ? 0xfffd : code, kUnicodeBytes);
}

// \u{67}
Escape braced_escape(std::string_view text, bool last) noexcept {
  constexpr std::size_t begin = 3, most = 12;
  std::size_t at = begin;
  while (at < text.size() && at < begin + most && hex_value(text[at]) >= 0) ++at;
  if (at == text.size()) return last ? ordinary() : Escape{};
  if (at == begin || text[at] != '}') return ordinary();
  std::string_view digits = text.substr(begin, at - begin);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size() - 1));
  if (digits.size() > 6) return ordinary();
  const std::uint32_t code = hex_number(digits);
  return as_utf8(code > 0x10ffff ? 0xfffd : code, at + 1);
}

// \147: three digits, so that \1 of a pattern is none.
Escape octal_escape(std::string_view text, bool last) noexcept {
  std::uint32_t value = 0;
  for (std::size_t i = 1; i < 4; ++i) {
    if (i == text.size()) return last ? ordinary() : Escape{};
    if (text[i] < '0' || text[i] > (i == 1 ? '3' : '7')) return ordinary();
    value = value * 8 + static_cast<std::uint32_t>(text[i] - '0');
  }
  return character(static_cast<char>(value), 4);
}

// The line's end and the indentation of the next line, as YAML reads it.
Escape line_continued(std::string_view text, std::size_t taken, bool last) noexcept {
  while (taken < text.size() && taken < kLongestEscape &&
         (text[taken] == ' ' || text[taken] == '\t')) {
    ++taken;
  }
  const bool open = taken == text.size() && taken < kLongestEscape && !last;
  return open ? Escape{} : removed(taken);
}

Escape backslash(std::string_view text, bool last) noexcept {
  if (text.size() < 2) return last ? ordinary() : Escape{};
  const char next = text[1];
  if (const char meaning = simple_escape(next); meaning != 0) return character(meaning, 2);
  switch (next) {
    case 'u':
      return text.size() > 2 && text[2] == '{' ? braced_escape(text, last)
                                               : unicode_escape(text, last);
    case 'U':
      return fixed_number(text, 2, 8, last);
    case 'x': {
      const Shape shape = hex_shape(text, 2, 2);
      if (shape == Shape::cut && !last) return {};
      if (shape != Shape::whole) return ordinary();
      return character(static_cast<char>(hex_number(text.substr(2, 2))), 4);
    }
    case '\n':
      return line_continued(text, 2, last);
    case '\r':
      if (text.size() < 3) return last ? ordinary() : Escape{};
      return text[2] == '\n' ? line_continued(text, 3, last) : ordinary();
    default:
      return next >= '0' && next <= '3' ? octal_escape(text, last) : ordinary();
  }
}

// ---- Percent signs

Escape percent(std::string_view text, bool last) noexcept {
  if (text.size() < 2) return last ? ordinary() : Escape{};
  if (text[1] == 'u' || text[1] == 'U') return fixed_number(text, 2, 4, last);
  const Shape shape = hex_shape(text, 1, 2);
  if (shape == Shape::cut && !last) return {};
  if (shape != Shape::whole) return ordinary();
  return character(static_cast<char>(hex_number(text.substr(1, 2))), 3);
}

// ---- Character references (HTML, section 13.5)

constexpr std::array<std::pair<std::string_view, char>, 45> kNamed{{
    {"AMP", '&'},    {"LT", '<'},       {"GT", '>'},     {"QUOT", '"'},   {"amp", '&'},
    {"lt", '<'},     {"gt", '>'},       {"quot", '"'},   {"apos", '\''},  {"nbsp", ' '},
    {"Tab", '\t'},   {"NewLine", '\n'}, {"excl", '!'},   {"num", '#'},    {"dollar", '$'},
    {"percnt", '%'}, {"lpar", '('},     {"rpar", ')'},   {"ast", '*'},    {"midast", '*'},
    {"plus", '+'},   {"comma", ','},    {"period", '.'}, {"sol", '/'},    {"colon", ':'},
    {"semi", ';'},   {"equals", '='},   {"quest", '?'},  {"commat", '@'}, {"lsqb", '['},
    {"lbrack", '['}, {"bsol", '\\'},    {"rsqb", ']'},   {"rbrack", ']'}, {"Hat", '^'},
    {"lowbar", '_'}, {"UnderBar", '_'}, {"grave", '`'},  {"lcub", '{'},   {"lbrace", '{'},
    {"verbar", '|'}, {"vert", '|'},     {"rcub", '}'},   {"rbrace", '}'}, {"hyphen", '-'},
}};

// Characters that nobody sees, whose names are no longer than an escape.
constexpr std::array<std::string_view, 13> kNamedInvisible{
    "shy",
    "zwj",
    "zwnj",
    "lrm",
    "rlm",
    "ZeroWidthSpace",
    "NoBreak",
    "af",
    "ApplyFunction",
    "it",
    "InvisibleTimes",
    "ic",
    "InvisibleComma",
};

Escape named_reference(std::string_view text, bool last) noexcept {
  std::size_t end = 1;
  while (end < text.size() && end < kLongestEscape && is_alpha(text[end])) ++end;
  if (end == text.size() && end < kLongestEscape && !last) {
    const std::string_view start = text.substr(1);
    const auto begins_so = [&](std::string_view name) { return name.starts_with(start); };
    const bool possible =
        std::ranges::any_of(kNamed, begins_so, [](const auto& named) { return named.first; }) ||
        std::ranges::any_of(kNamedInvisible, begins_so);
    return possible ? Escape{} : ordinary();
  }
  if (end == text.size() || text[end] != ';') return ordinary();
  const std::string_view name = text.substr(1, end - 1);
  if (std::ranges::find(kNamedInvisible, name) != kNamedInvisible.end()) return removed(end + 1);
  const auto* const found = std::ranges::find(kNamed, name, [](const auto& n) { return n.first; });
  return found == kNamed.end() ? ordinary() : character(found->second, end + 1);
}

// &#103; and &#x67; also without the semicolon, as browsers read them.
Escape numeric_reference(std::string_view text, bool last) noexcept {
  const bool hex = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const std::size_t begin = hex ? 3 : 2;
  std::size_t at = begin;
  std::uint32_t code = 0;
  for (; at < text.size() && at < kLongestEscape; ++at) {
    const int digit = hex_value(text[at]);
    if (digit < 0 || (!hex && digit > 9)) break;
    code = std::min(code * (hex ? 16u : 10u) + static_cast<std::uint32_t>(digit), 0x110000u);
  }
  if (at == text.size() && at < kLongestEscape && !last) return {};
  if (at == begin || at == kLongestEscape) return ordinary();
  const bool closed = at < text.size() && text[at] == ';';
  return as_utf8(code > 0x10ffff ? 0xfffd : code, at + (closed ? 1 : 0));
}

Escape reference(std::string_view text, bool last) noexcept {
  if (text.size() < 2) return last ? ordinary() : Escape{};
  return text[1] == '#' ? numeric_reference(text, last) : named_reference(text, last);
}

// ---- Unicode

std::size_t utf8_length(unsigned char lead) noexcept {
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

// The code point at the front; nothing where it is malformed or longer than the text.
std::optional<std::uint32_t> code_point(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = utf8_length(lead);
  if (text.size() < length) return std::nullopt;
  std::uint32_t code = lead & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xc0) != 0x80) return std::nullopt;
    code = code << 6 | (byte & 0x3fu);
  }
  return code;
}

Escape unicode(std::string_view text, bool last) noexcept {
  const std::size_t length = utf8_length(static_cast<unsigned char>(text.front()));
  if (text.size() < length && !last) return {};
  const auto code = code_point(text);
  if (!code) return ordinary();
  if (is_invisible(*code)) return removed(length);
  const char meaning = compatible_ascii(*code);
  return meaning == 0 ? ordinary(length) : character(meaning, length);
}

// ---- Terminals

constexpr char kEscape = '\x1b';

// ESC [ parameters, intermediate bytes, and a final one; or ESC ( and the character set that it
// chooses, which some programs write behind a colour's end (ECMA-35, section 14.3.2).
Escape control_sequence(std::string_view text, bool last) noexcept {
  const auto between = [](char c, char from, char to) { return c >= from && c <= to; };
  if (text.size() < 2) return last ? ordinary() : Escape{};
  const bool chooses = text[1] == '(';
  if (!chooses && text[1] != '[') return ordinary();
  std::size_t at = 2;
  while (!chooses && at < text.size() && between(text[at], '0', '?')) ++at;
  while (!chooses && at < text.size() && between(text[at], ' ', '/')) ++at;
  if (at >= kLongestEscape) return ordinary();
  if (at == text.size()) return last ? ordinary() : Escape{};
  return between(text[at], chooses ? '0' : '@', '~') ? removed(at + 1) : ordinary();
}

// Behind a backslash.
constexpr std::array<std::string_view, 5> kSoftHyphens{"xad", "xAD", "xaD", "xAd", "255"};

}  // namespace

Escape parse_escape(std::string_view text, bool last) noexcept {
  switch (text.front()) {
    case '\\':
      return backslash(text, last);
    case '%':
      return percent(text, last);
    case '&':
      return reference(text, last);
    case kEscape:
      return control_sequence(text, last);
    default:
      return unicode(text, last);
  }
}

bool separates(std::optional<char> before, std::string_view text, std::size_t size, char meaning,
               const Openings& openings) {
  if (text[0] != '\\' || !is_separator(meaning)) return false;
  if (text.substr(1).starts_with(meaning)) return true;
  for (std::size_t i = 1; i < size; ++i) {
    if (openings.may_open(i == 1 ? before : text[i - 1], text.substr(i))) return false;
  }
  return true;
}

std::size_t find_escape(std::string_view text, std::size_t from) noexcept {
  PairFinder<EscapeBegins> leads(text);
  for (std::size_t at = leads.find(from); at < text.size();) {
    const Escape escape = parse_escape(text.substr(at), false);
    if (escape.taken == 0 || escape.size > 0 || escape.removed) return at;
    at = leads.find(at + escape.taken);
  }
  return text.size();
}

bool escapes_more_than_quotes(std::string_view text, std::size_t from) noexcept {
  std::size_t next = from - std::min(from, kLongestEscape);
  // Of a row of backslashes each second one is text.
  while (next > 0 && text[next - 1] == '\\') --next;
  PairFinder<EscapeBegins> leads(text);
  for (std::size_t at = leads.find(next); at < text.size(); at = leads.find(next)) {
    const Escape escape = parse_escape(text.substr(at), true);
    next = at + std::max<std::size_t>(escape.taken, 1);
    const bool ordinary = escape.size == 0 && !escape.removed;
    const bool quotes =
        text[at] == '\\' && escape.taken == 2 && escape.size == 1 && is_separator(escape.text[0]);
    if (!ordinary && !quotes) return true;
  }
  return false;
}

std::size_t find_soft_hyphen(std::string_view text, std::size_t from) noexcept {
  // Of a row of backslashes each second one is text.
  while (from > 0 && text[from - 1] == '\\') --from;
  for (std::size_t at = text.find('\\', from); at < text.size(); at = text.find('\\', at)) {
    const std::size_t end = std::min(text.find_first_not_of('\\', at), text.size());
    const bool may_be = end < text.size() && (text[end] == 'x' || text[end] == '2');
    if (may_be && (end - at) % 2 == 1 && begins_soft_hyphen(text.substr(end - 1))) return end - 1;
    at = end;
  }
  return text.size();
}

bool begins_soft_hyphen(std::string_view text) noexcept {
  return text.starts_with('\\') &&
         std::ranges::find(kSoftHyphens, text.substr(1, kSoftHyphenBytes - 1)) !=
             kSoftHyphens.end();
}

std::string_view kind_of_escape(std::string_view text) noexcept {
  const std::size_t at = find_escape(text, 0);
  if (at == text.size()) return {};
  switch (text[at]) {
    case '\\':
      return "json";
    case '%':
      return "percent";
    case '&':
      return "entity";
    case kEscape:
      return "terminal";
    default:
      return "unicode";
  }
}

}  // namespace cork::secrets
