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
constexpr std::size_t kMostLetters = kReach + 2 * kMostMatched;
// At the most, of what is neither letter nor digit, between a name and what is assigned to it.
constexpr std::size_t kMostBetween = 64;
constexpr std::string_view kOperators = ":=>,|?";  // one at least, or a form part's empty line
// What else may stand there in words, and in front of a parenthesis: see {assign}.
constexpr std::array<std::string_view, 7> kBetween = {"string", "str",   "value", "bytes",
                                                      "none",   "final", "or"};
constexpr std::array<std::string_view, 8> kConstructors = {
    "secret", "secretstr", "secretstring", "securestring", "some", "string", "from", "stringfrom"};
constexpr std::size_t kLongestMark = 2;     // of a string: rb"..."
constexpr std::size_t kAccountDigits = 12;  // in front of a resource's type, in an ARN

bool joins(char c) {
  return NameWords::kJoiners.contains(c);
}

std::size_t beginning(char first, char second) {
  return (static_cast<unsigned char>(first) & 31u) << 5 |
         (static_cast<unsigned char>(second) & 31u);
}

bool is_named(char c) {
  return is_alnum(c) || joins(c);
}

bool equal_in_any_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, {}, [](char c) { return to_lower(c); });
}

bool assigns(std::string_view between) {
  return between.find_first_of(kOperators) != between.npos || between.contains("\n\n") ||
         between.contains("\n\r\n");
}

bool stands_between(std::string_view word, char behind) {
  const auto in = [&](const auto& words) { return std::ranges::find(words, word) != words.end(); };
  const bool marks = word.size() <= kLongestMark && (behind == '"' || behind == '\'');
  return marks || in(kBetween) || (behind == '(' && in(kConstructors));
}

// "arn:aws:secretsmanager:us-east-1:123456789012:" in front of a name.
bool ends_in_account(std::string_view text) {
  if (text.size() < kAccountDigits + 2) return false;
  const std::string_view end = text.substr(text.size() - kAccountDigits - 2);
  return end.front() == ':' && end.back() == ':' &&
         std::ranges::all_of(end.substr(1, kAccountDigits), is_digit);
}

}  // namespace

struct NameWords::Letters {
  explicit Letters(std::string_view name) noexcept {
    char before = '_';
    for (std::size_t i = 0; i < name.size() && size < letters.size(); ++i) {
      const char c = name[i];
      if (name.size() - i == kReach) nearest = size;
      if (!joins(c)) {
        const bool hump =
            is_upper(c) && (!is_upper(before) || (i + 1 < name.size() && is_alpha(name[i + 1]) &&
                                                  !is_upper(name[i + 1])));
        begins[size] = !is_alpha(before) || hump;
        letters[size++] = to_lower(c);
      }
      before = c;
    }
  }
  [[nodiscard]] std::string_view all() const noexcept { return {letters.data(), size}; }

  std::array<char, kMostLetters> letters;
  std::array<bool, kMostLetters> begins;
  std::size_t size = 0;
  std::size_t nearest = 0;  // the first of those among the last kReach bytes
};

NameWords::Words::Words(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word.starts_with('.')) {
      endings_.push_back(word);
    } else if (word.ends_with('/')) {
      directories_.push_back(word);
    } else {
      const bool begins = word.starts_with('^');
      if (word.size() - (begins ? 1 : 0) < 2) continue;  // rule.cpp has refused it
      words_.push_back({word.substr(begins ? 1 : 0), begins});
    }
  }
  std::ranges::sort(words_, {}, &Word::beginning);
  for (std::size_t i = words_.size(); i > 0; --i) {
    first_[words_[i - 1].beginning()] = static_cast<std::uint16_t>(i);
  }
}

std::size_t NameWords::Words::Word::beginning() const noexcept {
  return cork::secrets::beginning(letters[0], letters[1]);
}

