// A Stream over a socket in clear text: TCP or unix.
#pragma once

#include "proxy/io/deadlines.h"
#include "proxy/io/stream.h"

#include <cstddef>
#include <span>

namespace cork::io {

// A non-blocking socket and its deadlines: what both kinds of stream wait on.
class TimedSocket final : public Timed {
 public:
  // Makes the socket non-blocking and, where it is TCP, switches Nagle's algorithm off.
  TimedSocket(Socket socket, Deadlines& deadlines);

  enum class Direction : std::uint8_t { read, write };
  // Until the socket is ready in that direction, its deadline passes, or it is closed.
  Awaitable<IoResult<void>> wait(Direction direction) { return wait(direction, direction); }
  // The same with the deadline of `whose`: TLS may have to write in order to read.
  Awaitable<IoResult<void>> wait(Direction direction, Direction whose);
  // Allows that long for each step of what is being written, from now on: a peer that takes some
  // now and then is alive.
  void allow_write_steps(std::uint64_t ms) {
    write_step_ms_ = ms;
    expire_write_after(ms);
  }
  void write_progressed() {
    if (write_step_ms_ > 0) expire_write_after(write_step_ms_);
  }
  void close() noexcept;
  void abort() noexcept;  // with a reset
  [[nodiscard]] bool is_open() const noexcept { return socket_.is_open(); }
  // -1 once closed: the number may be another connection's by then.
  [[nodiscard]] int fd() noexcept { return socket_.native_handle(); }
  // Takes the socket out, as when a TLS stream takes over.
  Socket release() noexcept { return std::move(socket_); }
  [[nodiscard]] Socket& socket() noexcept { return socket_; }

 private:
  void on_expiry() noexcept override;

  Socket socket_;
  std::uint64_t write_step_ms_ = 0;  // 0: no deadline was asked for
};

// The last system call's failure as an IoError.
[[nodiscard]] IoError error_of(int error_number);

class TcpStream final : public Stream {
 public:
  TcpStream(Socket socket, Deadlines& deadlines) : socket_(std::move(socket), deadlines) {}

  Awaitable<IoResult<void>> wait_readable() override;
  Awaitable<IoResult<std::size_t>> read_some(std::span<std::byte> into) override;
  Awaitable<IoResult<void>> write(Bytes bytes) override;
  Awaitable<void> shutdown() override;
  void close() noexcept override { socket_.close(); }
  void abort() noexcept override { socket_.abort(); }
  [[nodiscard]] bool readable() noexcept override;
  void set_read_deadline(std::uint64_t ms) override { socket_.expire_read_after(ms); }
  void set_write_deadline(std::uint64_t ms) override { socket_.allow_write_steps(ms); }
  [[nodiscard]] std::string_view tls_version() const noexcept override { return ""; }

  Socket release() noexcept { return socket_.release(); }

 private:
  TimedSocket socket_;
};

}  // namespace cork::io
