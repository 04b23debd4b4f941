#include "rules/secrets/field_value.h"

#include "base/ascii.h"

#include <algorithm>

namespace cork::secrets {
namespace {

constexpr std::string_view kGrantType = "grant_type";

// What credentials are made of, and what they are escaped with: `\/` of JSON, `%2B` of a form.
bool goes_on(std::string_view text, std::size_t at, bool form) noexcept {
  const char c = text[at];
  if (is_alnum(c)) return true;
  if (c == '\\') {
    if (form) return false;
    const std::string_view behind = text.substr(at + 1, 5);
    return behind.starts_with('/') || behind == "u002b" || behind == "u002B" || behind == "u002f" ||
           behind == "u002F" || behind == "u003d" || behind == "u003D";
  }
  if (c == '%') {
    const std::string_view digits = text.substr(at + 1, 2);
    return form && digits != "0A" && digits != "0a" && digits != "0D" && digits != "0d" &&
           digits != "20" && digits != "26" && digits != "3D" && digits != "3d";
  }
  return std::string_view("-._~+/=:|").find(c) != std::string_view::npos && !(form && c == '+');
}

bool ends(std::string_view text, std::size_t at, bool form) noexcept {
  return at == text.size() || (form ? text[at] == '&' : text[at] == '"');
}

bool has_grant_type(std::string_view text, bool form) noexcept {
  for (std::size_t at = text.find(kGrantType); at < text.size();
       at = text.find(kGrantType, at + kGrantType.size())) {
    const std::size_t end = at + kGrantType.size();
    if (form) {
      if ((at == 0 || text[at - 1] == '&') && end < text.size() && text[end] == '=') return true;
      continue;
    }
    if (at == 0 || text[at - 1] != '"' || end == text.size() || text[end] != '"') continue;
    const std::size_t behind = text.find_first_not_of(" \t\r\n", end + 1);
    if (behind < text.size() && text[behind] == ':') return true;
  }
  return false;
}

}  // namespace

Field field_at(std::string_view text, std::size_t begin, std::size_t end, bool form) noexcept {
  Field field;
  if (begin == 0 || end > text.size() || text[begin - 1] != (form ? '=' : '"')) return field;
  const bool plain = std::ranges::all_of(text.substr(begin, end - begin), [&](const char& c) {
    return goes_on(text, static_cast<std::size_t>(&c - text.data()), form);
  });
  while (end < text.size() && goes_on(text, end, form)) ++end;
  field.whole_value = plain && ends(text, end, form);
  field.token_request = field.whole_value && has_grant_type(text, form);
  return field;
}

bool asks_for_token(std::string_view path) noexcept {
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment == "token" || segment.ends_with("_token") || segment.ends_with("-token"))
      return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

}  // namespace cork::secrets
