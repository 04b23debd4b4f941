// Words of digits that stand for nothing, as nearly all names in code do: one, or one and what
// follows it behind white space. Told from the text itself, before its digits are read.
//
// Pure. `Code` is one of digit_codes.h.
//
//   if (const std::size_t end = end_of_empty_digits<Base64, 4>(text, at, masks)) at = end;
#pragma once

#include "base/byte_runs.h"
#include "base/squeeze.h"
#include "rules/secrets/digit_codes.h"
#include "rules/secrets/digit_marks.h"
#include "rules/secrets/digit_stretches.h"
#include "rules/secrets/encoded_runs.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cork::secrets {

// What a magic number is found by, as it is spelled: see base/byte_runs.h.
template <class Code>
struct SpelledMarks {
  static constexpr std::size_t kCount = Code::kMarks.size();
  static constexpr unsigned char first(std::size_t mark, unsigned char c) noexcept {
    return static_cast<unsigned char>(Code::has(c) & Marks<Code>::first(mark, Code::digit(c)));
  }
  static constexpr unsigned char second(std::size_t mark, unsigned char c) noexcept {
    return static_cast<unsigned char>(Code::has(c) & Marks<Code>::second(mark, Code::digit(c)));
  }
};

// Whether a word of `size` digits begins as zlib data does, or does behind the first: the letter of
// an escape.
template <class Code>
bool spells_zlib(const char* word, std::size_t size) noexcept {
  constexpr std::size_t most = kZlibDigits<Code> + 1;
  if (size < most) return false;
  // Nearly all words have another first byte, so the digits of that are read first.
  std::array<Digit, most> digits;
  for (std::size_t i = 0; i <= Code::kGroup; ++i) {
    digits[i] = Code::kDigits[static_cast<unsigned char>(word[i])];
  }
  std::array<std::array<char, Code::kBytes>, 2> first;
  Code::decode(digits.data(), first[0].data());
  Code::decode(digits.data() + 1, first[1].data());
  if (!may_be_zlib(first[0][0]) && !may_be_zlib(first[1][0])) return false;
  for (std::size_t i = Code::kGroup + 1; i < most; ++i) {
    digits[i] = Code::kDigits[static_cast<unsigned char>(word[i])];
  }
  return are_zlib<Code>(digits.data()) || are_zlib<Code>(digits.data() + 1);
}

// Whether a mark is spelled at one of those places.
template <class Code>
bool spells_mark(const char* word, std::uint64_t places) noexcept {
  for (; places != 0; places &= places - 1) {
    const char* const at = word + std::countr_zero(places);
    const auto digit = [at](std::size_t i) {
      return Code::digit(static_cast<unsigned char>(at[i]));
    };
    if (is_mark<Code>(digit(0), digit(1), digit(2))) return true;
  }
  return false;
}

// Where a group of ASCII may begin, of the 64 bytes at `word`; all that it asks for stands there.
template <class Code, std::size_t kDigit = 0>
[[gnu::always_inline]] inline std::uint64_t may_spell_ascii(const char* word, auto masks) noexcept {
  if constexpr (kDigit == Code::kAsciiBits.size()) {
    return ~std::uint64_t{0};
  } else {
    using Without = WithoutBit<Code, Code::kAsciiBits[kDigit]>;
    return masks.template of<Without>(word) >> kDigit &
           may_spell_ascii<Code, kDigit + 1>(word, masks);
  }
}

// Whether digits may go on behind white space that `behind` begins with. Most words are followed by
// another thing than a word.
template <class Code>
bool may_go_on(const char* behind) noexcept {
  if (!is_between_lines(behind[0])) return false;
  return is_between_lines(behind[1]) || Code::has(static_cast<unsigned char>(behind[1])) != 0;
}

// Whether nothing that decodes to kGroups groups of ASCII is among the `size` digits at `word`, and
// no compressed container begins there. From `word` on, 65 bytes can be read.
template <class Code, std::size_t kGroups>
[[gnu::always_inline]] inline bool is_empty_word(const char* word, std::size_t size,
                                                 auto masks) noexcept {
  const std::uint64_t own = (std::uint64_t{1} << size) - 1;
  const std::uint64_t ascii = may_spell_ascii<Code>(word, masks) & own >> (Code::kGroup - 1);
  if (groups_in_a_row(ascii, 0, kGroups, Code::kGroup) != 0) return false;
  const std::uint64_t marks = masks.template of_pairs<SpelledMarks<Code>>(word) & own >> 2;
  return !spells_mark<Code>(word, marks) && !spells_zlib<Code>(word, size);
}

// The same of a word that goes on behind white space: where the next one ends, if that does not go
// on itself, and neither word, nor the two together, stands for anything. Else 0. `digits` are
// those of the 64 bytes at `word`.
template <class Code, std::size_t kGroups>
[[gnu::always_inline]] inline std::size_t end_of_two_empty_words(const char* word, std::size_t size,
                                                                 std::uint64_t digits,
                                                                 auto masks) noexcept {
  if (size < kShortestLine) return 0;
  const std::uint64_t white = masks.template of<BetweenLines>(word);
  const std::size_t next = size + static_cast<std::size_t>(std::countr_one(white >> size));
  if (next >= 64) return 0;
  const auto next_size = static_cast<std::size_t>(std::countr_one(digits >> next));
  const std::size_t end = next + next_size;
  if (end >= 64 || may_go_on_behind(next_size, 0, word[end])) return 0;
  if (spells_zlib<Code>(word + next, next_size)) return 0;
  std::array<char, 64 + kSqueezeRoom> both{};
  squeeze_block(word, digits & ((std::uint64_t{1} << end) - 1), both.data(), masks);
  return is_empty_word<Code, kGroups>(both.data(), size + next_size, masks) ? end : 0;
}

// The most digits of a word, and the two bytes behind them that may_go_on() asks for.
inline constexpr std::size_t kReadOfWord = 65;

// Of the digits that begin at `at`: where they end, which is behind the next word, or the white
// space alone, where they may go on there; if that is in sight, nothing that decodes to kGroups
// groups of ASCII is among them, and no compressed container begins there. Else 0. `masks` as
// by_masks() has them.
template <class Code, std::size_t kGroups>
[[gnu::always_inline]] inline std::size_t end_of_empty_digits(std::string_view text, std::size_t at,
                                                              auto masks) noexcept {
  if (text.size() < at + kReadOfWord) return 0;
  const char* const word = text.data() + at;
  const std::uint64_t digits = masks.template of<Code>(word);
  const auto size = static_cast<std::size_t>(std::countr_one(digits));
  if (size == 64 || size < Code::kGroup) return 0;
  if (may_go_on<Code>(word + size)) {
    const std::size_t end = end_of_two_empty_words<Code, kGroups>(word, size, digits, masks);
    return end == 0 ? 0 : at + end;
  }
  return is_empty_word<Code, kGroups>(word, size, masks) ? at + size : 0;
}

}  // namespace cork::secrets
