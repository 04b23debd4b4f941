#include "proxy/io/tls_stream.h"

#include "certs/trust.h"

#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

namespace cork::io {

// Asks the socket for its descriptor each time: after close() the number may be another
// connection's.
struct TlsStream::Wire {
  TimedSocket& socket;
  std::string prefix;     // read before the socket is
  std::size_t taken = 0;  // of prefix
};

namespace {

// Reads that find something at once, before the other coroutines of the worker get their turn.
constexpr unsigned kReadsInARow = 8;

using BioMethodPtr = std::unique_ptr<BIO_METHOD, certs::FreeWith<&BIO_meth_free>>;

int would_block(BIO* bio, void (*set_retry)(BIO*)) noexcept {
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) set_retry(bio);
  return -1;
}

}  // namespace

// OpenSSL's callbacks, as plain functions.
struct BioCallbacks {
  template <class Wire>
  static int read(BIO* bio, char* into, int size) noexcept {
    auto& wire = *static_cast<Wire*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const auto room = static_cast<std::size_t>(std::max(size, 0));
    if (wire.taken < wire.prefix.size()) {
      const auto n = std::min(room, wire.prefix.size() - wire.taken);
      std::memcpy(into, wire.prefix.data() + wire.taken, n);
      wire.taken += n;
      if (wire.taken == wire.prefix.size()) {
        std::string().swap(wire.prefix);  // gives its memory back
        wire.taken = 0;
      }
      return static_cast<int>(n);
    }
    const auto n = ::recv(wire.socket.fd(), into, room, 0);
    if (n < 0) return would_block(bio, [](BIO* b) { BIO_set_retry_read(b); });
    if (n == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return static_cast<int>(n);
  }

  template <class Wire>
  static int write(BIO* bio, const char* from, int size) noexcept {
    auto& wire = *static_cast<Wire*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const auto n =
        ::send(wire.socket.fd(), from, static_cast<std::size_t>(std::max(size, 0)), MSG_NOSIGNAL);
    if (n < 0) return would_block(bio, [](BIO* b) { BIO_set_retry_write(b); });
    return static_cast<int>(n);
  }

  static long control(BIO* bio, int command, long, void*) noexcept {
    switch (command) {
      case BIO_CTRL_FLUSH:
        return 1;
      case BIO_CTRL_EOF:
        return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
      default:
        return 0;
    }
  }

  template <class Wire>
  static const BIO_METHOD* method() {
    static const BioMethodPtr kept = [] {
      BioMethodPtr made(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "cork socket"));
      BIO_meth_set_read(made.get(), &BioCallbacks::read<Wire>);
      BIO_meth_set_write(made.get(), &BioCallbacks::write<Wire>);
      BIO_meth_set_ctrl(made.get(), &BioCallbacks::control);
      return made;
    }();
    return kept.get();
  }
};

TlsStream::TlsStream(Socket socket, Deadlines& deadlines, certs::SslPtr ssl, std::string prefix)
    : socket_(std::move(socket), deadlines),
      wire_(new Wire{socket_, std::move(prefix)}),
      ssl_(std::move(ssl)) {
  BIO* bio = BIO_new(BioCallbacks::method<Wire>());
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, wire_.get());
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  // One recv() takes what is there, instead of a record's header and then its body.
  SSL_set_read_ahead(ssl_.get(), 1);
  // write() goes on after a part of its bytes, from where they lie then.
  SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                               SSL_MODE_RELEASE_BUFFERS);
}

TlsStream::~TlsStream() = default;

Awaitable<IoResult<std::unique_ptr<TlsStream>>> TlsStream::accept(Socket socket,
                                                                  Deadlines& deadlines,
                                                                  certs::SslPtr ssl,
                                                                  std::string prefix,
                                                                  std::uint64_t deadline_ms) {
  SSL_set_accept_state(ssl.get());
  std::unique_ptr<TlsStream> stream(
      new TlsStream(std::move(socket), deadlines, std::move(ssl), std::move(prefix)));
  stream->set_deadline(deadline_ms);
  auto done = co_await stream->handshake();
  if (!done) co_return std::unexpected(std::move(done.error()));
  co_return stream;
}

Awaitable<IoResult<std::unique_ptr<TlsStream>>> TlsStream::connect(Socket socket,
                                                                   Deadlines& deadlines,
                                                                   certs::SslPtr ssl,
                                                                   std::uint64_t deadline_ms) {
  SSL_set_connect_state(ssl.get());
  std::unique_ptr<TlsStream> stream(
      new TlsStream(std::move(socket), deadlines, std::move(ssl), {}));
  stream->set_deadline(deadline_ms);
  auto done = co_await stream->handshake();
  if (!done) co_return std::unexpected(std::move(done.error()));
  co_return stream;
}

Awaitable<IoResult<void>> TlsStream::handshake() {
  for (;;) {
    ERR_clear_error();
    const int n = SSL_do_handshake(ssl_.get());
    if (n == 1) co_return IoResult<void>{};
    auto ready = co_await wait_for(SSL_get_error(ssl_.get(), n), TimedSocket::Direction::read);
    if (!ready) co_return std::unexpected(std::move(ready.error()));
  }
}

