#include "rules/gitleaks/encodings.h"

#include "base/ascii.h"
#include "base/base64.h"
#include "base/utf8.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace cork::gitleaks {
namespace {

constexpr std::size_t kMinHex = 32;
constexpr std::size_t kMinBase64 = 16;

bool is_printable(int byte) {
  return byte > 0x08 && byte < 0x7F;
}
bool is_hex(char c) {
  return hex_value(c) >= 0;
}
// Of either alphabet.
bool is_base64(char c) {
  return is_alnum(c) || c == '_' || c == '/' || c == '+' || c == '-';
}
bool is_space(char c) {
  return c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' ';
}

bool hex_digits_at(std::string_view text, std::size_t at, std::size_t count) {
  return at + count <= text.size() && std::ranges::all_of(text.substr(at, count), is_hex);
}
bool percent_escape_at(std::string_view text, std::size_t at) {
  return at < text.size() && text[at] == '%' && hex_digits_at(text, at + 1, 2);
}

template <class Within>
std::size_t run_end(std::string_view text, std::size_t at, Within within) {
  while (at < text.size() && within(text[at])) ++at;
  return at;
}

// %41, and all up to the last such escape of the line.
std::size_t percent_end(std::string_view text, std::size_t at) {
  if (!percent_escape_at(text, at)) return at;
  const std::size_t first_end = at + 3;
  std::size_t line_end = std::min(text.find('\n', first_end), text.size());
  for (; line_end >= first_end + 3; --line_end) {
    if (percent_escape_at(text, line_end - 3)) return line_end;
  }
  return first_end;
}

// "U+0041 U+0042 ": each followed by white space or the text's end.
std::size_t code_points_end(std::string_view text, std::size_t at) {
  while (text.substr(at).starts_with("U+") && hex_digits_at(text, at + 2, 4)) {
    const std::size_t end = at + 6;
    if (end == text.size()) return end;
    if (!is_space(text[end])) break;
    at = end + 1;
  }
  return at;
}

// Where \u0041, or \\u0041, ends; `at` where there is none.
std::size_t escape_end(std::string_view text, std::size_t at) {
  std::size_t after = at;
  while (after < text.size() && after < at + 2 && text[after] == '\\') ++after;
  const bool escape = after > at && after < text.size() && to_lower(text[after]) == 'u' &&
                      hex_digits_at(text, after + 1, 4);
  return escape ? after + 5 : at;
}

std::size_t escapes_end(std::string_view text, std::size_t at) {
  for (std::size_t end = escape_end(text, at); end != at; end = escape_end(text, at)) at = end;
  return at;
}

// Walks a text once; the ends of runs are kept, so that each byte is looked at a few times only.
class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text) {}

  std::vector<EncodedStretch> all() {
    std::vector<EncodedStretch> found;
    for (std::size_t at = 0; at < text_.size();) {
      const auto stretch = at_place(at);
      if (stretch) found.push_back(*stretch);
      at = stretch ? stretch->span.end : at + 1;
    }
    return found;
  }

 private:
  std::optional<EncodedStretch> at_place(std::size_t at) {
    const auto stretch = [at](Encoding encoding, std::size_t end) {
      return EncodedStretch{encoding, {at, end}};
    };
    const char c = text_[at];
    if (c == '%') {
      const std::size_t end = percent_end(text_, at);
      if (end != at) return stretch(Encoding::percent, end);
    } else if (c == 'U' || c == '\\') {
      const std::size_t end = c == 'U' ? code_points_end(text_, at) : escapes_end(text_, at);
      if (end != at) return stretch(Encoding::unicode, end);
    }
    if (!is_base64(c)) return std::nullopt;
    if (at >= run_end_) run_end_ = run_end(text_, at, is_base64);
    if (run_end_ - at < kMinBase64) return std::nullopt;
    if (at >= hex_end_) hex_end_ = run_end(text_, at, is_hex);
    if (hex_end_ > at && hex_end_ - at >= kMinHex) return stretch(Encoding::hex, hex_end_);
    std::size_t end = run_end_;
    while (end < text_.size() && end < run_end_ + 2 && text_[end] == '=') ++end;
    return stretch(Encoding::base64, end);
  }

  std::string_view text_;
  std::size_t run_end_ = 0, hex_end_ = 0;
};

