// One rule ready to confirm what Hyperscan reports: its regexes, its width and its suppressors.
//
// Immutable once made; RE2 objects are safe to share between threads.
#pragma once

#include "base/diagnostic.h"
#include "base/result.h"
#include "rules/secrets/regex_shape.h"
#include "rules/secrets/rule.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace cork::secrets {

class CompiledRule {
 public:
  // All that is wrong with the rule on its own.
  static Result<CompiledRule, Diagnostics> make(const Rule& rule);
  ~CompiledRule();
  CompiledRule(CompiledRule&&) noexcept;
  CompiledRule& operator=(CompiledRule&&) = delete;

  struct Span {
    std::size_t begin, end;
  };
  // The secret of a match in `text` that ends at `end` and that no suppressor drops. Every start
  // within the width is tried, so that a rejected candidate cannot hide one that it overlaps. Adds
  // the bytes that were looked at to `examined`.
  [[nodiscard]] std::optional<Span> confirm(std::string_view text, std::size_t end, bool folded,
                                            std::size_t& examined) const;

  // What Hyperscan is to look for.
  [[nodiscard]] const std::string& pattern() const noexcept { return shape_.decided; }
  // The most bytes a match takes; for a rule that only records and has no bound, a cap.
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  // How far before a match's end confirm() looks, context for \b included.
  [[nodiscard]] std::size_t look_back() const noexcept;
  [[nodiscard]] const ByteSet& credential() const noexcept { return shape_.credential; }
  [[nodiscard]] const std::string& anchor() const noexcept { return shape_.anchor; }
  // Its credential may hold what also separates values, so only the anchor tells where it began.
  [[nodiscard]] bool needs_anchor() const noexcept;

 private:
  CompiledRule();
  [[nodiscard]] bool suppressed(std::string_view secret) const;
  [[nodiscard]] bool keyword_near(std::string_view text, std::size_t end) const;
  void compile_regexes(const Rule& rule, Diagnostics& problems);
  void measure(const Rule& rule, Diagnostics& problems);

  RegexShape shape_;
  std::size_t width_ = 0;
  bool fixed_width_ = false;
  int secret_group_ = 0;
  int groups_ = 0;
  double entropy_ = 0;
  std::vector<std::string> keywords_;
  std::vector<std::string> stopwords_;
  std::unique_ptr<re2::RE2> exact_, folded_;
  std::vector<std::unique_ptr<re2::RE2>> allowed_;
};

}  // namespace cork::secrets
