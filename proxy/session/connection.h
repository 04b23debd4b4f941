// The path of a connection, from accept to close: identify, read, tunnel, exchanges.
//
//   io::spawn(executor, serve(worker, door, std::move(socket)), ended);
#pragma once

#include "proxy/session/worker.h"

#include <cstddef>

namespace cork::session {

// Serves a connection accepted at that door (the number of its listener) to its end. `worker`
// outlives it.
io::Awaitable<void> serve(Worker& worker, std::size_t door, io::Socket socket);

}  // namespace cork::session
