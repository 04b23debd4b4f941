// Findings of an earlier report, which are not told again.
//
// Pure values.
//
//   auto baseline = Baseline::parse(text);
//   if (baseline && baseline->holds(finding)) drop();
#pragma once

#include "base/result.h"
#include "rules/gitleaks/finding.h"

#include <string>
#include <string_view>
#include <vector>

namespace cork::commands {

class Baseline {
 public:
  // A report in gitleaks' JSON form, gitleaks' own or cork's.
  static Result<Baseline> parse(std::string_view text);

  // All that a report says of it is the same. Where the report was redacted, the secret and the
  // match are not compared. Of a secret the report may have no more than the front, as those of
  // older versions do: what the rule asks for, where more of it follows.
  [[nodiscard]] bool holds(const gitleaks::Finding& finding) const;

 private:
  std::vector<gitleaks::Finding> known_;  // sorted by file and line
};

}  // namespace cork::commands
