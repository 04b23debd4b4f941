#include "rules/secrets/rule.h"

namespace cork::secrets {

namespace {

// kText0, kText1, ... and kFiles, made from rules/data when building.
#include "builtin_rules.inc"

}  // namespace

std::span<const RuleFile> builtin_rules() noexcept {
  return kFiles;
}

}  // namespace cork::secrets
