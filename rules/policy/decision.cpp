#include "rules/policy/decision.h"

namespace cork::policy {

std::string_view name_of(Reason reason) noexcept {
  switch (reason) {
    case Reason::allowed:
      return "allowed";
    case Reason::unknown_client:
      return "unknown_client";
    case Reason::host_not_allowed:
      return "host_not_allowed";
    case Reason::method_not_allowed:
      return "method_not_allowed";
    case Reason::path_not_allowed:
      return "path_not_allowed";
    case Reason::address_not_allowed:
      return "address_not_allowed";
    case Reason::git_not_allowed:
      return "git_not_allowed";
    case Reason::foreign_credential:
      return "foreign_credential";
    case Reason::leak:
      return "leak";
    case Reason::sni_mismatch:
      return "sni_mismatch";
    case Reason::upgrade_not_allowed:
      return "upgrade_not_allowed";
    case Reason::bad_request:
      return "bad_request";
    case Reason::too_large:
      return "too_large";
    case Reason::scan_limit:
      return "scan_limit";
    case Reason::bottle_limit:
      return "bottle_limit";
    case Reason::upstream_tls:
      return "upstream_tls";
    case Reason::upstream_unreachable:
      return "upstream_unreachable";
    case Reason::timeout:
      return "timeout";
    case Reason::audit_unavailable:
      return "audit_unavailable";
    case Reason::draining:
      return "draining";
  }
  return "host_not_allowed";
}

int status_of(Reason reason) noexcept {
  switch (reason) {
    case Reason::allowed:
      return 200;
    case Reason::bad_request:
      return 400;
    case Reason::too_large:
      return 413;
    case Reason::upstream_tls:
    case Reason::upstream_unreachable:
      return 502;
    case Reason::audit_unavailable:
    case Reason::draining:
      return 503;
    case Reason::timeout:
      return 504;
    default:
      return 403;
  }
}

const std::vector<Reason>& all_refusals() {
  static const std::vector<Reason> refusals = [] {
    std::vector<Reason> all;
    for (int i = 1; i <= static_cast<int>(Reason::draining); ++i) {
      all.push_back(static_cast<Reason>(i));
    }
    return all;
  }();
  return refusals;
}

}  // namespace cork::policy
