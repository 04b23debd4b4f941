#include "proxy/io/dialer.h"

#include "proxy/io/socket_address.h"

#include <fmt/format.h>

#include <memory>

namespace cork::io {

namespace {

struct Attempt {
  explicit Attempt(Executor executor) : socket(executor), timer(executor) {}
  Socket socket;
  Timer timer;
  bool timed_out = false;
};

}  // namespace

Awaitable<IoResult<Socket>> dial(IpAddress address, std::uint16_t port, std::uint64_t deadline_ms) {
  // Shared with the timer's handler, which may still be queued when this coroutine has ended.
  const auto attempt = std::make_shared<Attempt>(co_await asio::this_coro::executor);
  attempt->timer.expires_after(std::chrono::milliseconds(deadline_ms));
  attempt->timer.async_wait([attempt](const boost::system::error_code& error) {
    if (error) return;
    attempt->timed_out = true;
    boost::system::error_code ignored;
    attempt->socket.close(ignored);
  });
  const asio::generic::stream_protocol::endpoint to = socket_endpoint(address, port);
  boost::system::error_code error;
  co_await attempt->socket.async_connect(to, asio::redirect_error(use_awaitable, error));
  attempt->timer.cancel();
  if (attempt->timed_out) {
    co_return std::unexpected(IoError{IoError::Kind::timeout, "connecting timed out"});
  }
  if (error) co_return std::unexpected(IoError{IoError::Kind::refused, error.message()});
  const auto peer = peer_of(attempt->socket);
  if (!peer || peer->address != address || peer->port != port) {
    co_return std::unexpected(IoError{IoError::Kind::refused, "connected to another address"});
  }
  co_return std::move(attempt->socket);
}

std::string to_string(const IpAddress& address, std::uint16_t port) {
  return address.is_v4() ? fmt::format("{}:{}", address.to_string(), port)
                         : fmt::format("[{}]:{}", address.to_string(), port);
}

}  // namespace cork::io
