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

// The same without TLS of cork's own, for what is relayed unread. The scheme is https.
io::Awaitable<std::expected<Upstream, policy::Decision>> dial_upstream(Worker& worker,
                                                                       const Snapshot& snapshot,
                                                                       const policy::Bottle& bottle,
                                                                       const Endpoint& endpoint);

// May what is connected there already stay so? The question that was asked before it was dialled.
[[nodiscard]] policy::Decision decide_dialled(const Snapshot& snapshot,
                                              const policy::Bottle& bottle, Scheme scheme,
                                              const Endpoint& endpoint, const IpAddress& address);

}  // namespace cork::session
