#include "rules/secrets/rule_examples.h"

#include "base/ascii.h"
#include "base/diagnostic.h"
#include "rules/secrets/checksum.h"

#include <hs/hs.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <vector>

namespace cork::secrets {

namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigit = "0123456789";
constexpr std::size_t kMaxRun = 65'536;

// What is drawn looks written once in a thousand times, and `entropy` and `random` are there to say
// so: an example of a rule that has them fails when so many draws in a row are not found. Of three
// thousand, one or two would fail on every run else.
constexpr int kDraws = 3;

struct Alphabet {
  std::string_view name;
  std::string letters;
};
// What {name:N} draws from.
const std::vector<Alphabet>& alphabets() {
  static const std::string lower(kLower), upper(kUpper), digit(kDigit);
  static const std::vector<Alphabet> all{
      {"alnum", digit + upper + lower},
      {"lower", lower},
      {"upper", upper},
      {"digit", digit},
      {"hex", digit + "abcdef"},
      {"HEX", digit + "ABCDEF"},
      {"base64", upper + lower + digit + "+/"},
      {"base64url", upper + lower + digit + "-_"},
      {"base32", upper + "234567"},
      {"lalnum", lower + digit},
      {"ualnum", upper + digit},
  };
  return all;
}

// The bytes that {name:N} draws from; empty: no such name.
std::string_view alphabet(std::string_view name) {
  const auto found = std::ranges::find(alphabets(), name, &Alphabet::name);
  return found == alphabets().end() ? std::string_view() : found->letters;
}

std::unexpected<Error> no_alphabet(std::string_view name) {
  std::vector<std::string_view> known{"crc32"};
  for (const Alphabet& one : alphabets()) known.push_back(one.name);
  std::string what = "no kind of characters is called '" + std::string(name) + "'";
  if (const std::string_view meant = nearest(name, known); !meant.empty()) {
    return fail(what + ": did you mean '" + std::string(meant) + "'?");
  }
  for (std::size_t i = 0; i < known.size(); ++i) {
    what += (i == 0 ? "; there are " : ", ") + std::string(known[i]);
  }
  return fail(what);
}

bool is_spaced_digit(char c) {
  return is_digit(c) || c == ' ' || c == '-';
}
bool is_spaced_upper(char c) {
  return is_spaced_digit(c) || (is_alpha(c) && to_lower(c) != c);
}

class Expansion {
 public:
  explicit Expansion(std::mt19937_64& random) : random_(random) {}

  // "alnum:36"
  Result<bool> add(std::string_view field) {
    const std::size_t colon = field.find(':');
    std::size_t count = 0;
    const std::string_view number = colon == field.npos ? "" : field.substr(colon + 1);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), count);
    if (error != std::errc() || end != number.data() + number.size() || count > kMaxRun) {
      return fail("'{" + std::string(field) + "}' is not of the form {name:number}");
    }
    const std::string_view name = field.substr(0, colon);
    if (name == "crc32") {
      text += crc32_in_base62(drawn_, count);
      return true;
    }
    if (const auto made = made_up(name, count); made) {
      text += *made;
      return true;
    }
    const std::string_view letters = alphabet(name);
    if (letters.empty()) return no_alphabet(name);
    drawn_ += drawn(letters, count);
    text += std::string_view(drawn_).substr(drawn_.size() - count);
    return true;
  }

  // Fills in what depends on all that follows it.
  void finish() {
    for (const std::size_t at : mod97_) {
      const auto end = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(),
                                        is_spaced_upper);
      const std::size_t begin = at - std::min<std::size_t>(at, 2);
      const auto size = static_cast<std::size_t>(end - text.begin()) - begin;
      text.replace(at, 2, mod97_digits(std::string_view(text).substr(begin, size)));
    }
  }

  std::string text;

 private:
  std::string drawn(std::string_view letters, std::size_t count) {
    std::uniform_int_distribution<std::size_t> pick(0, letters.size() - 1);
    std::string made;
    for (std::size_t i = 0; i < count; ++i) made.push_back(letters[pick(random_)]);
    return made;
  }

  std::string drawn_bytes(std::size_t count) {
    std::uniform_int_distribution<int> pick(0, 255);
    std::string bytes;
    for (std::size_t i = 0; i < count; ++i) bytes.push_back(static_cast<char>(pick(random_)));
    return bytes;
  }

  // What has a form of its own; nullopt: it is none of these.
  std::optional<std::string> made_up(std::string_view name, std::size_t count) {
    if (name == "luhn" && count == 1) {
      const auto digits = std::find_if_not(text.rbegin(), text.rend(), is_spaced_digit).base();
      return std::string(1, luhn_digit({digits, text.end()}));
    }
    if (name == "mod97" && count == 2) {
      mod97_.push_back(text.size());
      return "00";
    }
    // Of 51 characters with one public key, of 52 with the other.
    if (name == "wif" && (count == 51 || count == 52)) {
      return in_base58check('\x80' + drawn_bytes(32) + std::string(count - 51, '\x01'));
    }
    if (name == "xprv" && count == 111) {
      return in_base58check("\x04\x88\xad\xe4" + drawn_bytes(74));
    }
    if (name == "words") return listed(count, ' ', [this] { return drawn(kLower, 3 + below(6)); });
    if (name == "bytes") return listed(count, ',', [this] { return std::to_string(below(256)); });
    return std::nullopt;
  }

  std::size_t below(std::size_t number) {
    return std::uniform_int_distribution<std::size_t>(0, number - 1)(random_);
  }

  template <class Make>
  std::string listed(std::size_t count, char separator, Make make) {
    std::string list;
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) list.push_back(separator);
      list += make();
    }
    return list;
  }

  std::string drawn_;
  std::vector<std::size_t> mod97_;  // where its digits are to be
  std::mt19937_64& random_;
};

