#include "rules/secrets/name_words.h"

#include "base/ascii.h"

#include <algorithm>
#include <array>
#include <utility>

namespace cork::secrets {

namespace {

constexpr std::size_t kReach = 32;
// Of a name, the most that a regex asks for.
constexpr std::size_t kMostMatched = 128;
// At the most, of what is neither letter nor digit, between a name and what is assigned to it; and
// the one word that may be there.
constexpr std::size_t kMostBetween = 48;
constexpr std::string_view kType = "string";
constexpr std::string_view kOperators = ":=>,";  // one at least

bool joins(char c) {
  return NameWords::kJoiners.contains(c);
}

std::size_t beginning(char first, char second) {
  return (static_cast<unsigned char>(first) & 31u) << 5 |
         (static_cast<unsigned char>(second) & 31u);
}

// In lower case, and without what joins words.
std::string plain(std::string_view name) {
  std::string text;
  text.reserve(name.size());
  for (const char c : name) {
    if (!joins(c)) text.push_back(to_lower(c));
  }
  return text;
}

}  // namespace

NameWords::Words::Words(std::vector<std::string> words) : words_(std::move(words)) {
  for (const std::string& word : words_) {
    if (word.size() > 1) beginnings_.set(beginning(word[0], word[1]));
    short_ = short_ || word.size() < 2;
  }
}

bool NameWords::Words::any_in(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool may_begin =
        short_ || (i + 1 < name.size() && beginnings_[beginning(name[i], name[i + 1])]);
    if (!may_begin) continue;
    const std::string_view rest = name.substr(i);
    if (std::ranges::any_of(words_, [&](const auto& word) { return rest.starts_with(word); })) {
      return true;
    }
  }
  return false;
}

NameWords::NameWords(std::vector<std::string> named, std::vector<std::string> not_named)
    : named_(std::move(named)), not_named_(std::move(not_named)) {}

std::size_t NameWords::reach() const noexcept {
  return named_.empty() && not_named_.empty() ? 0 : kReach;
}

bool NameWords::admit(std::string_view text, std::size_t match, std::size_t secret) const {
  if (reach() == 0) return true;
  const std::size_t floor = match > kReach ? match - kReach : 0;
  const auto in_name = [](char c) { return is_alnum(c) || joins(c); };
  while (match > floor && in_name(text[match - 1])) --match;
  const std::string name = plain(text.substr(match, secret - match));
  return (named_.empty() || named_.any_in(name)) && !not_named_.any_in(name);
}

bool NameWords::may_name(std::string_view text, std::size_t secret) const {
  if (reach() == 0) return true;
  const std::size_t floor = secret - std::min(secret, kMostBetween);
  std::size_t end = secret;
  while (end > floor && !is_alnum(text[end - 1])) --end;
  if (end == floor) return true;
  if (text.substr(end, secret - end).find_first_of(kOperators) == text.npos) return false;
  // As plain() has it, without room of its own: this is asked of most matches.
  std::array<char, kReach + kMostMatched> letters;
  std::size_t begin = letters.size(), seen = 0, last = begin;
  for (; end > 0 && seen < letters.size(); --end, ++seen) {
    const char c = text[end - 1];
    if (!is_alnum(c) && !joins(c)) break;
    if (seen == kReach) last = begin;
    if (is_alnum(c)) letters[--begin] = to_lower(c);
  }
  if (seen <= kReach) last = begin;
  const std::string_view name(letters.data() + begin, letters.size() - begin);
  if (name == kType) return true;
  // Of the name, a match that begins at its end sees no more than the last kReach bytes.
  const std::string_view nearest = name.substr(last - begin);
  return (named_.empty() || named_.any_in(name)) && !not_named_.any_in(nearest);
}

bool NameWords::may_admit(std::string_view text) const {
  return named_.empty() || named_.any_in(plain(text));
}

}  // namespace cork::secrets
