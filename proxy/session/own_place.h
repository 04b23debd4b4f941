// Whether a place is cork itself: nothing reaches it through the proxy, whatever a route opens.
//
// Pure.
//
//   if (auto no = decide_own(snapshot, endpoint)) return no;
#pragma once

#include "base/endpoint.h"
#include "base/ip_address.h"
#include "proxy/session/snapshot.h"
#include "rules/policy/decision.h"

#include <cstdint>
#include <optional>

namespace cork::session {

// The refusal, which proposes no change, since none would help; nullopt: it is another place.
[[nodiscard]] std::optional<policy::Decision> decide_own(const Snapshot& snapshot,
                                                         const IpAddress& address,
                                                         std::uint16_t port);
// The same where an address is asked for; of a name nothing is known before it is resolved.
[[nodiscard]] std::optional<policy::Decision> decide_own(const Snapshot& snapshot,
                                                         const Endpoint& endpoint);

}  // namespace cork::session
