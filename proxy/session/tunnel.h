// CONNECT: the authority is decided and scanned, and what comes first through the tunnel says what
// it is for: TLS, terminated with a leaf for the very host that was asked for or passed through
// unread, or requests in clear text.
#pragma once

#include "proxy/session/client.h"
#include "proxy/session/exchange.h"
#include "proxy/session/worker.h"

#include <expected>

namespace cork::session {

// Answers CONNECT of that bottle (by number) and takes over the client's stream with TLS, unless
// clear text is spoken in it or its bytes are to pass unread. A denied host gets its tunnel too:
// the refusal is shown inside it, where clients show it. Otherwise says how the connection ends.
io::Awaitable<std::expected<Tunnel, After>> open_tunnel(Worker& worker, std::size_t bottle,
                                                        Client& client, const ReceivedHead& head);

}  // namespace cork::session
