// Percent-encoding (RFC 3986, section 2.1), and forms (WHATWG URL, section 5.1).
#include "base/ascii.h"
#include "rules/secrets/text_decoder.h"

#include <algorithm>
#include <cstring>

namespace cork::secrets {
namespace {

constexpr std::size_t kEscapeBytes = 3;  // %67

struct PercentSyntax {
  static constexpr char first = '%';
  bool form = false;

  static Escape parse(std::string_view text, bool last) noexcept {
    int value = 0;
    for (std::size_t i = 1; i < kEscapeBytes; ++i) {
      if (i == text.size()) return {.taken = last ? 1u : 0u};
      const int digit = hex_value(text[i]);
      if (digit < 0) return {.taken = 1};
      value = value * 16 + digit;
    }
    return {.taken = kEscapeBytes, .size = 1, .text = {static_cast<char>(value)}};
  }
  // '+' and '&' mean something only where they stand for themselves, so not behind a '%'.
  [[nodiscard]] static char meaning(char c) noexcept {
    return c == '+' ? ' ' : c == '&' ? '\n' : c;
  }
  [[nodiscard]] bool alters_text() const noexcept { return form; }
  [[nodiscard]] std::string_view name() const noexcept { return form ? "form" : "percent"; }
};

}  // namespace

std::size_t find_percent_escape(std::string_view text, std::size_t from) noexcept {
  while (from < text.size()) {
    const void* hit = std::memchr(text.data() + from, '%', text.size() - from);
    if (hit == nullptr) break;
    from = static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
    const std::string_view digits = text.substr(from + 1, kEscapeBytes - 1);
    if (std::ranges::all_of(digits, [](char c) { return hex_value(c) >= 0; })) return from;
    ++from;
  }
  return text.size();
}

std::unique_ptr<Decoder> make_percent_decoder(bool form) {
  return std::make_unique<TextDecoder<PercentSyntax>>(PercentSyntax{form});
}

}  // namespace cork::secrets
