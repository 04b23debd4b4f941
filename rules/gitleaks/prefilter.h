// Which rules may find something in a text: those with a keyword in it, and of these, as far as
// Hyperscan can tell, those whose regex matches somewhere. One pass over the text answers both.
//
// Immutable, shared between threads; each brings its own Scratch. It never leaves a rule out that
// would find something: where Hyperscan reads a text or a regex differently from RE2, the keywords
// alone decide.
//
//   const Prefilter filter(config.rules, {});
//   Prefilter::Scratch scratch(filter);
//   const std::vector<bool> tried = filter.candidates(Text(raw), scratch);
#pragma once

#include "rules/gitleaks/config.h"
#include "rules/gitleaks/text.h"
#include "rules/gitleaks/word_set.h"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

struct hs_database;
struct hs_scratch;

namespace cork::gitleaks {

class Prefilter {
 public:
  struct Options {
    bool hyperscan = true;  // false: keywords alone, and nothing to compile
  };
  // A rule that Hyperscan does not look for, and why; it is not an error.
  struct Left {
    std::string rule;
    std::string why;
  };

  class Scratch {
   public:
    explicit Scratch(const Prefilter& filter);  // throws std::bad_alloc
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

   private:
    friend Prefilter;
    hs_scratch* scratch_ = nullptr;
  };

  Prefilter(const std::vector<Rule>& rules, Options options);
  ~Prefilter();
  Prefilter(const Prefilter&) = delete;
  Prefilter& operator=(const Prefilter&) = delete;

  // By the rule's place in the list.
  [[nodiscard]] std::vector<bool> candidates(const Text& text, Scratch& scratch) const;
  [[nodiscard]] const std::vector<Left>& left() const noexcept { return left_; }

 private:
  // How far Hyperscan is to be believed that a rule's regex does not match.
  enum class Belief : std::uint8_t { never, in_ascii, always };
  struct Entry {
    Belief belief = Belief::never;
    std::vector<std::size_t> keywords;
  };

  void collect_keywords(const std::vector<Rule>& rules);
  void judge(const Rule& rule, Entry& entry);
  void compile(const std::vector<Rule>& rules);
  [[nodiscard]] bool has_keyword(const Entry& entry, const std::vector<bool>& seen) const;

  std::vector<Entry> entries_;
  std::vector<std::string> keywords_;  // each once
  WordSet words_;
  std::vector<Left> left_;
  hs_database* database_ = nullptr;  // ids: entries_, then keywords_
};

}  // namespace cork::gitleaks