std::string decode_percent(std::string_view text) {
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!percent_escape_at(text, at)) {
      decoded += text[at];
      continue;
    }
    const int byte = hex_value(text[at + 1]) * 16 + hex_value(text[at + 2]);
    if (!is_printable(byte)) return {};
    decoded += static_cast<char>(byte);
    at += 2;
  }
  return decoded;
}

std::string decode_hex(std::string_view text) {
  if (text.size() % 2 != 0 || std::ranges::none_of(text, is_digit)) return {};
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); at += 2) {
    const int byte = hex_value(text[at]) * 16 + hex_value(text[at + 1]);
    if (!is_printable(byte)) return {};
    decoded += static_cast<char>(byte);
  }
  return decoded;
}

// In a stretch of either form four digits follow each '+' or 'u', and nothing else does.
std::string decode_unicode(std::string_view text) {
  const bool code_points = text.starts_with('U');
  std::string decoded;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (code_points ? text[at] != '+' : to_lower(text[at]) != 'u') continue;
    char32_t value = 0;
    for (std::size_t i = 1; i <= 4; ++i) {
      value = value * 16 + static_cast<char32_t>(hex_value(text[at + i]));
    }
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    decoded += to_utf8(surrogate ? char32_t{0xFFFD} : value).view();
    at += 4;
  }
  return decoded;
}

// Digits of six bits each; the bits left over at the end are not looked at.
std::optional<std::string> six_bits_each(std::string_view digits) {
  if (digits.size() % 4 == 1) return std::nullopt;
  std::string decoded;
  unsigned bits = 0, held = 0;
  for (const char c : digits) {
    bits = (bits << 6) | static_cast<unsigned>(base64_digit(c));
    held += 6;
    if (held < 8) continue;
    held -= 8;
    const unsigned byte = (bits >> held) & 0xFF;
    if (!is_printable(static_cast<int>(byte))) return std::nullopt;
    decoded += static_cast<char>(byte);
  }
  return decoded;
}

// The first alphabet with its padding, or the second without.
std::string decode_base64(std::string_view text) {
  const auto telling = [](char c) { return !is_alpha(c) && c != '='; };
  if (std::ranges::none_of(text, telling)) return {};
  const std::size_t padding = text.size() - std::min(text.find('='), text.size());
  const std::string_view digits = text.substr(0, text.size() - padding);
  const bool second_alphabet = digits.find_first_of("-_") != std::string_view::npos;
  const bool first_alphabet = digits.find_first_of("+/") != std::string_view::npos;
  const bool padded = text.size() % 4 == 0;
  const bool readable = second_alphabet ? !first_alphabet && padding == 0
                                        : padded || (padding == 0 && !first_alphabet);
  return readable ? six_bits_each(digits).value_or("") : "";
}

}  // namespace

std::string_view name_of(Encoding encoding) noexcept {
  switch (encoding) {
    case Encoding::percent:
      return "percent";
    case Encoding::unicode:
      return "unicode";
    case Encoding::hex:
      return "hex";
    case Encoding::base64:
      break;
  }
  return "base64";
}

std::vector<EncodedStretch> find_encoded(std::string_view text) {
  const std::vector<EncodedStretch> all = Finder(text).all();
  std::vector<EncodedStretch> chosen;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool behind =
        i > 0 && all[i - 1].span.end == all[i].span.begin && all[i - 1].encoding < all[i].encoding;
    const bool before = i + 1 < all.size() && all[i].span.end == all[i + 1].span.begin &&
                        all[i + 1].encoding < all[i].encoding;
    if (!behind && !before) chosen.push_back(all[i]);
  }
  return chosen;
}

std::string decode(Encoding encoding, std::string_view stretch) {
  switch (encoding) {
    case Encoding::percent:
      return decode_percent(stretch);
    case Encoding::unicode:
      return decode_unicode(stretch);
    case Encoding::hex:
      return decode_hex(stretch);
    case Encoding::base64:
      break;
  }
  return decode_base64(stretch);
}

}  // namespace cork::gitleaks
