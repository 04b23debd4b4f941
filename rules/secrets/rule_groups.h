// Rules of cork's own that are off until somebody asks for their group by name.
//
// Pure; they are inside the binary.
//
//   const RuleGroup* group = find_group("finance");
//   if (group == nullptr) return report(unknown_group("finance", where));
//   add_rules(rules, rules_of(*group), problems);
#pragma once

#include "base/diagnostic.h"
#include "rules/secrets/rule.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {

struct RuleGroup {
  std::string_view name;  // "finance"
  RuleFile file;          // "finance.toml"
};

// Always in the same order.
[[nodiscard]] std::span<const RuleGroup> rule_groups() noexcept;
// nullptr: there is none of that name.
[[nodiscard]] const RuleGroup* find_group(std::string_view name) noexcept;
// The group that has a rule of that id.
[[nodiscard]] const RuleGroup* group_of_rule(std::string_view id);

[[nodiscard]] std::vector<Rule> rules_of(const RuleGroup& group);

// "`rules: {groups: [finance]}` switches its group on"
[[nodiscard]] std::string switching_on(const RuleGroup& group);
// "there is: finance"
[[nodiscard]] Diagnostic unknown_group(const std::string& name, const Where& where);

}  // namespace cork::secrets
