// A gitleaks configuration as rules for traffic, where the sender chooses what surrounds a secret.
// What cannot be honoured there safely is left out, or only recorded instead of blocked; each time
// a warning says so. What else is read differently is in docs/gitleaks.md.
//
// Pure.
//
//   WireRules wire = for_wire(loaded->config);
//   secrets::Ruleset::compile(std::move(wire.rules));
#pragma once

#include "base/diagnostic.h"
#include "rules/gitleaks/config.h"
#include "rules/secrets/rule.h"

#include <vector>

namespace cork::gitleaks {

struct WireRules {
  std::vector<secrets::Rule> rules;  // each one is accepted by secrets::Ruleset::compile
  Diagnostics warnings;
};

// Left out: rules by path alone, and helpers with skipReport; allowlists by path or commit, and
// those on the line or the match, which the sender writes.
// Recorded only: rules whose allowlist was left out, that ask for a path or another rule's finding,
// whose matches cannot be held back for, and catch-all ones ("generic" in their id).
// cork's own rules, which useDefault brings, keep their confidence and audience.
[[nodiscard]] WireRules for_wire(const Config& config);

}  // namespace cork::gitleaks
