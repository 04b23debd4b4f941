// UTF-8 one code point at a time, and which code points a terminal or a log must not see raw.
//
// Pure.
//
//   while (!text.empty()) text.remove_prefix(next_code_point(text).length);
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace cork {

struct CodePoint {
  std::optional<char32_t> value;  // nullopt: these bytes are not UTF-8
  std::size_t length;             // bytes taken, at least one
};

// The first code point of `text`, which must not be empty. Overlong forms, surrogates and what is
// above U+10FFFF are not UTF-8 (RFC 3629): one byte of them is taken at a time.
[[nodiscard]] CodePoint next_code_point(std::string_view text) noexcept;

struct Utf8 {
  std::array<char, 4> bytes{};
  std::size_t size = 0;

  [[nodiscard]] constexpr std::string_view view() const noexcept { return {bytes.data(), size}; }
};

// A number of at most 0x10FFFF as a code point is written; what is a surrogate's is written as
// well.
[[nodiscard]] Utf8 to_utf8(char32_t value) noexcept;

// Control characters (C0, DEL, C1), line and paragraph separators, and the bidirectional controls
// that make a line read differently from what it holds.
[[nodiscard]] bool is_deceptive(char32_t code_point) noexcept;

}  // namespace cork
