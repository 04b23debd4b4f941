// cork's own rule files in gitleaks' terms, for `cork scan` and `useDefault`.
//
// Pure.
//
//   Config config = from_own_rules(*secrets::parse_rules(text, file));
#pragma once

#include "base/diagnostic.h"
#include "rules/gitleaks/config.h"
#include "rules/secrets/rule.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::gitleaks {

// Audience and confidence say nothing about files and stand in Rule::own alone. The regexes must
// have been accepted by secrets::Ruleset::compile or by RE2: one that RE2 refuses is left out.
[[nodiscard]] Config from_own_rules(const std::vector<secrets::Rule>& rules);

// Whether its regex is the one that cork's own rule has: one of the file's own means what it says.
[[nodiscard]] bool has_own_regex(const Rule& rule);

// A file with keys of cork's own in its rules (why, confidence, audience, random, named, examples,
// ...) is read by secrets::parse_rules(); parse_document() does not know them.
struct OwnKey {
  std::string key;
  Where where;
};
// The first of those keys.
[[nodiscard]] std::optional<OwnKey> find_own_key(std::string_view text, const std::string& file);
// What to say of it beside what is wrong with the rest of the file, which may mean gitleaks' form.
[[nodiscard]] Diagnostic said_of(const OwnKey& own);

}  // namespace cork::gitleaks
