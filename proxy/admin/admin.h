// Serves health and metrics to one client: HTTP/1.1 with keep-alive, over any stream.
//
// For a listener of its own, never a bottle's: nothing here asks who the client is.
//
//   io::spawn(executor, serve_admin(std::move(stream), pages), …);
#pragma once

#include "proxy/admin/pages.h"
#include "proxy/io/stream.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace cork::admin {

inline constexpr std::uint64_t kAdminDeadlineMs = 10'000;  // for a request's head, and its answer
inline constexpr std::size_t kAdminRequests = 100;         // on one connection
inline constexpr std::size_t kAdminHeadBytes = 16'384;

// Until the client is done, too slow, asks for the end, or sends what is no request; then says
// goodbye. `stream` and `pages` outlive it.
io::Awaitable<void> serve_admin(io::Stream& stream, const AdminPages& pages);
// The same with a stream of its own, closed at the end.
io::Awaitable<void> serve_admin(std::unique_ptr<io::Stream> stream, const AdminPages& pages);

}  // namespace cork::admin
