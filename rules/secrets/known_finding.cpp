#include "rules/secrets/known_finding.h"

#include <algorithm>
#include <utility>

namespace cork::secrets {

Finding finding_of(const known::Secret& secret, Place place, bool at_home) {
  return {.rule = 0,
          .confidence = Confidence::high,
          .blocking = !at_home || secret.canary,
          .print = secret.print,
          .place = std::move(place),
          .spot = {},
          .kind = secret.canary ? Kind::canary : Kind::known_value,
          .name = secret.name};
}

void keep_known(std::vector<Finding>& findings, Finding found, std::size_t most) {
  const bool kept = std::ranges::any_of(findings, [&](const Finding& one) {
    return one.kind == found.kind && one.name == found.name && one.blocking == found.blocking &&
           one.redacted == found.redacted && one.place.part == found.place.part &&
           one.print == found.print;
  });
  if (kept) return;
  if (findings.size() < std::max<std::size_t>(most, 1)) {
    findings.push_back(std::move(found));
    return;
  }
  // A rule's makes room, one that does not block before one that does; for what does not block, no
  // other does.
  auto weakest = findings.end();
  for (auto one = findings.begin(); one != findings.end(); ++one) {
    if (one->kind != Kind::rule || !(is_note(*one) || (one->blocking && found.blocking))) continue;
    if (weakest == findings.end() || (weakest->blocking && !one->blocking)) weakest = one;
  }
  if (weakest != findings.end()) {
    *weakest = std::move(found);
  } else if (found.blocking && !blocks_known(findings)) {
    findings.push_back(std::move(found));
  } else if (found.kind == Kind::canary) {
    findings.back() = std::move(found);
  }
}

bool blocks_known(std::span<const Finding> findings) noexcept {
  return std::ranges::any_of(
      findings, [](const Finding& one) { return one.kind != Kind::rule && one.blocking; });
}

bool has_canary(std::span<const Finding> findings) noexcept {
  return std::ranges::find(findings, Kind::canary, &Finding::kind) != findings.end();
}

}  // namespace cork::secrets
