// A word of digits that stands for nothing, as nearly all names in code do: told from the text
// itself, before its digits are read.
//
// Pure. `Code` is one of digit_codes.h.
//
//   if (const std::size_t end = end_of_empty_word<Base64, 4>(text, at)) at = end;
#pragma once

#include "base/byte_runs.h"
#include "rules/secrets/containers.h"
#include "rules/secrets/digit_codes.h"
#include "rules/secrets/digit_stretches.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cork::secrets {

// What a magic number is found by, as it is spelled.
template <class Code, Digit Mark::* kWhich>
struct SpelledMark {
  static constexpr unsigned char has(unsigned char c) noexcept {
    return Code::has(c) & MarkDigit<Code::kMarks, kWhich>::has(Code::digit(c));
  }
};

// Whether those digits may be the first of zlib data.
template <class Code>
bool may_spell_zlib(const char* text) noexcept {
  std::array<Digit, Code::kGroup> digits{};
  for (std::size_t i = 0; i < 2; ++i) {
    digits[i] = Code::digit(static_cast<unsigned char>(text[i]));
  }
  std::array<char, Code::kBytes> bytes;
  Code::decode(digits.data(), bytes.data());
  return may_be_zlib(bytes[0]);
}

// Whether digits may go on behind white space that `behind` begins with. Most words are followed by
// another thing than a word.
template <class Code>
bool may_go_on(const char* behind) noexcept {
  if (!is_between_lines(behind[0])) return false;
  return is_between_lines(behind[1]) || Code::has(static_cast<unsigned char>(behind[1])) != 0;
}

// Of the digits that begin at `at`: where they end, if that is in sight, they do not go on in
// another line, nothing that decodes to kGroups groups of ASCII is among them, and no compressed
// container begins there. Else 0.
template <class Code, std::size_t kGroups>
std::size_t end_of_empty_word(std::string_view text, std::size_t at) noexcept {
  if (text.size() < at + 66) return 0;
  const char* const word = text.data() + at;
  return by_masks([word, at](auto masks) __attribute__((always_inline)) -> std::size_t {
    const auto size = static_cast<std::size_t>(std::countr_one(masks.template of<Code>(word)));
    if (size == 64 || size < Code::kGroup || may_go_on<Code>(word + size)) return 0;
    const std::uint64_t own = (std::uint64_t{1} << size) - 1;
    const std::uint64_t ascii = masks.template of<AsciiFirst<Code>>(word) & own;
    if (groups_in_a_row(ascii, 0, kGroups, Code::kGroup) != 0) return 0;
    const std::uint64_t marks = masks.template of<SpelledMark<Code, &Mark::first>>(word) &
                                masks.template of<SpelledMark<Code, &Mark::second>>(word) >> 1 &
                                own >> 1;
    const bool zlib = may_spell_zlib<Code>(word) || may_spell_zlib<Code>(word + 1);
    return marks != 0 || zlib ? 0 : at + size;
  });
}

}  // namespace cork::secrets
