// Findings of known values: how they are made and kept, and what is asked of them.
//
// Pure.
//
//   keep_known(findings, finding_of(secret, place, false), limits.findings);
//   if (blocks_known(findings)) refuse_without_a_word_of_it();
#pragma once

#include "rules/known/known_values.h"
#include "rules/secrets/finding.h"

#include <cstddef>
#include <span>
#include <vector>

namespace cork::secrets {

// `at_home`: recorded, not blocked; no canary is.
[[nodiscard]] Finding finding_of(const known::Secret& secret, Place place, bool at_home);

// Adds it unless the same value is among `findings` with the same part and action. Where there are
// `most` already it takes the place of one that a rule found.
void keep_known(std::vector<Finding>& findings, Finding found, std::size_t most);

// Is a known value, or a canary, among those that block?
[[nodiscard]] bool blocks_known(std::span<const Finding> findings) noexcept;
// One that is refused whatever a route or a mode says?
[[nodiscard]] bool has_canary(std::span<const Finding> findings) noexcept;

}  // namespace cork::secrets
