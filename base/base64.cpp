#include "base/base64.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace cork {

std::string base64_encoded(std::string_view text) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string encoded;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      bits = bits << 8 | (i + j < text.size() ? static_cast<unsigned char>(text[i + j]) : 0u);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      encoded += i + j > text.size() ? '=' : digits[bits >> (18 - 6 * j) & 63];
    }
  }
  return encoded;
}

std::optional<std::string> base64_decoded(std::string_view text) {
  const std::size_t digits = std::min(text.find('='), text.size());
  const std::size_t padding = text.size() - digits;
  if (digits % 4 == 1 || text.find_first_not_of('=', digits) != std::string_view::npos) {
    return std::nullopt;
  }
  if (padding != 0 && (padding > 2 || text.size() % 4 != 0)) return std::nullopt;
  std::string decoded;
  // Never moved while it grows, so that whoever wipes it wipes all of it.
  decoded.reserve(text.size());
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text.substr(0, digits)) {
    const int digit = base64_digit(c);
    if (digit < 0) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    decoded += static_cast<char>(bits >> count & 0xff);
  }
  return decoded;
}

}  // namespace cork
