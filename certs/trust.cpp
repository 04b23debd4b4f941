#include "certs/trust.h"

#include "certs/files.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <array>
#include <limits>
#include <string_view>
#include <system_error>
#include <utility>

namespace cork::certs {
namespace {

constexpr std::size_t kMaxBundleBytes = 16 << 20;

constexpr std::array<const char*, 5> kSystemRoots = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",                   // Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/ssl/cert.pem",                                  // Alpine, BSD
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // RHEL, without the compatibility links
};

std::unexpected<TrustError> context_failed() {
  const std::string reason = take_openssl_error();
  return std::unexpected(TrustError{fmt::format("cannot make the upstream TLS context: {}",
                                                reason.empty() ? "out of memory" : reason)});
}

std::unexpected<TrustError> distrusted(const std::filesystem::path& path, std::string what) {
  return std::unexpected(TrustError{std::move(what), path});
}

// Every certificate of the file is trusted, or none: a damaged one is not passed over in silence.
Result<void, TrustError> trust_file(X509_STORE* store, const std::filesystem::path& path) {
  const auto pem = read_file(path, kMaxBundleBytes);
  if (!pem) return distrusted(path, pem.error().what);
  ERR_clear_error();
  const BioPtr in(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())));
  if (!in) return context_failed();
  int count = 0;
  while (const X509Ptr root{PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr)}) {
    if (X509_STORE_add_cert(store, root.get()) != 1) return context_failed();
    ++count;
  }
  const unsigned long last = ERR_peek_last_error();
  const bool at_end =
      ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  if (!at_end) {
    return distrusted(path, fmt::format("{}: certificate {} is damaged ({})", path.string(),
                                        count + 1, take_openssl_error()));
  }
  ERR_clear_error();
  if (count == 0) {
    return distrusted(path, fmt::format("{}: holds no PEM certificate", path.string()));
  }
  return {};
}

bool set_up(SSL_CTX* context) {
  static constexpr std::string_view protocols = "\x08http/1.1";
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Nothing is stored here; CLIENT only lets a new-session callback of the caller's be called.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
         // An anchor need not be a root: an operator may name an intermediate, or one server.
         X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), X509_V_FLAG_PARTIAL_CHAIN) == 1 &&
         SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(protocols.data()),
                                 static_cast<unsigned int>(protocols.size())) == 0;
}

}  // namespace

std::filesystem::path system_roots_file() {
  for (const char* path : kSystemRoots) {
    std::error_code error;
    if (std::filesystem::is_regular_file(path, error)) return path;
  }
  return {};
}

Result<std::shared_ptr<SSL_CTX>, TrustError> make_upstream_context(
    const std::filesystem::path& extra_ca_file) {
  return make_upstream_context(extra_ca_file, system_roots_file());
}

Result<std::shared_ptr<SSL_CTX>, TrustError> make_upstream_context(
    const std::filesystem::path& extra_ca_file, const std::filesystem::path& roots_file) {
  if (extra_ca_file.empty() && roots_file.empty()) {
    return std::unexpected(
        TrustError{"this system has no root certificates; install the package ca-certificates"});
  }
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> context(SslCtxPtr(SSL_CTX_new(TLS_client_method())));
  if (!context || !set_up(context.get())) return context_failed();
  X509_STORE* store = SSL_CTX_get_cert_store(context.get());
  for (const std::filesystem::path& file : {roots_file, extra_ca_file}) {
    if (file.empty()) continue;
    if (auto trusted = trust_file(store, file); !trusted) return std::unexpected(trusted.error());
  }
  return context;
}

Result<void> expect_peer(SSL* ssl, const Host& host) {
  ERR_clear_error();
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  bool set = false;
  if (const auto& address = host.address()) {
    const auto octets = address->octets();
    set = X509_VERIFY_PARAM_set1_ip(SSL_get0_param(ssl), octets.data(), octets.size()) == 1;
  } else {
    set = SSL_set1_host(ssl, host.text().c_str()) == 1 &&
          SSL_set_tlsext_host_name(ssl, host.text().c_str()) == 1;
  }
  if (set) return {};
  return fail(fmt::format("cannot expect {} of a peer: {}", host.text(), take_openssl_error()));
}

std::string verify_problem(SSL* ssl) {
  const long result = SSL_get_verify_result(ssl);
  return result == X509_V_OK ? std::string() : X509_verify_cert_error_string(result);
}

Result<std::string> client_bundle(const std::string& ca_pem) {
  return client_bundle(ca_pem, system_roots_file());
}

Result<std::string> client_bundle(const std::string& ca_pem,
                                  const std::filesystem::path& roots_file) {
  if (roots_file.empty()) return ca_pem;
  auto bundle = read_file(roots_file, kMaxBundleBytes);
  if (!bundle) return bundle;
  if (!bundle->empty() && bundle->back() != '\n') *bundle += '\n';
  return *bundle + '\n' + ca_pem;
}

}  // namespace cork::certs
