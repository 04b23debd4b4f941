#include "proxy/commands/probe.h"

#include "base/base64.h"
#include "base/descriptor.h"
#include "rules/policy/percent.h"

#include <fmt/format.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace cork::commands {
namespace {

constexpr timeval kLongest{.tv_sec = 5, .tv_usec = 0};
constexpr std::size_t kMostHead = 16'384;

using Addresses = std::unique_ptr<addrinfo, certs::FreeWith<&::freeaddrinfo>>;

Result<Descriptor> connect_to(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(endpoint.host.text().c_str(),
                                  std::to_string(endpoint.port).c_str(), &hints, &found);
  if (error != 0) return fail(::gai_strerror(error));
  const Addresses addresses(found);
  int why = ECONNREFUSED;
  for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
    Descriptor socket(::socket(one->ai_family, one->ai_socktype | SOCK_CLOEXEC, one->ai_protocol));
    // SO_SNDTIMEO bounds connect() too.
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &kLongest, sizeof kLongest);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &kLongest, sizeof kLongest);
    if (::connect(socket.get(), one->ai_addr, one->ai_addrlen) == 0) return socket;
    why = errno == EINPROGRESS ? ETIMEDOUT : errno;
  }
  return fail(std::strerror(why));
}

// The status line of the answer to CONNECT. Read byte by byte: what follows the head is TLS.
Result<std::string> ask_for_tunnel(int socket, const ProxyAddress& proxy, const Host& host) {
  const std::string place = host.url_text() + ":443";
  std::string request = fmt::format("CONNECT {} HTTP/1.1\r\nHost: {}\r\n", place, place);
  if (!proxy.credentials.empty()) {
    request += fmt::format("Proxy-Authorization: Basic {}\r\n",
                           base64_encoded(policy::percent_decoded(proxy.credentials)));
  }
  request += "\r\n";
  if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return fail("it takes no request");
  }
  std::string head;
  while (!head.ends_with("\r\n\r\n")) {
    char c = 0;
    if (head.size() == kMostHead || ::recv(socket, &c, 1, 0) != 1) {
      return fail("it does not answer as an HTTP proxy does");
    }
    head += c;
  }
  return head.substr(0, head.find("\r\n"));
}

}  // namespace

Result<ProxyAddress> parse_proxy(std::string_view variable) {
  std::string scheme = "http";
  if (const std::size_t mark = variable.find("://"); mark != std::string_view::npos) {
    scheme = variable.substr(0, mark);
    variable.remove_prefix(mark + 3);
  }
  variable = variable.substr(0, variable.find('/'));
  std::string credentials;
  if (const std::size_t at = variable.rfind('@'); at != std::string_view::npos) {
    credentials = variable.substr(0, at);
    variable.remove_prefix(at + 1);
  }
  const auto endpoint = Endpoint::parse_authority(variable, scheme == "https" ? 443 : 80);
  if (!endpoint) return std::unexpected(endpoint.error());
  return ProxyAddress{std::move(scheme), *endpoint, std::move(credentials)};
}

Result<certs::X509Ptr> presented_certificate(const ProxyAddress& proxy, const Host& host) {
  const auto socket = connect_to(proxy.endpoint);
  if (!socket) return std::unexpected(socket.error());
  const auto status = ask_for_tunnel(socket->get(), proxy, host);
  if (!status) return std::unexpected(status.error());
  if (!status->starts_with("HTTP/1.1 200") && !status->starts_with("HTTP/1.0 200")) {
    return fail(fmt::format("it opens no tunnel: {}", *status));
  }
  ERR_clear_error();
  const certs::SslCtxPtr context(SSL_CTX_new(TLS_client_method()));
  const certs::SslPtr ssl(context ? SSL_new(context.get()) : nullptr);
  if (!ssl || SSL_set_fd(ssl.get(), socket->get()) != 1) {
    return fail(certs::take_openssl_error());
  }
  if (host.is_name()) SSL_set_tlsext_host_name(ssl.get(), host.text().c_str());
  if (SSL_connect(ssl.get()) != 1) {
    const std::string why = certs::take_openssl_error();
    return fail(fmt::format("no TLS in its tunnel: {}", why.empty() ? "it closed" : why));
  }
  certs::X509Ptr leaf(SSL_get1_peer_certificate(ssl.get()));
  SSL_shutdown(ssl.get());
  if (!leaf) return fail("it shows no certificate");
  return leaf;
}

std::string distrust(X509* leaf, const std::filesystem::path& roots, const Host& host) {
  ERR_clear_error();
  const std::unique_ptr<X509_STORE, certs::FreeWith<&X509_STORE_free>> store(X509_STORE_new());
  const std::unique_ptr<X509_STORE_CTX, certs::FreeWith<&X509_STORE_CTX_free>> context(
      X509_STORE_CTX_new());
  if (!store || X509_STORE_load_file(store.get(), roots.c_str()) != 1) {
    return fmt::format("no certificates can be read from it ({})", certs::take_openssl_error());
  }
  if (!context || X509_STORE_CTX_init(context.get(), store.get(), leaf, nullptr) != 1) {
    return certs::take_openssl_error();
  }
  if (host.is_name()) {
    X509_VERIFY_PARAM_set1_host(X509_STORE_CTX_get0_param(context.get()), host.text().c_str(),
                                host.text().size());
  }
  if (X509_verify_cert(context.get()) == 1) return {};
  const std::string why = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
  ERR_clear_error();
  return why;
}

}  // namespace cork::commands
