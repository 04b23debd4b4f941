// The TLS alerts by which cork ends a handshake that it will not have, or not relay.
//
// Pure.
#pragma once

#include "base/bytes.h"
#include "rules/policy/decision.h"

namespace cork::session {

// A fatal alert record for a refusal of that reason, as a server that is no further than the
// ClientHello sends it (RFC 8446, section 6.2). Static storage.
[[nodiscard]] Bytes alert_for(policy::Reason reason) noexcept;

}  // namespace cork::session
