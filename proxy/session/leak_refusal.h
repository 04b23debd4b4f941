// What is said where a leak refuses a request: which rule it was, where, why it was not masked
// where that was asked for, and what would let it pass.
//
// Pure.
//
//   if (report.verdict == Verdict::leak) return leak_decision(rules, report.findings, actions);
#pragma once

#include "proxy/audit/record.h"
#include "rules/policy/decision.h"
#include "rules/secrets/actions.h"
#include "rules/secrets/ruleset.h"

#include <optional>
#include <span>
#include <string_view>

namespace cork::session {

// Names the rule and place of the finding that stops it; nothing at all of a known value. Where a
// catch-all rule and one that knows the issuer find the same, the latter is named. `actions`: what
// was to be done about leaks. `in_file`: Bottle::in_file().
[[nodiscard]] policy::Decision leak_decision(const secrets::Ruleset& rules,
                                             std::span<const secrets::Finding> findings,
                                             const secrets::Actions& actions = {},
                                             std::string_view in_file = {});

// What a request that passed with those findings is recorded as, if a leak among them would have
// refused it did its bottle not only observe; nullopt: there is none, or `allowed` says already
// what else would have.
[[nodiscard]] std::optional<policy::Decision> observed_leak(
    const secrets::Ruleset& rules, const policy::Decision& allowed,
    std::span<const audit::FindingNote> notes, const secrets::Actions& actions,
    std::string_view in_file);

}  // namespace cork::session
