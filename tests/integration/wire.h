// Blocking sockets and TLS for the two ends of a test: plain, slow and easy to follow.
#pragma once

#include "certs/openssl_ptr.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace cork::test {

// A connected blocking socket, in clear text or under TLS. Every wait ends after ten seconds.
class Wire {
 public:
  explicit Wire(int fd) : fd_(fd) {}
  Wire(Wire&& other) noexcept;
  Wire& operator=(Wire&&) = delete;
  ~Wire();

  static Wire connect(std::uint16_t port);
  // From one address of loopback to another.
  static Wire connect(std::uint16_t port, const std::string& from,
                      const std::string& to = "127.0.0.1");
  static Wire connect(const std::filesystem::path& unix_socket);

  // As a client that trusts `ca_pem` alone; "" for `sni` sends none. False: the handshake failed.
  bool start_tls(const std::string& sni, const std::string& ca_pem);
  // As a server.
  bool accept_tls(SSL_CTX* context);

  // False once the peer takes no more.
  bool send(std::string_view bytes);
  // What is there, or "" at the end (or after a failure).
  std::string receive();
  // Up to and with `end`; what came behind it is kept for the next call.
  std::string receive_until(std::string_view end);
  std::string receive_exactly(std::size_t n);
  std::string receive_all();
  // Beneath TLS, where there is any.
  void send_raw(std::string_view bytes);
  // Half-close.
  void finish();
  // With a reset.
  void abort();

  [[nodiscard]] SSL* ssl() noexcept { return ssl_.get(); }
  [[nodiscard]] bool reset() const noexcept { return reset_; }

 private:
  int fd_;
  certs::SslCtxPtr context_;
  certs::SslPtr ssl_;
  std::string kept_;
  bool reset_ = false;
};

}  // namespace cork::test
