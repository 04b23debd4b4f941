// A bottle whose requests held known values so often that it could be finding them out, one refusal
// after the other: nothing of it passes for a while, and no answer tells it anything.
//
// Pure but for the account.
//
//   if (auto no = lockout(bottle.name(), account, now)) return no;
#pragma once

#include "proxy/ledger/account.h"
#include "rules/policy/decision.h"

#include <optional>
#include <string_view>

namespace cork::session {

// Why nothing passes, where that is so.
[[nodiscard]] std::optional<policy::Decision> lockout(std::string_view bottle,
                                                      const ledger::Account& account,
                                                      ledger::Time now);

}  // namespace cork::session
