#include "proxy/io/tcp_stream.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace cork::io {

TimedSocket::TimedSocket(Socket socket, Deadlines& deadlines)
    : Timed(deadlines), socket_(std::move(socket)) {
  boost::system::error_code ignored;
  socket_.native_non_blocking(true, ignored);
  ::fcntl(socket_.native_handle(), F_SETFD, FD_CLOEXEC);
  const int on = 1;  // fails on a unix socket, which has no Nagle to switch off
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Awaitable<IoResult<void>> TimedSocket::wait(Direction direction, Direction whose) {
  for (;;) {
    if (!socket_.is_open()) co_return std::unexpected(error_of(EBADF));
    const auto now = SteadyClock::now();
    if (whose == Direction::read ? read_expired(now) : write_expired(now)) {
      co_return std::unexpected(IoError{IoError::Kind::timeout, "timed out"});
    }
    boost::system::error_code error;
    co_await socket_.async_wait(
        direction == Direction::read ? Socket::wait_read : Socket::wait_write,
        asio::redirect_error(use_awaitable, error));
    if (!error) co_return IoResult<void>{};
    // The other direction's deadline cancels this wait too: look whose it was and wait on.
    if (error != asio::error::operation_aborted) {
      co_return std::unexpected(IoError{IoError::Kind::reset, error.message()});
    }
  }
}

void TimedSocket::close() noexcept {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void TimedSocket::abort() noexcept {
  if (!socket_.is_open()) return;
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

void TimedSocket::on_expiry() noexcept {
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

IoError error_of(int error_number) {
  // A descriptor that is none any more was closed by this end.
  if (error_number == EBADF) return {IoError::Kind::reset, "closed"};
  return {IoError::Kind::reset, std::strerror(error_number)};
}

Awaitable<IoResult<void>> TcpStream::wait_readable() {
  return socket_.wait(TimedSocket::Direction::read);
}

Awaitable<IoResult<std::size_t>> TcpStream::read_some(std::span<std::byte> into) {
  for (;;) {
    const auto n = ::recv(socket_.fd(), into.data(), into.size(), 0);
    if (n >= 0) co_return static_cast<std::size_t>(n);
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) co_return std::unexpected(error_of(errno));
    auto ready = co_await socket_.wait(TimedSocket::Direction::read);
    if (!ready) co_return std::unexpected(std::move(ready.error()));
  }
}

Awaitable<IoResult<void>> TcpStream::write(Bytes bytes) {
  bool progressed = false;
  while (!bytes.empty()) {
    const auto n = ::send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(n));
      progressed = true;
      continue;
    }
    if (errno == EINTR) continue;
    if (errno != EAGAIN && errno != EWOULDBLOCK) co_return std::unexpected(error_of(errno));
    if (std::exchange(progressed, false)) socket_.write_progressed();
    auto ready = co_await socket_.wait(TimedSocket::Direction::write);
    if (!ready) co_return std::unexpected(std::move(ready.error()));
  }
  co_return IoResult<void>{};
}

Awaitable<void> TcpStream::shutdown() {
  if (socket_.is_open()) ::shutdown(socket_.fd(), SHUT_WR);
  co_return;
}

bool TcpStream::readable() noexcept {
  if (!socket_.is_open()) return true;
  char byte = 0;
  const auto n = ::recv(socket_.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return n >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

}  // namespace cork::io
