// One rule ready to confirm what Hyperscan reports: its regexes, its width and its suppressors.
//
// Immutable once made; safe to share between threads.
//
//   auto rule = CompiledRule::make(written);
//   if (!rule) return report(rule.error());
//   rule->confirm(text, end, false, examined);
#pragma once

#include "base/diagnostic.h"
#include "base/result.h"
#include "rules/secrets/dropped.h"
#include "rules/secrets/lazy_regex.h"
#include "rules/secrets/name_words.h"
#include "rules/secrets/regex_shape.h"
#include "rules/secrets/rule.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {

// The fewest and the most bytes that a match of a pattern takes, as Hyperscan measures them.
struct Widths {
  static constexpr std::uint32_t kUnbounded = UINT32_MAX;

  std::uint32_t min = 0, max = kUnbounded;
  bool operator==(const Widths&) const = default;
};

class CompiledRule {
 public:
  // The most bytes that a match of a rule that blocks may take.
  static constexpr std::size_t kMaxBlockingWidth = 4096;

  // What is known of the rule's regex by reading it. An error says what cannot be read, which a
  // rule that only records may hold.
  static Result<RegexShape> shape_of(const Rule& rule);
  // False: Hyperscan does not take the regex, and searches for a wider one: regex_searched.h.
  [[nodiscard]] static bool is_searched_as_written(const Rule& rule);

  // All that is wrong with the rule on its own. `measured`: the widths of a rule that was made
  // before, of the same text; its regexes are not proved again, and made when they are needed.
  static Result<CompiledRule, Diagnostics> make(const Rule& rule, Result<RegexShape> shape,
                                                const Widths* measured = nullptr);
  static Result<CompiledRule, Diagnostics> make(const Rule& rule) {
    return make(rule, shape_of(rule));
  }

  struct Span {
    std::size_t begin, end;
  };
  // The secret of a match in `text` that ends at `end` and that no suppressor drops. Every start
  // within the width is tried, so that a rejected candidate cannot hide one that it overlaps. Adds
  // to `examined` the bytes that RE2 looked at; of those that are looked at more cheaply, a part.
  // `dropped`: of this rule in the same text, and kept from one end to the next.
  [[nodiscard]] std::optional<Span> confirm(std::string_view text, std::size_t end, bool folded,
                                            std::size_t& examined,
                                            Dropped* dropped = nullptr) const;

  // What that adds at least.
  [[nodiscard]] std::size_t cost() const noexcept;

  [[nodiscard]] Widths widths() const noexcept { return widths_; }
  // The most bytes a match takes; for a rule that only records and has no bound, a cap.
  [[nodiscard]] std::size_t width() const noexcept { return width_; }
  // How far before a match's end confirm() looks, context for \b included.
  [[nodiscard]] std::size_t look_back() const noexcept;
  [[nodiscard]] const ByteSet& credential() const noexcept { return shape_.credential; }
  [[nodiscard]] const std::vector<std::string>& anchors() const noexcept { return shape_.anchors; }
  // Its credential may hold what also separates values, so only an anchor tells where it began.
  [[nodiscard]] bool needs_anchor() const noexcept;
  // Its credential may hold blanks and yet no sentence: capitals, digits and signs that a checksum
  // ties together. A run of those tells where it may have begun, kept apart from other rules' runs:
  // no letter or digit of the run, no beginning.
  [[nodiscard]] bool has_own_run() const noexcept;
  // Why what it finds can only be recorded: "its match has no bound".
  [[nodiscard]] std::optional<std::string> cannot_block() const;

 private:
  CompiledRule(const Rule& rule, RegexShape shape);
  // Whether the rule itself drops `secret`, which is a part of `text`: too little entropy, not
  // drawn, allowed, or a wrong checksum where that decides, or where base64url goes on into it,
  // which is chance, as are short prefixes where much of that does. `folded`: the case is gone, and
  // neither is asked that it is part of.
  [[nodiscard]] bool suppressed(std::string_view text, std::string_view secret, bool folded) const;
  [[nodiscard]] bool wrong_by_checksum(std::string_view text, std::string_view secret,
                                       bool folded) const;
  [[nodiscard]] const std::string& anchor() const noexcept { return shape_.anchor; }
  [[nodiscard]] bool keyword_near(std::string_view text, std::size_t end) const;
  [[nodiscard]] bool may_hold(std::string_view text, std::size_t end, bool folded,
                              Dropped* dropped) const;
  [[nodiscard]] bool is_dropped(std::string_view text, std::size_t end, bool folded,
                                const Dropped& dropped) const;
  enum class Beginning : std::uint8_t { none, unnamed, possible };
  [[nodiscard]] Beginning may_begin_in(std::string_view text, std::size_t from,
                                       const ByteSet& before) const;
  [[nodiscard]] std::optional<Span> confirm_fixed(std::string_view text, std::size_t end,
                                                  bool folded, std::size_t& examined) const;
  [[nodiscard]] std::optional<Span> confirm_anchored(std::string_view text, std::size_t end,
                                                     std::size_t& examined) const;
  void prove(const Rule& rule, Diagnostics& problems) const;
  void measure(const Rule& rule, const Widths* measured, Diagnostics& problems);

  RegexShape shape_;
  std::string unread_;  // what of the regex could not be read
  Widths widths_;
  std::size_t width_ = 0;
  bool fixed_width_ = false;
  int secret_group_ = 0;
  double entropy_ = 0;
  bool random_ = false, assigned_ = false;
  Checksum checksum_ = Checksum::none;
  bool chance_ = false;  // may be found in data by chance, would stop it, and nothing tells
  std::vector<std::string> keywords_;
  std::vector<std::string> stopwords_;
  NameWords names_;
  LazyRegex exact_, folded_;
  LazyRegex anchored_;  // from where a match begins
  std::vector<LazyRegex> allowed_;
};

// "a regex without groups", "a regex with 1 group", "a regex with 2 groups".
[[nodiscard]] std::string regex_with_groups(int groups);

}  // namespace cork::secrets
