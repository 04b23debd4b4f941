#include "rules/secrets/rule.h"

namespace cork::secrets {

namespace {

// kText0, kText1, ... and kFiles, made from rules/data when building.
#include "builtin_rules.inc"

namespace groups {
// The same, of rules/data/optional.
#include "rule_groups.inc"
}  // namespace groups

}  // namespace

std::span<const RuleFile> builtin_rules() noexcept {
  return kFiles;
}

std::span<const RuleFile> group_files() noexcept {
  return groups::kFiles;
}

}  // namespace cork::secrets
