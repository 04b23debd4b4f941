// Reading a request's head from a client, within its absolute deadline.
#pragma once

#include "proxy/session/client.h"
#include "proxy/session/exchange.h"
#include "proxy/session/worker.h"

#include <expected>
#include <memory>
#include <optional>

namespace cork::session {

// A head, or why there is none: a ParseError to refuse it for, or nothing where the client is gone,
// too slow or never began. Waits up to keep_alive_ms for the first byte (head_ms where `soon`),
// then head_ms for the rest. The head is on the heap because its fields point into it.
io::Awaitable<std::expected<std::unique_ptr<ReceivedHead>, std::optional<http::ParseError>>>
read_request_head(Client& client, Worker& worker, bool soon = false);

}  // namespace cork::session
