#include "tests/integration/wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace cork::test {

namespace {

void limit_waits(int fd) {
  const timeval ten_seconds{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &ten_seconds, sizeof ten_seconds);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &ten_seconds, sizeof ten_seconds);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

Wire::Wire(Wire&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      context_(std::move(other.context_)),
      ssl_(std::move(other.ssl_)),
      kept_(std::move(other.kept_)),
      reset_(other.reset_) {}

Wire::~Wire() {
  if (fd_ >= 0) ::close(fd_);
}

Wire Wire::connect(std::uint16_t port) {
  return connect(port, "127.0.0.1");
}

Wire Wire::connect(std::uint16_t port, const std::string& from, const std::string& to) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  limit_waits(fd);
  const auto address_of = [](const std::string& text, std::uint16_t at) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(at);
    ::inet_pton(AF_INET, text.c_str(), &address.sin_addr);
    return address;
  };
  const sockaddr_in source = address_of(from, 0), target = address_of(to, port);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&source), sizeof source) != 0 ||
      ::connect(fd, reinterpret_cast<const sockaddr*>(&target), sizeof target) != 0) {
    ::close(fd);
    return Wire(-1);
  }
  return Wire(fd);
}

Wire Wire::connect(const std::filesystem::path& unix_socket) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  limit_waits(fd);
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  unix_socket.native().copy(to.sun_path, sizeof to.sun_path - 1);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    ::close(fd);
    return Wire(-1);
  }
  return Wire(fd);
}

bool Wire::start_tls(const std::string& sni, const std::string& ca_pem) {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  const certs::BioPtr bio(BIO_new_mem_buf(ca_pem.data(), static_cast<int>(ca_pem.size())));
  const certs::X509Ptr ca(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), ca.get());
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  ssl_.reset(SSL_new(context_.get()));
  if (!sni.empty()) {
    SSL_set_tlsext_host_name(ssl_.get(), sni.c_str());
    SSL_set1_host(ssl_.get(), sni.c_str());
  }
  SSL_set_fd(ssl_.get(), fd_);
  ERR_clear_error();
  return SSL_connect(ssl_.get()) == 1;
}

bool Wire::accept_tls(SSL_CTX* context) {
  limit_waits(fd_);
  ssl_.reset(SSL_new(context));
  SSL_set_fd(ssl_.get(), fd_);
  ERR_clear_error();
  return SSL_accept(ssl_.get()) == 1;
}

bool Wire::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ERR_clear_error();
    const auto n = ssl_ ? SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))
                        : static_cast<int>(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

std::string Wire::receive() {
  if (!kept_.empty()) return std::exchange(kept_, {});
  std::array<char, 16384> buffer;
  ERR_clear_error();
  errno = 0;
  const auto n = ssl_ ? SSL_read(ssl_.get(), buffer.data(), buffer.size())
                      : static_cast<int>(::recv(fd_, buffer.data(), buffer.size(), 0));
  if (n > 0) return {buffer.data(), static_cast<std::size_t>(n)};
  reset_ = errno == ECONNRESET || (ssl_ && SSL_get_error(ssl_.get(), n) != SSL_ERROR_ZERO_RETURN);
  return {};
}

std::string Wire::receive_until(std::string_view end) {
  std::string all;
  for (;;) {
    if (const auto at = all.find(end); at != std::string::npos) {
      kept_ = all.substr(at + end.size());
      all.resize(at + end.size());
      return all;
    }
    const std::string more = receive();
    if (more.empty()) return all;
    all += more;
  }
}

std::string Wire::receive_exactly(std::size_t n) {
  std::string all;
  while (all.size() < n) {
    const std::string more = receive();
    if (more.empty()) return all;
    all += more;
  }
  kept_ = all.substr(n);
  all.resize(n);
  return all;
}

std::string Wire::receive_all() {
  std::string all;
  for (std::string more = receive(); !more.empty(); more = receive()) all += more;
  return all;
}

void Wire::send_raw(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void Wire::finish() {
  if (ssl_) SSL_shutdown(ssl_.get());
  ::shutdown(fd_, SHUT_WR);
}

void Wire::abort() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(std::exchange(fd_, -1));
}

}  // namespace cork::test
