#include "rules/secrets/assignment.h"

#include <cstddef>

namespace cork::secrets {

bool is_assigned(std::string_view regex) noexcept {
  constexpr std::string_view name = "[A-Za-z0-9_.-]{0,";
  const std::size_t assign = regex.find(kAssignment);
  if (assign == regex.npos || regex.find(kAssignment, assign + 1) != regex.npos) return false;
  const std::string_view before = regex.substr(0, assign);
  const std::string_view group = regex.substr(assign + kAssignment.size());
  const std::size_t letters = before.rfind(name);
  if (letters == before.npos || before.find('}', letters) != before.size() - 1) return false;
  if (!group.starts_with('(') || group.starts_with("(?") || group.contains('\\')) return false;
  // Neither another alternative, nor an end of the group before the regex's.
  std::ptrdiff_t depth = 0;
  for (std::size_t i = 0; i < regex.size(); ++i) {
    depth += (regex[i] == '(') - (regex[i] == ')');
    if (depth == 0 && (regex[i] == '|' || (i > assign && i + 1 < regex.size() && regex[i] == ')')))
      return false;
  }
  return depth == 0 && regex.ends_with(')');
}

}  // namespace cork::secrets
