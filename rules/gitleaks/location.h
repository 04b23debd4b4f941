// Lines and columns as gitleaks counts them.
//
// Immutable; borrows the text, which must outlive it.
//
//   const Lines lines(text);
//   lines.locate({begin, end}).start_line;  // 0-based
#pragma once

#include "rules/gitleaks/pattern.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace cork::gitleaks {

// A line begins, for gitleaks, with the newline that ends the one before: columns count from 1 in
// the first line of a text and from 2 in the others. A match behind the last newline has all of
// the text before it for its line.
struct Location {
  std::size_t start_line = 0, end_line = 0;      // 0-based
  std::size_t start_column = 0, end_column = 0;  // in bytes
  Span line;                                     // what `gitleaks:allow` is looked for in
  // 1-based in every line, the second one behind the match; 0 where gitleaks gives no end.
  std::size_t true_column = 0, true_end_column = 0;
};

class Lines {
 public:
  explicit Lines(std::string_view text);

  // A place beyond the text is taken for its end.
  [[nodiscard]] Location locate(Span match) const;

 private:
  [[nodiscard]] std::size_t begin_of(std::size_t line) const;
  [[nodiscard]] Location behind_the_last(Span match) const;

  std::string_view text_;
  std::vector<std::size_t> newlines_;  // never empty: a text without any ends like one
};

}  // namespace cork::gitleaks
