// base64 (RFC 4648, sections 4 and 5): written in the first alphabet, read in either.
//
// Pure.
//
//   base64_decoded("ZGV2OnB3")  // "dev:pw"
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cork {

// With padding.
[[nodiscard]] std::string base64_encoded(std::string_view text);

// 0 to 63; -1 for what is no digit.
[[nodiscard]] constexpr int base64_digit(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

// In the second alphabet.
[[nodiscard]] constexpr bool is_base64url_digit(char c) noexcept {
  return base64_digit(c) >= 0 && c != '+' && c != '/';
}

// Only what every receiver decodes alike: no byte outside the alphabet, padding at the end alone
// and in the right number, or none.
[[nodiscard]] std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace cork
