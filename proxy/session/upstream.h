// From a decided endpoint to a connection: resolve, decide every address, dial that address, verify
// the chain and the name. The only place that dials.
#pragma once

#include "proxy/session/worker.h"

#include <expected>

namespace cork::session {

// A connection of its own, never a pooled one; or the refusal that says which step failed.
io::Awaitable<std::expected<Upstream, policy::Decision>> connect_upstream(
    Worker& worker, const Snapshot& snapshot, const policy::Bottle& bottle, Scheme scheme,
    const Endpoint& endpoint);

}  // namespace cork::session
