#include "proxy/audit/record.h"

namespace cork::audit {

std::vector<FindingNote> note(const secrets::Ruleset& rules,
                              std::span<const secrets::Finding> findings) {
  std::vector<FindingNote> notes;
  notes.reserve(findings.size());
  for (const secrets::Finding& finding : findings) {
    const auto& all = rules.rules();
    notes.push_back({finding.rule < all.size() ? all[finding.rule].id : "unknown", finding});
  }
  return notes;
}

}  // namespace cork::audit
