#include "base/ascii.h"

#include <algorithm>

namespace cork {

bool is_token_char(char c) noexcept {
  constexpr std::string_view punctuation = "!#$%&'*+-.^_`|~";
  return is_alnum(c) || punctuation.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = to_lower(c);
  return lower;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

}  // namespace cork
