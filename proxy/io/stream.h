// A two-way byte stream with a deadline: TCP, unix socket or TLS, all the same to the session.
//
// One coroutine reads and one writes at a time; everything runs on the stream's own io_context.
// Every operation that can wait ends by the deadline in force: set one before each phase.
//
//   stream.set_deadline(15'000);
//   IoResult<std::size_t> n = co_await stream.read_some(buffer);   // 0: the peer is done
#pragma once

#include "base/bytes.h"
#include "proxy/io/asio.h"

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace cork::io {

struct IoError {
  enum class Kind : std::uint8_t {
    timeout,    // the deadline passed
    reset,      // the peer, or this end, tore the connection down
    truncated,  // TLS: the peer closed without close_notify
    tls,        // TLS: handshake or record failed; `what` says why
    refused,    // nothing could be reached there
  };
  Kind kind = Kind::reset;
  std::string what;  // for the record: no addresses of buffers, no secret

  bool operator==(const IoError&) const = default;
};

template <class T>
using IoResult = std::expected<T, IoError>;

class Stream {
 public:
  virtual ~Stream() = default;

  // Until something can be read or the peer is done; holds no buffer meanwhile.
  virtual Awaitable<IoResult<void>> wait_readable() = 0;
  // At least one byte, or 0 at a clean end. Suspends only when nothing is there.
  virtual Awaitable<IoResult<std::size_t>> read_some(std::span<std::byte> into) = 0;
  // All of it.
  virtual Awaitable<IoResult<void>> write(Bytes bytes) = 0;
  // Says goodbye (close_notify, FIN) without waiting for the peer's; reading may go on. Over TLS it
  // may wait for room in the socket, by the write deadline.
  virtual Awaitable<void> shutdown() = 0;
  // At once; pending operations end with `reset`.
  virtual void close() noexcept = 0;

  // At once, and so that the peer cannot take what it has for whole (RST, no close_notify).
  virtual void abort() noexcept { close(); }

  // Whether something waits to be read, the peer's close included: an idle pooled connection on
  // which this is so must not be used again.
  [[nodiscard]] virtual bool readable() noexcept = 0;

  // Each direction has its own deadline, for operations begun from now on and pending ones alike.
  // That of a write is for each step of it: progress puts it off.
  virtual void set_read_deadline(std::uint64_t ms_from_now) = 0;
  virtual void set_write_deadline(std::uint64_t ms_from_now) = 0;
  void set_deadline(std::uint64_t ms_from_now) {
    set_read_deadline(ms_from_now);
    set_write_deadline(ms_from_now);
  }

  // "TLSv1.3", or "" in clear text. Static storage.
  [[nodiscard]] virtual std::string_view tls_version() const noexcept = 0;
};

}  // namespace cork::io