struct Search {
  RuleIndex wanted;
  std::vector<std::size_t> ends;
};

int on_match(unsigned id, unsigned long long, unsigned long long to, unsigned,
             void* context) noexcept {
  auto& search = *static_cast<Search*>(context);
  if (id == search.wanted) search.ends.push_back(static_cast<std::size_t>(to));
  return 0;
}

bool finds(const Ruleset& rules, RuleIndex rule, std::string_view text,
           const WorkerScratch& scratch) {
  Search search{rule, {}};
  hs_scan(rules.block_database(), text.data(), static_cast<unsigned>(text.size()), 0, scratch.get(),
          &on_match, &search);
  std::size_t examined = 0;
  return std::ranges::any_of(search.ends, [&](std::size_t end) {
    return rules.confirm(rule, text, end, false, examined).has_value();
  });
}

}  // namespace

Result<std::string> expand_example(std::string_view pattern, std::mt19937_64& random) {
  Expansion expansion(random);
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] != '{') {
      expansion.text.push_back(pattern[at++]);
    } else if (pattern.substr(at).starts_with("{{")) {
      expansion.text.push_back('{');
      at += 2;
    } else {
      const std::size_t close = pattern.find('}', at);
      if (close == pattern.npos) return fail("a '{' without its '}'; a brace itself is '{{'");
      const Result<bool> added = expansion.add(pattern.substr(at + 1, close - at - 1));
      if (!added) return std::unexpected(added.error());
      at = close + 1;
    }
  }
  expansion.finish();
  return std::move(expansion.text);
}

std::vector<FailedExample> run_examples(const Ruleset& rules, std::mt19937_64& random,
                                        std::string_view part) {
  std::vector<FailedExample> problems;
  const WorkerScratch scratch(rules);
  const auto run = [&](const Rule& rule, const std::string& pattern, bool expected) {
    const auto index = static_cast<RuleIndex>(&rule - rules.rules().data());
    for (int draw = 1;; ++draw) {
      const Result<std::string> text = expand_example(pattern, random);
      if (!text) {
        problems.push_back({index, pattern + ": " + text.error().what});
      } else if (finds(rules, index, *text, scratch) != expected) {
        const bool by_chance = rule.entropy > 0 || rule.random;
        if (expected && by_chance && draw < kDraws) continue;
        std::string what = (expected ? "does not find " : "finds ") + pattern;
        if (*text != pattern) what += ", such as " + *text;
        problems.push_back({index, std::move(what)});
      }
      return;
    }
  };
  for (const Rule& rule : rules.rules()) {
    if (!rule.id.contains(part)) continue;
    for (const std::string& pattern : rule.examples) run(rule, pattern, true);
    for (const std::string& pattern : rule.non_examples) run(rule, pattern, false);
  }
  return problems;
}

}  // namespace cork::secrets
