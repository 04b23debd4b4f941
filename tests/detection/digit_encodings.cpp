#include "base/base64.h"
#include "tests/detection/encodings.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

// Bytes written as digits: base64 and hexadecimal, in the forms that programs print them.

namespace cork::secrets::detection {

namespace {

std::string unpadded(std::string digits) {
  digits.resize(digits.find_last_not_of('=') + 1);
  return digits;
}

std::string base64url(std::string_view text) {
  std::string digits = base64_encoded(text);
  std::ranges::replace(digits, '+', '-');
  std::ranges::replace(digits, '/', '_');
  return digits;
}

// The text begins `shift` bytes into a group of three, with nothing glued to it: some rules ask for
// a boundary, and which do not is the question of BuiltinRules.NothingGluedToACredentialHidesIt.
std::string base64_shifted(std::string_view text, std::size_t shift, Random& random) {
  return base64_encoded(drawn(random, 2 + shift, kAlnum) + ' ' + std::string(text));
}

// `count` characters of the alphabet stand before it, so that groups of four begin elsewhere.
std::string base64_glued(std::string_view text, std::size_t count, Random& random) {
  return drawn(random, count, kAlnum) + unpadded(base64_encoded(text));
}

std::string hex_separated(std::string_view text, std::string_view before,
                          std::string_view between) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i > 0) out += between;
    out += before;
    out += hex_digits(text.substr(i, 1));
  }
  return out;
}

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text) out += c < ' ' || c > '~' ? '.' : c;
  return out;
}

std::string offset_text(std::size_t offset) {
  std::string digits;
  for (int shift = 28; shift >= 0; shift -= 4) {
    digits += "0123456789abcdef"[offset >> shift & 15];
  }
  return digits;
}

// As xxd prints it: groups of two bytes, sixteen a line, the characters at the right.
std::string xxd(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 16) {
    const std::string_view row = text.substr(at, 16);
    out += offset_text(at) + ":";
    for (std::size_t i = 0; i < 16; ++i) {
      if (i % 2 == 0) out += ' ';
      out += i < row.size() ? hex_digits(row.substr(i, 1)) : "  ";
    }
    out += "  " + printable(row) + "\n";
  }
  return out;
}

// As hexdump -C prints it.
std::string hexdump(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 16) {
    const std::string_view row = text.substr(at, 16);
    out += offset_text(at) + " ";
    for (std::size_t i = 0; i < 16; ++i) {
      out += i == 8 ? "  " : " ";
      out += i < row.size() ? hex_digits(row.substr(i, 1)) : "  ";
    }
    out += "  |" + printable(row) + "|\n";
  }
  return out + offset_text(text.size()) + "\n";
}

// As xxd -p prints it.
std::string hex_lines(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += 30) {
    out += hex_digits(text.substr(at, 30)) + "\n";
  }
  return out;
}

}  // namespace

std::string hex_digits(std::string_view text, bool upper) {
  const std::string_view digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<std::uint8_t>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::string base32_digits(std::string_view text) {
  std::string out;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    bits = bits << 8 | static_cast<std::uint8_t>(c);
    for (count += 8; count >= 5; count -= 5) {
      out += "abcdefghijklmnopqrstuvwxyz234567"[bits >> (count - 5) & 31];
    }
  }
  if (count > 0) out += "abcdefghijklmnopqrstuvwxyz234567"[bits << (5 - count) & 31];
  return out;
}

std::string base64_mime(std::string_view text) {
  const std::string digits = base64_encoded(text);
  std::string out;
  for (std::size_t at = 0; at < digits.size(); at += 76) out += digits.substr(at, 76) + "\r\n";
  return out;
}

std::vector<Encoding> digit_encodings() {
  using Text = std::string_view;
  return {
      {"base64", "base64", [](Text t, Random&) { return base64_encoded(t); }},
      {"base64-unpadded", "base64", [](Text t, Random&) { return unpadded(base64_encoded(t)); }},
      {"base64url", "base64", [](Text t, Random&) { return base64url(t); }},
      {"base64url-unpadded", "base64", [](Text t, Random&) { return unpadded(base64url(t)); }},
      {"base64-mime", "base64", [](Text t, Random&) { return base64_mime(t); }},
      {"base64-shift-1", "base64", [](Text t, Random& r) { return base64_shifted(t, 1, r); }},
      {"base64-shift-2", "base64", [](Text t, Random& r) { return base64_shifted(t, 2, r); }},
      {"base64-glued-1", "base64", [](Text t, Random& r) { return base64_glued(t, 1, r); }},
      {"base64-glued-2", "base64", [](Text t, Random& r) { return base64_glued(t, 2, r); }},
      {"base64-glued-3", "base64", [](Text t, Random& r) { return base64_glued(t, 3, r); }},
      {"base64-twice", "base64", [](Text t, Random&) { return base64_encoded(base64_encoded(t)); }},
      {"hex", "hex", [](Text t, Random&) { return hex_digits(t); }},
      {"HEX", "hex", [](Text t, Random&) { return hex_digits(t, true); }},
      {"hex-lines", "hex", [](Text t, Random&) { return hex_lines(t); }},
      {"hex-escapes", "hex", [](Text t, Random&) { return hex_separated(t, "\\x", ""); }},
      {"hex-colons", "dump", [](Text t, Random&) { return hex_separated(t, "", ":"); }},
      {"hex-spaces", "dump", [](Text t, Random&) { return hex_separated(t, "", " "); }},
      {"hex-array", "dump", [](Text t, Random&) { return hex_separated(t, "0x", ", "); }},
      {"xxd", "dump", [](Text t, Random&) { return xxd(t); }},
      {"hexdump", "dump", [](Text t, Random&) { return hexdump(t); }},
  };
}

}  // namespace cork::secrets::detection
