// cork's own rule files in gitleaks' terms, for `cork scan` and `useDefault`.
//
// Pure.
//
//   Config config = from_own_rules(*secrets::parse_rules(text, file));
#pragma once

#include "rules/gitleaks/config.h"
#include "rules/secrets/rule.h"

#include <string_view>
#include <vector>

namespace cork::gitleaks {

// Audience and confidence say nothing about files and stand in Rule::own alone. The regexes must
// have been accepted by secrets::Ruleset::compile or by RE2: one that RE2 refuses is left out.
[[nodiscard]] Config from_own_rules(const std::vector<secrets::Rule>& rules);

// Whether its regex is the one that cork's own rule has: one of the file's own means what it says.
[[nodiscard]] bool has_own_regex(const Rule& rule);

// Is this a rule file with keys of cork's own (why, confidence, audience, random, named, examples,
// ...)? Then secrets::parse_rules() reads it, and parse_document() would not know those keys.
[[nodiscard]] bool has_own_keys(std::string_view text);

}  // namespace cork::gitleaks
