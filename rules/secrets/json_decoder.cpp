// JSON's backslash escapes (RFC 8259, section 7).
#include "base/ascii.h"
#include "rules/secrets/text_decoder.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace cork::secrets {
namespace {

constexpr std::size_t kUnicodeBytes = 6;  // \u0067

// What the byte after a backslash stands for; 0: it makes no escape (nor does 'u' alone).
constexpr std::array<char, 256> kSimpleEscapes = [] {
  std::array<char, 256> table{};
  table['"'] = '"';
  table['\\'] = '\\';
  table['/'] = '/';
  table['b'] = '\b';
  table['f'] = '\f';
  table['n'] = '\n';
  table['r'] = '\r';
  table['t'] = '\t';
  return table;
}();

char simple_escape(char c) noexcept {
  return kSimpleEscapes[static_cast<unsigned char>(c)];
}

enum class Shape : std::uint8_t { no, cut, whole };

// Is `text` a \uXXXX, or the beginning of one?
Shape unicode_shape(std::string_view text) noexcept {
  for (std::size_t i = 0; i < kUnicodeBytes; ++i) {
    if (i == text.size()) return Shape::cut;
    const bool fits = i == 0 ? text[i] == '\\' : i == 1 ? text[i] == 'u' : hex_value(text[i]) >= 0;
    if (!fits) return Shape::no;
  }
  return Shape::whole;
}

std::uint32_t unicode_value(std::string_view text) noexcept {
  std::uint32_t value = 0;
  for (const char c : text.substr(2, 4)) {
    value = value * 16 + static_cast<std::uint32_t>(hex_value(c));
  }
  return value;
}

constexpr bool is_high(std::uint32_t code) noexcept {
  return code >= 0xd800 && code < 0xdc00;
}
constexpr bool is_low(std::uint32_t code) noexcept {
  return code >= 0xdc00 && code < 0xe000;
}

Escape as_utf8(std::uint32_t code, std::size_t taken) noexcept {
  Escape escape{.taken = taken};
  const auto put = [&escape](std::uint32_t byte) {
    escape.text[escape.size++] = static_cast<char>(byte);
  };
  if (code < 0x80) {
    put(code);
    return escape;
  }
  if (code < 0x800) {
    put(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      put(0xe0 | code >> 12);
    } else {
      put(0xf0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3f));
    }
    put(0x80 | (code >> 6 & 0x3f));
  }
  put(0x80 | (code & 0x3f));
  return escape;
}

Escape unicode_escape(std::string_view text, bool last) noexcept {
  const Shape first = unicode_shape(text);
  if (first == Shape::no || (first == Shape::cut && last)) return {.taken = 1};
  if (first == Shape::cut) return {};
  const std::uint32_t code = unicode_value(text);
  if (is_high(code)) {
    const std::string_view rest = text.substr(kUnicodeBytes);
    const Shape second = unicode_shape(rest);
    if (second == Shape::cut && !last) return {};
    if (second == Shape::whole && is_low(unicode_value(rest))) {
      return as_utf8(0x10000 + ((code - 0xd800) << 10) + (unicode_value(rest) - 0xdc00),
                     2 * kUnicodeBytes);
    }
  }
  const bool half = is_high(code) || is_low(code);
  return as_utf8(half ? 0xfffd : code, kUnicodeBytes);
}

struct JsonSyntax {
  static constexpr char first = '\\';
  static Escape parse(std::string_view text, bool last) noexcept {
    if (text.size() < 2) return {.taken = last ? 1u : 0u};
    if (const char meaning = simple_escape(text[1]); meaning != 0) {
      return {.taken = 2, .size = 1, .text = {meaning}};
    }
    return text[1] == 'u' ? unicode_escape(text, last) : Escape{.taken = 1};
  }
  [[nodiscard]] static char meaning(char c) noexcept { return c; }
  [[nodiscard]] static bool alters_text() noexcept { return false; }
  [[nodiscard]] static std::string_view name() noexcept { return "json"; }
};

}  // namespace

std::size_t find_json_escape(std::string_view text, std::size_t from) noexcept {
  while (from < text.size()) {
    const void* hit = std::memchr(text.data() + from, '\\', text.size() - from);
    if (hit == nullptr) break;
    from = static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
    if (from + 1 == text.size() || simple_escape(text[from + 1]) != 0) return from;
    if (unicode_shape(text.substr(from)) != Shape::no) return from;
    ++from;
  }
  return text.size();
}

std::unique_ptr<Decoder> make_json_unescaper() {
  return std::make_unique<TextDecoder<JsonSyntax>>();
}

}  // namespace cork::secrets
