#include "rules/secrets/openings.h"

#include "base/ascii.h"
#include "rules/secrets/randomness.h"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

namespace cork::secrets {
namespace {

constexpr std::size_t kLongestWord = 64;

// What may go on at the end of `text` is cut there.
std::string_view word_of(const Opening& opening, std::string_view text) {
  const ByteSet& alphabet = opening.bytes.back();
  text = text.substr(0, kLongestWord);
  const auto end = std::ranges::find_if_not(
      text, [&](char c) { return alphabet[static_cast<unsigned char>(c)]; });
  return {text.begin(), end};
}

// Does a word begin so that is none? It may be cut anywhere.
bool begins_at_random(std::string_view word) {
  constexpr std::size_t shortest = 16, step = 16;
  const auto any = [&](auto is) { return std::ranges::any_of(word, is); };
  if (!any(is_digit) && !(any(is_upper) && any(is_lower))) return false;
  if (looks_random(word)) return true;
  for (std::size_t size = shortest; size < word.size(); size += step) {
    if (looks_random(word.substr(0, size))) return true;
  }
  return false;
}

// Of how many bytes of a text in words one is in the set, about.
double share_of_text(const ByteSet& set) {
  static const ByteSet lower = byte_range('a', 'z'), upper = byte_range('A', 'Z'),
                       digits = byte_range('0', '9'), others = ~(lower | upper | digits);
  const auto of = [&](const ByteSet& kind, double share) {
    return share * static_cast<double>((set & kind).count()) / static_cast<double>(kind.count());
  };
  return of(lower, 0.65) + of(upper, 0.1) + of(digits, 0.06) + of(others, 0.19);
}

// Openings that share a bit, as one that fits all that they fit.
struct Shared {
  ByteSet before;
  std::array<ByteSet, Openings::kBytes> bytes;

  explicit Shared(const Opening& opening) : before(opening.before) {
    std::ranges::copy(std::span(opening.bytes).first(std::min(opening.bytes.size(), bytes.size())),
                      bytes.begin());
    for (std::size_t i = opening.bytes.size(); i < bytes.size(); ++i) bytes[i].set();
  }
  void add(const Shared& other) {
    before |= other.before;
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] |= other.bytes[i];
  }
  // How often it fits by chance.
  [[nodiscard]] double chance() const {
    double all = share_of_text(before);
    for (const ByteSet& set : bytes) all *= share_of_text(set);
    return all;
  }
};

// In an order in which alike ones stand side by side.
bool comes_before(const Opening& a, const Opening& b) {
  const auto key = [](const ByteSet& set) {
    std::size_t c = 0;
    while (c < set.size() && !set[c]) ++c;
    return std::pair(set.count(), c);
  };
  if (key(a.before) != key(b.before)) return key(a.before) < key(b.before);
  return std::ranges::lexicographical_compare(
      a.bytes, b.bytes,
      [&](const ByteSet& one, const ByteSet& other) { return key(one) < key(other); });
}

}  // namespace

// Joins neighbours until each has its bit, those first that are then fitted by little more.
Openings::Openings(std::vector<Opening> openings) {
  for (Opening& opening : openings) add_unless_told(openings_, std::move(opening));
  std::ranges::sort(openings_, comes_before);
  struct Group {
    Shared shared;
    std::size_t begin;
    double cost = 0;  // of joining it with the next
  };
  std::vector<Group> groups;
  groups.reserve(openings_.size());
  for (std::size_t i = 0; i < openings_.size(); ++i) groups.push_back({Shared(openings_[i]), i});
  const auto measure = [&](std::size_t i) {
    Shared both = groups[i].shared;
    both.add(groups[i + 1].shared);
    groups[i].cost = both.chance() - groups[i].shared.chance() - groups[i + 1].shared.chance();
  };
  for (std::size_t i = 0; i + 1 < groups.size(); ++i) measure(i);
  while (groups.size() > kBits) {
    const auto best = std::ranges::min_element(groups.begin(), groups.end() - 1, {}, &Group::cost);
    best->shared.add(std::next(best)->shared);
    const auto at = static_cast<std::size_t>(best - groups.begin());
    groups.erase(best + 1);
    if (at > 0) measure(at - 1);
    if (at + 1 < groups.size()) measure(at);
  }
  for (std::size_t bit = 0; bit < groups.size(); ++bit) {
    begins_.push_back(groups[bit].begin);
    groups_.add(bit, groups[bit].shared.before, groups[bit].shared.bytes);
  }
  begins_.push_back(openings_.size());
  each_.resize((openings_.size() + kBits - 1) / kBits);
  for (std::size_t i = 0; i < openings_.size(); ++i) {
    each_[i / kBits].add(i % kBits, openings_[i].before, openings_[i].bytes);
  }
}

void Openings::Bits::add(std::size_t bit, const ByteSet& in_front, std::span<const ByteSet> bytes) {
  const std::uint64_t mask = std::uint64_t{1} << bit;
  all |= mask;
  const auto set = [mask](Table& table, const ByteSet& of) {
    for (std::size_t c = 0; c < table.size(); ++c) {
      if (of[c]) table[c] |= mask;
    }
  };
  set(before, in_front);
  static const ByteSet any = ByteSet().set();
  for (std::size_t i = 0; i < kBytes; ++i) set(behind[i], i < bytes.size() ? bytes[i] : any);
}

bool Openings::fits(std::uint64_t groups, std::optional<char> before,
                    std::string_view behind) const {
  for (; groups != 0; groups &= groups - 1) {
    const auto group = static_cast<std::size_t>(std::countr_zero(groups));
    const std::size_t begin = begins_[group], end = begins_[group + 1];
    for (std::size_t some = begin / kBits; some * kBits < end; ++some) {
      std::uint64_t open = each_[some].open_whole(before, behind.data());
      for (; open != 0; open &= open - 1) {
        const std::size_t i = some * kBits + static_cast<std::size_t>(std::countr_zero(open));
        if (i >= begin && i < end && fits(openings_[i], behind)) return true;
      }
    }
  }
  return false;
}

// What stands in front of it does, and the first kBytes.
bool Openings::fits(const Opening& opening, std::string_view behind) {
  const auto is_in = [](const ByteSet& set, char c) { return set[static_cast<unsigned char>(c)]; };
  if (opening.bytes.size() > kBytes) {
    const std::string_view more = behind.substr(kBytes, opening.bytes.size() - kBytes);
    const auto sets = std::span(opening.bytes).subspan(kBytes);
    if (std::ranges::mismatch(sets, more, is_in).in2 != more.end()) return false;
  }
  if (!opening.random) return true;
  const std::string_view word = word_of(opening, behind);
  const bool cut = word.size() == behind.size() && word.size() < kLongestWord;
  return cut || begins_at_random(word);
}

}  // namespace cork::secrets
