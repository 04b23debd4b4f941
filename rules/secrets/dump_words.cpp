#include "rules/secrets/dump_words.h"

#include "base/ascii.h"
#include "base/byte_runs.h"
#include "rules/secrets/digit_codes.h"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace cork::secrets {
namespace {

// Of 64 bytes, which are hexadecimal digits, and which belong to words of letters and digits. In
// front of a word's digits may stand the letter of a prefix, 0x, or that of an escape; behind them
// none.
struct Signs {
  std::uint64_t digits = 0, words = 0;

  // Where words begin: of two digits, and of four.
  [[nodiscard]] std::uint64_t pairs() const noexcept {
    return digits & digits >> 1 & ~(digits << 1 | words >> 2);
  }
  [[nodiscard]] std::uint64_t groups() const noexcept {
    return long_runs(digits, 4) & ~(digits << 1 | words >> 4);
  }
  // The last half of these, and the first of the next.
  [[nodiscard]] Signs middle(const Signs& next) const noexcept {
    return {digits >> 32 | next.digits << 32, words >> 32 | next.words << 32};
  }
};

// Whether so many bits are set.
constexpr bool at_least(int count, std::uint64_t bits) noexcept {
  for (; count > 1; --count) bits &= bits - 1;
  return bits != 0;
}

// Of words that begin where a bit is set: those that three more follow, each as far behind the
// last.
std::uint64_t four_words(std::uint64_t words, std::size_t least, std::size_t most) noexcept {
  if (!at_least(4, words)) return 0;
  std::uint64_t found = 0;
  for (std::size_t stride = least; stride <= most; ++stride) {
    const std::uint64_t two = words & words >> stride;
    found |= two & two >> (2 * stride);
  }
  return found;
}

// What stands behind a word, not nothing, is such an escape, or one of those that a program's
// strings and markup spell bytes with; so the word is no first one of a list.
bool begins_escape(std::string_view behind) noexcept {
  return EscapeMark::has(static_cast<unsigned char>(behind.front())) != 0 ||
         behind.starts_with("\\x") || behind.starts_with(";&#x");
}

// The first of four in the 64 bytes at `at`, of which the first may belong to what is `before`.
// text.size(): none.
std::size_t first_of_four(std::string_view text, std::size_t at, const Signs& signs, bool before,
                          bool of_groups) noexcept {
  const std::uint64_t pairs = four_words(signs.pairs(), 3, 6);
  const std::uint64_t groups = of_groups ? four_words(signs.groups(), 5, 5) : 0;
  std::uint64_t found = (pairs | groups) & ~static_cast<std::uint64_t>(before ? 1 : 0);
  for (; found != 0; found &= found - 1) {
    const auto bit = static_cast<std::size_t>(std::countr_zero(found));
    const bool pair = (pairs >> bit & 1) != 0;
    if (!pair || !begins_escape(text.substr(at + bit + 2))) return at + bit;
  }
  return text.size();
}

bool is_word(std::string_view text, std::size_t at, std::size_t size) noexcept {
  const bool ends = at + size >= text.size() || !is_alnum(text[at + size]);
  return ends && (at == 0 || hex_value(text[at - 1]) < 0) && is_hex(text.substr(at, size));
}

// The first of the words in front of the one at `word`: fewer than four, or they were found.
std::size_t first_word(std::string_view text, std::size_t word) noexcept {
  const std::size_t size = is_word(text, word, 2) ? 2 : 4;
  for (std::size_t stride = size + 1; stride <= size + kMostBetween; ++stride) {
    const std::size_t before = word - std::min(word, stride);
    if (stride > word || !is_word(text, before, size)) continue;
    if (begins_escape(text.substr(before + size))) continue;
    word = before;
    stride = size;
  }
  return word;
}

}  // namespace

bool is_hex(std::string_view word) noexcept {
  return std::ranges::all_of(word, [](char c) { return hex_value(c) >= 0; });
}

std::string_view without_prefix(std::string_view word) noexcept {
  return word.starts_with("0x") || word.starts_with("0X") ? word.substr(2) : word;
}

bool is_offset(std::string_view word, char behind) noexcept {
  const std::string_view digits = without_prefix(word);
  const std::size_t least = behind == ':' ? kShortestBeforeColon : kShortestOffset;
  return digits.size() >= least && (behind == ':' || behind == ' ') && is_hex(digits);
}

std::size_t with_offset(std::string_view text, std::size_t word) noexcept {
  std::size_t at = word;
  while (at > 0 && text[at - 1] == ' ') --at;
  if (at > 0 && text[at - 1] == ':') --at;
  const std::size_t end = at;
  while (at > 0 && end - at <= kLongestWord && hex_value(text[at - 1]) >= 0) --at;
  const bool fits = end < word && end - at <= kLongestWord;
  return fits && is_offset(text.substr(at, end - at), text[end]) ? at : word;
}

std::size_t find_four_words(std::string_view text, bool groups) noexcept {
  const std::size_t found = by_masks([text, groups](auto masks) __attribute__((always_inline)) {
    const auto signs_of = [masks](std::string_view from) __attribute__((always_inline)) {
      return Signs{masks.template of<Hex>(from), masks.template of<LetterOrDigit>(from)};
    };
    Signs before;
    std::uint64_t words_before = 0;  // of the last block
    for (std::size_t at = 0; at < text.size(); at += 64) {
      const Signs signs = signs_of(text.substr(at));
      const std::uint64_t words = signs.pairs() | (groups ? signs.groups() : 0);
      // Four words are less than half a block; of those in two, one may be cut.
      if (at_least(3, words_before >> 32 | words << 32) && at > 0) {
        const bool in_front = (before.digits >> 31 & 1) != 0;
        const std::size_t word =
            first_of_four(text, at - 32, before.middle(signs), in_front, groups);
        if (word < text.size()) return word;
      }
      if (at_least(4, words)) {
        const std::size_t word = first_of_four(text, at, signs, before.digits >> 63 != 0, groups);
        if (word < text.size()) return word;
      }
      before = signs;
      words_before = words;
    }
    return text.size();
  });
  return found == text.size() ? found : first_word(text, found);
}

}  // namespace cork::secrets
