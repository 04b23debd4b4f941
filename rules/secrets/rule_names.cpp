#include "rules/secrets/rule_names.h"

#include "rules/secrets/rule_groups.h"

#include <string_view>

namespace cork::secrets {

Diagnostic unknown_rule(const std::string& id, const Where& where, const std::vector<Rule>& rules) {
  if (const RuleGroup* group = group_of_rule(id)) {
    return {"rule '" + id + "' is not in force", where, switching_on(*group)};
  }
  std::vector<std::string_view> ids;
  for (const Rule& rule : rules) ids.push_back(rule.id);
  const std::string_view meant = nearest(id, ids);
  return {
      "there is no rule '" + id + "'", where,
      meant.empty() ? "`cork rules ls` lists them" : "did you mean '" + std::string(meant) + "'?"};
}

}  // namespace cork::secrets
