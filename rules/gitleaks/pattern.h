// A regular expression with the meaning that Go's regexp package gives it, decided by RE2: the same
// syntax, the same leftmost-first choice, the same walk over successive matches.
//
// Immutable, shared between threads.
//
//   auto pattern = Pattern::compile("key=([a-z]+)");
//   for (const Span match : (*pattern)->find_all(text)) ...
#pragma once

#include "base/result.h"
#include "rules/gitleaks/text.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace cork::gitleaks {

struct Span {
  std::size_t begin = 0, end = 0;
  bool operator==(const Span&) const = default;
};

class Pattern {
 public:
  // The error is RE2's own words.
  static Result<std::shared_ptr<const Pattern>> compile(std::string_view regex);
  ~Pattern();
  Pattern(const Pattern&) = delete;
  Pattern& operator=(const Pattern&) = delete;

  [[nodiscard]] const std::string& regex() const noexcept;
  [[nodiscard]] int groups() const noexcept;
  // How much there is to run: what bounds the time another engine may take to compile it.
  [[nodiscard]] int program_size() const noexcept;

  // Every match from left to right, none overlapping the one before, as raw offsets. An empty one
  // is no match directly behind another.
  [[nodiscard]] std::vector<Span> find_all(const Text& text) const;
  // Does it match anywhere?
  [[nodiscard]] bool matches(std::string_view raw) const;
  // The groups of the first match, 1 to groups(), empty where one took no part; no entry at all
  // where nothing matches. Views into `raw`.
  [[nodiscard]] std::vector<std::string_view> first_groups(std::string_view raw) const;

 private:
  explicit Pattern(std::unique_ptr<re2::RE2> compiled) noexcept;

  std::unique_ptr<re2::RE2> compiled_;
};

}  // namespace cork::gitleaks
