// Findings that someone has looked at: the fingerprints of a .gitleaksignore.
//
// Pure values.
//
//   IgnoreList ignored;
//   const Diagnostics odd = ignored.add(text, ".gitleaksignore");
//   if (ignored.holds(finding)) drop();
#pragma once

#include "base/diagnostic.h"
#include "rules/gitleaks/finding.h"

#include <set>
#include <string>
#include <string_view>

namespace cork::gitleaks {

class IgnoreList {
 public:
  // A line each: file:rule:line or commit:file:rule:line, "#" begins a comment line. What is
  // neither is taken as it is, with a warning.
  Diagnostics add(std::string_view text, const std::string& file);

  [[nodiscard]] bool holds(const Finding& finding) const;

 private:
  std::set<std::string, std::less<>> fingerprints_;
};

}  // namespace cork::gitleaks
