// A Stream over TLS: OpenSSL on the descriptor, without asio::ssl::stream, whose buffers cost four
// times the memory of an idle connection.
//
//   auto client = co_await TlsStream::accept(std::move(socket), deadlines, std::move(ssl), hello,
//                                            10'000);
//   auto origin = co_await TlsStream::connect(std::move(socket), deadlines, std::move(ssl),
//   10'000);
#pragma once

#include "certs/openssl_ptr.h"
#include "proxy/io/stream.h"
#include "proxy/io/tcp_stream.h"

#include <cstdint>
#include <memory>
#include <string>

namespace cork::io {

class TlsStream final : public Stream {
 public:
  // The server's side. `prefix`: bytes already read from the socket, the ClientHello's first.
  static Awaitable<IoResult<std::unique_ptr<TlsStream>>> accept(Socket socket, Deadlines& deadlines,
                                                                certs::SslPtr ssl,
                                                                std::string prefix,
                                                                std::uint64_t deadline_ms);
  // The client's side; `ssl` already knows whom to expect (certs::expect_peer). An error of kind
  // `tls` says why the chain or the name did not verify.
  static Awaitable<IoResult<std::unique_ptr<TlsStream>>> connect(Socket socket,
                                                                 Deadlines& deadlines,
                                                                 certs::SslPtr ssl,
                                                                 std::uint64_t deadline_ms);
  ~TlsStream() override;

  Awaitable<IoResult<void>> wait_readable() override;
  Awaitable<IoResult<std::size_t>> read_some(std::span<std::byte> into) override;
  Awaitable<IoResult<void>> write(Bytes bytes) override;
  Awaitable<void> shutdown() override;
  void close() noexcept override { socket_.close(); }
  void abort() noexcept override { socket_.abort(); }
  [[nodiscard]] bool readable() noexcept override;
  void set_read_deadline(std::uint64_t ms) override { socket_.expire_read_after(ms); }
  void set_write_deadline(std::uint64_t ms) override { socket_.allow_write_steps(ms); }
  [[nodiscard]] std::string_view tls_version() const noexcept override;

  // For keeping the session by host; owned by this stream.
  [[nodiscard]] SSL* native() noexcept { return ssl_.get(); }

 private:
  struct Wire;  // what the BIO reads from and writes to
  TlsStream(Socket socket, Deadlines& deadlines, certs::SslPtr ssl, std::string prefix);

  Awaitable<IoResult<void>> handshake();
  // Waits for what the last SSL_* call wanted, by the deadline of `whose`; an error where it failed
  // for good.
  Awaitable<IoResult<void>> wait_for(int ssl_error, TimedSocket::Direction whose);
  [[nodiscard]] IoError failure(int ssl_error);

  TimedSocket socket_;
  std::unique_ptr<Wire> wire_;
  certs::SslPtr ssl_;
  unsigned reads_in_a_row_ = 0;  // without a suspension
};

}  // namespace cork::io
