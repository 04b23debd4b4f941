// Decides what an allowlist allows.
//
// Immutable, shared between threads.
//
//   const AllowlistJudge judge(list);
//   if (judge.allows({.secret = secret, .match = match, .line = line, .path = path})) drop();
#pragma once

#include "rules/gitleaks/config.h"
#include "rules/gitleaks/word_set.h"

#include <string_view>

namespace cork::gitleaks {

struct Candidate {
  std::string_view secret, match, line, path;
};

class AllowlistJudge {
 public:
  explicit AllowlistJudge(const Allowlist& list);

  // One of its path expressions matches, whatever its condition.
  [[nodiscard]] bool names_path(std::string_view path) const;
  // The file as a whole, before anything is looked for. Files have no commit, so a list that asks
  // for one and for all it names allows nothing.
  [[nodiscard]] bool allows_file(std::string_view path) const;
  [[nodiscard]] bool allows(const Candidate& candidate) const;

 private:
  Allowlist list_;
  WordSet stopwords_;
};

}  // namespace cork::gitleaks
