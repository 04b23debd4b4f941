// The bytes that HTTP/1.1 lets into a field's value, and the white space around it (RFC 9110,
// section 5.5), beside what base/ascii.h knows.
//
// Pure.
#pragma once

#include "base/ascii.h"

#include <cstddef>
#include <string_view>

namespace cork::http {

// Everything below SP but HTAB, and DEL.
[[nodiscard]] constexpr bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7f;
}

// HTAB, SP, visible ASCII, and bytes from 0x80 on (obs-text: in practice UTF-8). True for "".
[[nodiscard]] constexpr bool is_field_value(std::string_view text) noexcept {
  bool control = false;
  for (const char c : text) control |= is_control(c);  // no early exit: this loop vectorises
  return !control;
}

// SP and visible ASCII only. True for "".
[[nodiscard]] constexpr bool is_printable_ascii(std::string_view text) noexcept {
  bool other = false;
  for (const char c : text) other |= c < 0x20 || c == 0x7f || static_cast<unsigned char>(c) > 0x7f;
  return !other;
}

// Without leading and trailing SP and HTAB.
[[nodiscard]] constexpr std::string_view trim_ows(std::string_view text) noexcept {
  constexpr auto is_ows = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_ows(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_ows(text.back())) text.remove_suffix(1);
  return text;
}

// Whether a field's name is `lower`, which is lower case and not empty. Two bytes settle most
// calls.
[[nodiscard]] inline bool is_named(std::string_view name, std::string_view lower) noexcept {
  return name.size() == lower.size() && to_lower(name.front()) == lower.front() &&
         equals_ignoring_case(name, lower);
}

// Whether a field's name begins with `lower`, likewise.
[[nodiscard]] inline bool has_prefix(std::string_view name, std::string_view lower) noexcept {
  return name.size() >= lower.size() && is_named(name.substr(0, lower.size()), lower);
}

// Cuts the next element off a comma-separated list, trimmed; may be empty.
[[nodiscard]] constexpr std::string_view take_list_element(std::string_view& list) noexcept {
  const std::size_t comma = list.find(',');
  const std::string_view element = trim_ows(list.substr(0, comma));
  list = comma == std::string_view::npos ? std::string_view() : list.substr(comma + 1);
  return element;
}

}  // namespace cork::http
