#include "proxy/session/lockout.h"

#include "proxy/session/request_rules.h"

#include <fmt/format.h>

namespace cork::session {

std::optional<policy::Decision> lockout(std::string_view bottle, const ledger::Account& account,
                                        ledger::Time now) {
  if (!account.locked(now)) return std::nullopt;
  return denied(
      policy::Reason::bottle_limit,
      fmt::format("bottle '{}' is locked: it sent secrets that must not leave, too often.", bottle),
      "look at what it sent (`cork audit ls`), then let cork read its configuration "
      "again (SIGHUP)");
}

}  // namespace cork::session
