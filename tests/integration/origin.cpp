#include "tests/integration/origin.h"

#include "base/ascii.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace cork::test {

namespace {

certs::SslCtxPtr server_context(const std::string& certificate_pem, const std::string& key_pem) {
  certs::SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
  const certs::BioPtr cert_bio(
      BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())));
  const certs::X509Ptr certificate(PEM_read_bio_X509(cert_bio.get(), nullptr, nullptr, nullptr));
  const certs::BioPtr key_bio(BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
  const certs::EvpPkeyPtr key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  SSL_CTX_use_certificate(context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  return context;
}

std::size_t number_after(const std::string& lower_head, const std::string& name, bool& found) {
  const auto at = lower_head.find("\r\n" + name + ":");
  found = at != std::string::npos;
  std::size_t value = 0;
  if (!found) return value;
  const auto digits = lower_head.find_first_of("0123456789", at);
  std::from_chars(lower_head.data() + digits, lower_head.data() + lower_head.size(), value);
  return value;
}

}  // namespace

std::string ok(std::string_view body) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

Origin::Origin(Respond respond, const std::string& certificate_pem, const std::string& key_pem)
    : respond_(std::move(respond)) {
  if (!certificate_pem.empty()) context_ = server_context(certificate_pem, key_pem);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  ::bind(listener_, reinterpret_cast<const sockaddr*>(&at), sizeof at);
  ::listen(listener_, 64);
  ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
  port_ = ntohs(at.sin_port);
  acceptor_ = std::jthread([this] { accept_loop(); });
}

Origin::~Origin() {
  stopping_ = true;
  acceptor_.join();
  ::close(listener_);
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);  // ends the threads' waits
  }
  threads_.clear();
}

void Origin::accept_loop() {
  while (!stopping_) {
    pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, 20) <= 0) continue;
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    ++connections_;
    {
      const std::lock_guard lock(mutex_);
      open_.insert(fd);
    }
    threads_.emplace_back([this, fd] {
      Wire wire(fd);
      serve(wire);
      const std::lock_guard lock(mutex_);  // while `wire` still owns the descriptor
      open_.erase(fd);
    });
  }
}

void Origin::serve(Wire& wire) {
  if (context_ && !wire.accept_tls(context_.get())) return;
  for (;;) {
    OriginRequest request;
    request.complete = read_request(wire, request);
    const bool whole = request.complete;
    if (request.head.empty()) return;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    if (!whole) return;
    const std::string answer = respond_(request);
    if (stream_ && request.head.starts_with("GET " + streamed_path_ + ' ')) {
      stream_(wire);
      continue;
    }
    if (answer.empty() || !wire.send(answer)) return;
  }
}

bool Origin::read_request(Wire& wire, OriginRequest& request) {
  request.head = wire.receive_until("\r\n\r\n");
  keep(request.head);
  if (!request.head.ends_with("\r\n\r\n")) return false;
  const std::string lower = to_lower(request.head);
  if (lower.find("\r\ntransfer-encoding: chunked") == std::string::npos) {
    bool found = false;
    const std::size_t length = number_after(lower, "content-length", found);
    request.body = wire.receive_exactly(length);
    keep(request.body);
    return request.body.size() == length;
  }
  for (;;) {
    const std::string line = wire.receive_until("\r\n");
    keep(line);
    if (!line.ends_with("\r\n")) return false;
    std::size_t size = 0;
    std::from_chars(line.data(), line.data() + line.size(), size, 16);
    if (size == 0) break;
    const std::string chunk = wire.receive_exactly(size + 2);
    keep(chunk);
    if (chunk.size() != size + 2) return false;
    request.body.append(chunk, 0, size);
  }
  for (;;) {
    const std::string line = wire.receive_until("\r\n");
    keep(line);
    if (line == "\r\n") return true;
    if (!line.ends_with("\r\n")) return false;
    request.head += line;
  }
}

void Origin::keep(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  received_ += bytes;
}

std::string Origin::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

std::vector<OriginRequest> Origin::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::size_t Origin::complete_requests() const {
  const auto all = requests();
  return static_cast<std::size_t>(std::ranges::count(all, true, &OriginRequest::complete));
}

}  // namespace cork::test
