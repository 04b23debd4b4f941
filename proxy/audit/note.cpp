#include "proxy/audit/record.h"

namespace cork::audit {

std::vector<FindingNote> note(const secrets::Ruleset& rules,
                              std::span<const secrets::Finding> findings) {
  std::vector<FindingNote> notes;
  notes.reserve(findings.size());
  for (const secrets::Finding& finding : findings) {
    const auto& all = rules.rules();
    if (finding.kind == secrets::Kind::rule) {
      notes.push_back({finding.rule < all.size() ? all[finding.rule].id : "unknown", finding});
    } else {
      const bool canary = finding.kind == secrets::Kind::canary;
      notes.push_back({std::string(canary ? kCanary : kKnownValue), finding});
    }
  }
  return notes;
}

}  // namespace cork::audit
