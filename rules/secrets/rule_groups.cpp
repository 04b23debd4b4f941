#include "rules/secrets/rule_groups.h"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace cork::secrets {
namespace {

constexpr std::string_view kEnding = ".toml";

std::vector<RuleGroup> made_groups() {
  std::vector<RuleGroup> groups;
  for (const RuleFile& file : group_files()) {
    groups.push_back({file.name.substr(0, file.name.size() - kEnding.size()), file});
  }
  return groups;
}

}  // namespace

std::span<const RuleGroup> rule_groups() noexcept {
  static const std::vector<RuleGroup> groups = made_groups();
  return groups;
}

const RuleGroup* find_group(std::string_view name) noexcept {
  const auto found = std::ranges::find(rule_groups(), name, &RuleGroup::name);
  return found == rule_groups().end() ? nullptr : &*found;
}

const RuleGroup* group_of_rule(std::string_view id) {
  const auto found = std::ranges::find_if(rule_groups(), [id](const RuleGroup& group) {
    const std::vector<Rule> rules = rules_of(group);
    return std::ranges::find(rules, id, &Rule::id) != rules.end();
  });
  return found == rule_groups().end() ? nullptr : &*found;
}

std::vector<Rule> rules_of(const RuleGroup& group) {
  auto rules = parse_rules(group.file.text, std::string(group.file.name));
  if (rules) return std::move(*rules);
  // They are part of the program, so this is a bug in it.
  std::fputs(render(rules.error()).c_str(), stderr);
  std::abort();
}

std::string switching_on(const RuleGroup& group) {
  return "`rules: {groups: [" + std::string(group.name) + "]}` switches its group on";
}

Diagnostic unknown_group(const std::string& name, const Where& where) {
  std::vector<std::string_view> names;
  std::string all;
  for (const RuleGroup& group : rule_groups()) {
    names.push_back(group.name);
    all.append(all.empty() ? "" : ", ").append(group.name);
  }
  const std::string_view meant = nearest(name, names);
  return {"there is no group of rules '" + name + "'", where,
          meant.empty() ? "there is: " + all : "did you mean '" + std::string(meant) + "'?"};
}

}  // namespace cork::secrets
