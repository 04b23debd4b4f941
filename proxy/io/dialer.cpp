#include "proxy/io/dialer.h"

#include "proxy/io/socket_address.h"

#include <fmt/format.h>

namespace cork::io {

namespace {

class Attempt final : public Timed {
 public:
  Attempt(Executor executor, Deadlines& deadlines) : Timed(deadlines), socket(executor) {}
  Socket socket;

 private:
  void on_expiry() noexcept override {
    boost::system::error_code ignored;
    socket.close(ignored);
  }
};

}  // namespace

Awaitable<IoResult<Socket>> dial(IpAddress address, std::uint16_t port, Deadlines& deadlines,
                                 std::uint64_t deadline_ms) {
  Attempt attempt(co_await asio::this_coro::executor, deadlines);
  attempt.expire_write_after(deadline_ms);
  const auto timed_out = [&] { return attempt.write_expired(SteadyClock::now()); };
  const asio::generic::stream_protocol::endpoint to = socket_endpoint(address, port);
  boost::system::error_code error = asio::error::operation_aborted;
  if (!timed_out()) {
    co_await attempt.socket.async_connect(to, asio::redirect_error(use_awaitable, error));
  }
  if (error && timed_out()) {
    co_return std::unexpected(IoError{IoError::Kind::timeout, "connecting timed out"});
  }
  if (error) co_return std::unexpected(IoError{IoError::Kind::refused, error.message()});
  const auto peer = peer_of(attempt.socket);
  if (!peer || peer->address != address || peer->port != port) {
    co_return std::unexpected(IoError{IoError::Kind::refused, "connected to another address"});
  }
  co_return std::move(attempt.socket);
}

std::string to_string(const IpAddress& address, std::uint16_t port) {
  return address.is_v4() ? fmt::format("{}:{}", address.to_string(), port)
                         : fmt::format("[{}]:{}", address.to_string(), port);
}

}  // namespace cork::io
