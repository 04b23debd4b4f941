// Allow or deny, and why: what every question to the policy returns.
//
// Pure values. A denial is a value, never an exception and never an empty answer.
#pragma once

#include "base/diagnostic.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace cork::policy {

// The closed list of reasons (docs/refusals.md); the names are what users see and match on.
enum class Reason : std::uint8_t {
  allowed,
  unknown_client,
  host_not_allowed,
  method_not_allowed,
  path_not_allowed,
  address_not_allowed,
  git_not_allowed,
  foreign_credential,
  leak,
  sni_mismatch,
  upgrade_not_allowed,
  bad_request,
  too_large,
  scan_limit,
  bottle_limit,
  upstream_tls,
  upstream_unreachable,
  timeout,
  audit_unavailable,
  draining,
};

// "host_not_allowed". Static storage.
[[nodiscard]] std::string_view name_of(Reason reason) noexcept;
// The HTTP status of a refusal with that reason: 403 but for 400, 413, 502, 503 and 504.
[[nodiscard]] int status_of(Reason reason) noexcept;
// Every reason but `allowed`, in order: for metrics, docs and tests.
[[nodiscard]] const std::vector<Reason>& all_refusals();

struct Decision {
  Reason reason = Reason::host_not_allowed;  // the safe default: nobody decided, so no
  bool observed = false;                     // would be refused, but the bottle only observes
  std::string route;         // the deciding pattern as written ("*.example.com"); empty: none
  Where where;               // the deciding config line: the route, or the bottle's `allow`
  std::string detail;        // one sentence for a person: what was refused and why
  std::string operator_can;  // what to change in the configuration to permit it

  [[nodiscard]] bool allowed() const noexcept { return reason == Reason::allowed || observed; }
};

}  // namespace cork::policy
