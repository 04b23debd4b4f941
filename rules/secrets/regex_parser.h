// A regex in RE2's syntax as a tree, with where each quantifier is written.
//
// Pure. No back-references, no look-around: RE2 has none.
#pragma once

#include "base/result.h"
#include "rules/secrets/byte_class.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace cork::secrets {

struct RegexNode {
  enum class Kind : std::uint8_t {
    bytes,      // one byte out of `set`
    assertion,  // ^ $ \b \B \A \z: takes no byte, but may refuse
    sequence,
    alternatives,
    repeat,  // children[0], min to max times
    group,   // children[0]; capture > 0: that capture group
  };
  static constexpr int kOpen = -1;

  Kind kind = Kind::sequence;
  int capture = 0;
  int min = 1, max = 1;                                  // repeat; max may be kOpen
  char asserts = 0;                                      // assertion: one of "^$bBAz"
  std::size_t quantifier_begin = 0, quantifier_end = 0;  // in the regex's text
  bool ungreedy = false;  // here stands (?U) or (?-U), which RE2 alone takes
  ByteSet set;
  std::vector<RegexNode> children;

  explicit RegexNode(Kind of) : kind(of) {}

  // The fewest bytes a match takes; saturates far above any real regex.
  [[nodiscard]] std::size_t min_width() const noexcept;
  // Every match is empty.
  [[nodiscard]] bool empty() const noexcept;
  // Matches the empty text wherever it stands.
  [[nodiscard]] bool optional() const noexcept;
};

// What a match of `node` may begin with, where that is not empty.
[[nodiscard]] ByteSet first_bytes(const RegexNode& node);
// What one may end in that stands behind one of `before`, and may be empty.
[[nodiscard]] ByteSet last_bytes(const RegexNode& node, const ByteSet& before);

Result<RegexNode> parse_regex(std::string_view regex);

}  // namespace cork::secrets
