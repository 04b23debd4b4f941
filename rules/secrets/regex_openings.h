// Where a match of a regex may begin, or go on, behind a backslash that does not belong to it when
// it is that of an escape; or a word that is asked for beside it.
//
// Pure.
//
//   openings_of(*parse_regex("npm_[a-z]{20}"));   // one: 'n', 'p', 'm', '_' and 20 letters
#pragma once

#include "rules/secrets/byte_class.h"
#include "rules/secrets/regex_parser.h"

#include <optional>
#include <string_view>
#include <vector>

namespace cork::secrets {

// What stands behind the backslash of an escape that stands for something else.
inline constexpr std::string_view kEscapeLetters = "bfnrtuUx01234567";

// Whether all that escapes stand for which separate (see escapes.h) is in it.
[[nodiscard]] bool takes_separators(const ByteSet& set);

struct Opening {
  ByteSet before;              // what stands in front of the backslash
  std::vector<ByteSet> bytes;  // what follows it, one set a byte; behind them is anything
  bool random = false;         // and the word that it is looks as if made by chance

  friend bool operator==(const Opening&, const Opening&) = default;
};

// Those that some match may have, and a match in the text without the escape has not: the backslash
// is part of it, or in front of it, and the letter behind that is needed. More than there are,
// where that is simpler; for a regex none of whose classes takes both a backslash and such a letter
// and leaves out what an escape may stand for (see RegexShape::spells_escapes). nullopt: there is
// one that fits too much.
[[nodiscard]] std::optional<std::vector<Opening>> openings_of(const RegexNode& regex);

// The same of a word in lower case, where it is looked for in any case, with some of `between`
// between its letters; nullopt: it begins with no letter of an escape.
[[nodiscard]] std::optional<Opening> opening_of(std::string_view word, std::string_view between);

// Adds it, and keeps of two the one that fits all that the other fits.
void add_unless_told(std::vector<Opening>& openings, Opening opening);

}  // namespace cork::secrets
