// What is wrong with something a person wrote: what, where, and what to write instead.
//
// Pure values. Every reader of human-written input collects all of its diagnostics before it gives
// up, so that one run shows every error.
//
//   Diagnostic wrong{"unknown key 'metod'", {file, 12, 9}, "did you mean 'methods'?"};
//   return std::unexpected(Diagnostics{std::move(wrong)});
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cork {

struct Where {
  std::string file;
  int line = 0;    // 1-based; 0: the whole file
  int column = 0;  // 1-based, in bytes; 0: the whole line

  bool operator==(const Where&) const = default;
};

// "cork.yaml:12:9", "cork.yaml:12", "cork.yaml".
[[nodiscard]] std::string to_string(const Where& where);

struct Diagnostic {
  std::string what;
  Where where;
  std::string hint;  // what to write instead; may be empty
};

using Diagnostics = std::vector<Diagnostic>;

// One or two lines each, control characters escaped:
//   cork.yaml:12:9: error: unknown key 'metod'
//       did you mean 'methods'?
[[nodiscard]] std::string render(const Diagnostics& diagnostics);

// By line and column; those of a file stay together, the file first that was told of first.
[[nodiscard]] Diagnostics in_order(Diagnostics diagnostics);

// The known word nearest to `word` by edit distance, or the only one that begins with it; "" where
// none is near enough to be meant.
// The view is one of `known`.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       const std::vector<std::string_view>& known);

}  // namespace cork