Awaitable<IoResult<void>> TlsStream::wait_for(int ssl_error, TimedSocket::Direction whose) {
  if (ssl_error == SSL_ERROR_WANT_READ) {
    return socket_.wait(TimedSocket::Direction::read, whose);
  }
  if (ssl_error == SSL_ERROR_WANT_WRITE) {
    return socket_.wait(TimedSocket::Direction::write, whose);
  }
  return [](IoError error) -> Awaitable<IoResult<void>> {
    co_return std::unexpected(std::move(error));
  }(failure(ssl_error));
}

IoError TlsStream::failure(int ssl_error) {
  const int system_error = errno;
  const auto reason = ERR_peek_error();
  std::string why = certs::take_openssl_error();
  if (!socket_.is_open()) return error_of(EBADF);
  if (ssl_error == SSL_ERROR_SYSCALL && reason == 0) {
    return system_error != 0 ? error_of(system_error)
                             : IoError{IoError::Kind::truncated, "closed without close_notify"};
  }
  if (ERR_GET_LIB(reason) == ERR_LIB_SSL &&
      ERR_GET_REASON(reason) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    return {IoError::Kind::truncated, "closed without close_notify"};
  }
  if (std::string problem = certs::verify_problem(ssl_.get()); !problem.empty()) {
    why = std::move(problem);
  }
  return {IoError::Kind::tls, std::move(why)};
}

Awaitable<IoResult<void>> TlsStream::wait_readable() {
  if (SSL_pending(ssl_.get()) == 0 && SSL_has_pending(ssl_.get()) == 0) {
    reads_in_a_row_ = 0;
    co_return co_await socket_.wait(TimedSocket::Direction::read);
  }
  // Reading ahead nearly always leaves the start of a record, so that a fast peer never has to be
  // waited for: without this it would keep the worker to itself.
  if (++reads_in_a_row_ >= kReadsInARow) {
    reads_in_a_row_ = 0;
    co_await asio::post(socket_.socket().get_executor(), use_awaitable);
    if (socket_.read_expired(SteadyClock::now())) {
      co_return std::unexpected(IoError{IoError::Kind::timeout, "timed out"});
    }
  }
  co_return IoResult<void>{};
}

Awaitable<IoResult<std::size_t>> TlsStream::read_some(std::span<std::byte> into) {
  for (;;) {
    ERR_clear_error();
    std::size_t n = 0;
    const int ok = SSL_read_ex(ssl_.get(), into.data(), into.size(), &n);
    if (ok == 1) co_return n;
    const int error = SSL_get_error(ssl_.get(), ok);
    if (error == SSL_ERROR_ZERO_RETURN) co_return std::size_t{0};
    auto ready = co_await wait_for(error, TimedSocket::Direction::read);
    if (!ready) co_return std::unexpected(std::move(ready.error()));
  }
}

Awaitable<IoResult<void>> TlsStream::write(Bytes bytes) {
  bool progressed = false;
  while (!bytes.empty()) {
    ERR_clear_error();
    std::size_t n = 0;
    const int ok = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &n);
    if (ok == 1) {
      bytes = bytes.subspan(n);
      progressed = true;
      continue;
    }
    if (std::exchange(progressed, false)) socket_.write_progressed();
    auto ready = co_await wait_for(SSL_get_error(ssl_.get(), ok), TimedSocket::Direction::write);
    if (!ready) co_return std::unexpected(std::move(ready.error()));
  }
  co_return IoResult<void>{};
}

Awaitable<void> TlsStream::shutdown() {
  if ((SSL_get_shutdown(ssl_.get()) & SSL_SENT_SHUTDOWN) != 0) co_return;
  // Not after a fatal error, where OpenSSL forbids it.
  while (socket_.is_open() && SSL_is_init_finished(ssl_.get()) != 0) {
    ERR_clear_error();
    const int n = SSL_shutdown(ssl_.get());
    if (n >= 0 || SSL_get_error(ssl_.get(), n) != SSL_ERROR_WANT_WRITE) break;
    // A full socket has no room for close_notify, without which what was sent would look cut off.
    if (!co_await socket_.wait(TimedSocket::Direction::write)) break;
  }
  ERR_clear_error();
  if (socket_.is_open()) ::shutdown(socket_.fd(), SHUT_WR);
}

bool TlsStream::readable() noexcept {
  if (!socket_.is_open()) return true;
  ERR_clear_error();
  char byte = 0;
  std::size_t n = 0;
  // Takes in what is no data (session tickets), which may arrive on an idle connection.
  const int ok = SSL_peek_ex(ssl_.get(), &byte, 1, &n);
  const bool quiet = ok != 1 && SSL_get_error(ssl_.get(), ok) == SSL_ERROR_WANT_READ;
  ERR_clear_error();
  return !quiet;
}

std::string_view TlsStream::tls_version() const noexcept {
  return SSL_get_version(ssl_.get());
}

}  // namespace cork::io
