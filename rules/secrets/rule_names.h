// What is said of a name that no rule has.
//
// Pure.
//
//   problems.push_back(unknown_rule("github-tokn", where, rules.rules()));
#pragma once

#include "base/diagnostic.h"
#include "rules/secrets/rule.h"

#include <string>
#include <vector>

namespace cork::secrets {

// "did you mean 'github-token'?", or of which group it is, which is off.
[[nodiscard]] Diagnostic unknown_rule(const std::string& id, const Where& where,
                                      const std::vector<Rule>& rules);

}  // namespace cork::secrets
