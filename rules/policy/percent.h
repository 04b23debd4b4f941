// Percent-encoding (RFC 3986, section 2.1), as path rules and parameters need it.
//
// Pure.
#pragma once

#include "base/ascii.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace cork::policy {

// The byte that the escape at `at` spells; -1 where there is none.
[[nodiscard]] constexpr int escape_at(std::string_view text, std::size_t at) noexcept {
  if (text.size() < 3 || at > text.size() - 3 || text[at] != '%') return -1;
  const int high = hex_value(text[at + 1]), low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// Every escape taken off once; what is none stays.
[[nodiscard]] inline std::string percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int escaped = escape_at(text, i);
    decoded += escaped >= 0 ? static_cast<char>(escaped) : text[i];
    if (escaped >= 0) i += 2;
  }
  return decoded;
}

[[nodiscard]] inline bool holds_escape(std::string_view text) noexcept {
  for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
    if (escape_at(text, i) >= 0) return true;
  }
  return false;
}

[[nodiscard]] inline bool holds_control(std::string_view text) noexcept {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

}  // namespace cork::policy