bool NameWords::Words::any_in(const Letters& name, std::size_t from) const noexcept {
  const std::string_view letters = name.all();
  for (std::size_t i = from; i + 1 < letters.size(); ++i) {
    const std::size_t here = beginning(letters[i], letters[i + 1]);
    if (first_[here] == 0) continue;
    const std::string_view rest = letters.substr(i);
    for (std::size_t j = first_[here] - 1u; j < words_.size() && words_[j].beginning() == here;
         ++j) {
      if (rest.starts_with(words_[j].letters) && (!words_[j].begins || name.begins[i])) return true;
    }
  }
  return false;
}

bool NameWords::Words::any_ends(std::string_view name) const noexcept {
  return std::ranges::any_of(endings_, [&](const std::string& ending) {
    return name.size() > ending.size() &&
           equal_in_any_case(name.substr(name.size() - ending.size()), ending);
  });
}

bool NameWords::Words::any_before(std::string_view text) const noexcept {
  return std::ranges::any_of(directories_, [&](const std::string& directory) {
    return text.size() >= directory.size() &&
           equal_in_any_case(text.substr(text.size() - directory.size()), directory);
  });
}

NameWords::NameWords(const std::vector<std::string>& named,
                     const std::vector<std::string>& not_named)
    : named_(named), not_named_(not_named), asked_(!named.empty() || !not_named.empty()) {}

bool NameWords::is_word(std::string_view word) noexcept {
  const std::size_t least = tells_place(word) ? 1 : 2;
  if (word.starts_with('^') || word.starts_with('.')) {
    word.remove_prefix(1);
  } else if (word.ends_with('/')) {
    word.remove_suffix(1);
  }
  return word.size() >= least && std::ranges::all_of(word, [](char c) {
           return is_digit(c) || (is_alpha(c) && to_lower(c) == c);
         });
}

bool NameWords::tells_place(std::string_view word) noexcept {
  return word.starts_with('.') || word.ends_with('/');
}

std::size_t NameWords::reach() const noexcept {
  return asked_ ? kReach : 0;
}

bool NameWords::is_elsewhere(std::string_view before, std::string_view name) const noexcept {
  return not_named_.any_ends(name) || not_named_.any_before(before) || ends_in_account(before);
}

bool NameWords::admit(std::string_view text, std::size_t match, std::size_t secret) const {
  if (!asked_) return true;
  const std::size_t floor = match > kReach ? match - kReach : 0;
  while (match > floor && is_named(text[match - 1])) --match;
  const Letters name(text.substr(match, secret - match));
  if ((!named_.empty() && !named_.any_in(name)) || not_named_.any_in(name)) return false;
  std::size_t end = match;
  while (end < secret && is_named(text[end])) ++end;
  return !is_elsewhere(text.substr(0, match), text.substr(match, end - match));
}

bool NameWords::may_name(std::string_view text, std::size_t secret) const {
  if (!asked_) return true;
  const std::size_t floor = secret - std::min(secret, kMostBetween);
  std::size_t end = secret;
  while (end > floor && !is_alnum(text[end - 1])) --end;
  if (end == floor) return true;
  const std::size_t least = end - std::min(end, kReach + kMostMatched);
  std::size_t begin = end;
  while (begin > least && is_named(text[begin - 1])) --begin;
  const std::string_view written = text.substr(begin, end - begin);
  const Letters name(written);
  if (stands_between(name.all(), text[end])) return true;
  if (!assigns(text.substr(end, secret - end))) return false;
  // Of the name, a match that begins at its end sees no more than the last kReach bytes.
  if ((!named_.empty() && !named_.any_in(name)) || not_named_.any_in(name, name.nearest)) {
    return false;
  }
  return begin == least || !is_elsewhere(text.substr(0, begin), written);
}

bool NameWords::may_admit(std::string_view text) const {
  if (named_.empty()) return true;
  // A word that one piece cuts is in the next.
  constexpr std::size_t step = kMostLetters - kReach;
  for (std::size_t at = 0; at < text.size(); at += step) {
    if (named_.any_in(Letters(text.substr(at, kMostLetters)))) return true;
  }
  return false;
}

}  // namespace cork::secrets
