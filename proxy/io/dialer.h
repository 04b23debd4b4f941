// Connecting to an address that was decided, never to a name.
#pragma once

#include "base/ip_address.h"
#include "proxy/io/deadlines.h"
#include "proxy/io/stream.h"

#include <cstdint>

namespace cork::io {

// A TCP connection to that address and port, and to nothing else: the peer's address is checked
// after connecting. `deadlines` outlives it.
Awaitable<IoResult<Socket>> dial(IpAddress address, std::uint16_t port, Deadlines& deadlines,
                                 std::uint64_t deadline_ms);

// "93.184.216.34:443", "[::1]:443".
[[nodiscard]] std::string to_string(const IpAddress& address, std::uint16_t port);

}  // namespace cork::io
