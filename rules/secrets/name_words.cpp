#include "rules/secrets/name_words.h"

#include "base/ascii.h"

#include <algorithm>
#include <utility>

namespace cork::secrets {

namespace {

constexpr std::size_t kReach = 32;

bool joins(char c) {
  return c == '_' || c == '-' || c == '.';
}

bool holds_any(std::string_view name, const std::vector<std::string>& words) {
  return std::ranges::any_of(words,
                             [&](const std::string& word) { return name.find(word) != name.npos; });
}

}  // namespace

NameWords::NameWords(std::vector<std::string> named, std::vector<std::string> not_named)
    : named_(std::move(named)), not_named_(std::move(not_named)) {}

std::size_t NameWords::reach() const noexcept {
  return named_.empty() && not_named_.empty() ? 0 : kReach;
}

bool NameWords::admit(std::string_view text, std::size_t match, std::size_t secret) const {
  if (reach() == 0) return true;
  const std::size_t floor = match > kReach ? match - kReach : 0;
  const auto in_name = [](char c) { return is_alpha(c) || is_digit(c) || joins(c); };
  while (match > floor && in_name(text[match - 1])) --match;
  std::string name;
  for (const char c : text.substr(match, secret - match)) {
    if (!joins(c)) name.push_back(to_lower(c));
  }
  return (named_.empty() || holds_any(name, named_)) && !holds_any(name, not_named_);
}

}  // namespace cork::secrets
