// Throw-away keys and certificates, and TLS handshakes in memory, for tests alone.
//
// Independent of certs/, so that a mistake there is not repeated here. Failures throw.
//
//   TestCa root;
//   PemPair origin = root.issue({.dns = {"example.com"}});
//   PemPair stale = root.issue({.dns = {"example.com"}, .valid_until = -1h});
//   TestTlsPair pair(client_context, server_context(origin));
//   EXPECT_TRUE(pair.shake_hands());
#pragma once

#include "certs/openssl_ptr.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace cork::test {

struct PemPair {
  std::string certificate;
  std::string key;
};

struct CertificateSpec {
  std::vector<std::string> dns = {};
  std::vector<std::string> ips = {};                         // as text
  std::string common_name = {};                              // none where empty
  std::chrono::seconds valid_from = std::chrono::hours(-1);  // from now
  std::chrono::seconds valid_until = std::chrono::hours(24);
  bool ca = false;
};

namespace detail {

inline void require(bool ok, const char* what) {
  if (ok) return;
  throw std::runtime_error(std::string("test TLS: ") + what + ": " +
                           ERR_error_string(ERR_get_error(), nullptr));
}

inline certs::EvpPkeyPtr make_key() {
  certs::EvpPkeyPtr key(EVP_EC_gen("P-256"));
  require(key != nullptr, "key");
  return key;
}

inline void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  require(extension != nullptr, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

inline certs::X509Ptr make_certificate(const CertificateSpec& spec, EVP_PKEY* key, X509* issuer,
                                       EVP_PKEY* issuer_key) {
  certs::X509Ptr certificate(X509_new());
  X509* const raw = certificate.get();
  X509* const signer = issuer != nullptr ? issuer : raw;
  X509_set_version(raw, 2);
  std::uint64_t serial = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "serial");
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(raw), serial | 1);
  const std::time_t now = std::time(nullptr);
  ASN1_TIME_set(X509_getm_notBefore(raw), now + spec.valid_from.count());
  ASN1_TIME_set(X509_getm_notAfter(raw), now + spec.valid_until.count());
  if (!spec.common_name.empty()) {
    X509_NAME_add_entry_by_txt(X509_get_subject_name(raw), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(spec.common_name.data()),
                               static_cast<int>(spec.common_name.size()), -1, 0);
  }
  X509_set_issuer_name(raw, X509_get_subject_name(signer));
  X509_set_pubkey(raw, key);
  add_extension(raw, signer, NID_basic_constraints, spec.ca ? "critical,CA:TRUE" : "CA:FALSE");
  if (spec.ca) add_extension(raw, signer, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(raw, signer, NID_subject_key_identifier, "hash");
  std::string names;
  for (const auto& name : spec.dns) names += (names.empty() ? "DNS:" : ",DNS:") + name;
  for (const auto& address : spec.ips) names += (names.empty() ? "IP:" : ",IP:") + address;
  if (!names.empty()) add_extension(raw, signer, NID_subject_alt_name, names);
  require(X509_sign(raw, issuer_key, EVP_sha256()) > 0, "sign");
  return certificate;
}

inline std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

inline std::string to_pem(X509* certificate) {
  const certs::BioPtr out(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(out.get(), certificate) == 1, "write a certificate");
  return text_of(out.get());
}

inline std::string to_pem(EVP_PKEY* key) {
  const certs::BioPtr out(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "write a key");
  return text_of(out.get());
}

}  // namespace detail

inline certs::X509Ptr certificate_of(std::string_view pem) {
  const certs::BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  certs::X509Ptr certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  detail::require(certificate != nullptr, "read a certificate");
  return certificate;
}

inline certs::EvpPkeyPtr key_of(std::string_view pem) {
  const certs::BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  certs::EvpPkeyPtr key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  detail::require(key != nullptr, "read a key");
  return key;
}

inline PemPair self_signed(const CertificateSpec& spec) {
  const certs::EvpPkeyPtr key = detail::make_key();
  const certs::X509Ptr certificate = detail::make_certificate(spec, key.get(), nullptr, key.get());
  return {detail::to_pem(certificate.get()), detail::to_pem(key.get())};
}

// A root that signs whatever it is asked to.
class TestCa {
 public:
  explicit TestCa(std::string name = "test root")
      : key_(detail::make_key()),
        certificate_(detail::make_certificate({.common_name = std::move(name), .ca = true},
                                              key_.get(), nullptr, key_.get())) {}

  [[nodiscard]] std::string certificate_pem() const { return detail::to_pem(certificate_.get()); }
  [[nodiscard]] std::string key_pem() const { return detail::to_pem(key_.get()); }

  [[nodiscard]] PemPair issue(const CertificateSpec& spec) const {
    const certs::EvpPkeyPtr key = detail::make_key();
    const certs::X509Ptr certificate =
        detail::make_certificate(spec, key.get(), certificate_.get(), key_.get());
    return {detail::to_pem(certificate.get()), detail::to_pem(key.get())};
  }

 private:
  certs::EvpPkeyPtr key_;
  certs::X509Ptr certificate_;
};

// A plain TLS server, as an origin would be.
inline std::shared_ptr<SSL_CTX> server_context(const PemPair& identity) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  const certs::X509Ptr certificate = certificate_of(identity.certificate);
  const certs::EvpPkeyPtr key = key_of(identity.key);
  detail::require(SSL_CTX_use_certificate(context.get(), certificate.get()) == 1 &&
                      SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1,
                  "server context");
  return context;
}

// A plain TLS client that trusts one root.
inline std::shared_ptr<SSL_CTX> client_context(std::string_view root_pem) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free);
  const certs::X509Ptr root = certificate_of(root_pem);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), root.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  return context;
}

// A client and a server that talk through memory.
class TestTlsPair {
 public:
  TestTlsPair(const std::shared_ptr<SSL_CTX>& client, const std::shared_ptr<SSL_CTX>& server)
      : client_(SSL_new(client.get())), server_(SSL_new(server.get())) {
    detail::require(client_ && server_, "SSL_new");
    BIO* near_end = nullptr;
    BIO* far_end = nullptr;
    detail::require(BIO_new_bio_pair(&near_end, 0, &far_end, 0) == 1, "bio pair");
    SSL_set_bio(client_.get(), near_end, near_end);
    SSL_set_bio(server_.get(), far_end, far_end);
    SSL_set_connect_state(client_.get());
    SSL_set_accept_state(server_.get());
  }

  [[nodiscard]] SSL* client() const noexcept { return client_.get(); }
  [[nodiscard]] SSL* server() const noexcept { return server_.get(); }

  // True where both sides finished; `problem()` says why not. Session tickets are delivered.
  bool shake_hands() {
    for (int round = 0; round < 32; ++round) {
      if (!step(client_.get()) || !step(server_.get())) return false;
      if (SSL_is_init_finished(client_.get()) && SSL_is_init_finished(server_.get())) {
        return deliver_tickets();
      }
    }
    problem_ = "the handshake makes no progress";
    return false;
  }
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

 private:
  bool step(SSL* ssl) {
    if (SSL_is_init_finished(ssl)) return true;
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl);
    return result == 1 || may_go_on(ssl, result);
  }
  bool may_go_on(SSL* ssl, int result) {
    const int error = SSL_get_error(ssl, result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return true;
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    problem_ = reason != nullptr ? reason : "unknown";
    // The side that fails first sends an alert, in which the other side sees the reason.
    SSL* const other = ssl == client_.get() ? server_.get() : client_.get();
    ERR_clear_error();
    static_cast<void>(SSL_do_handshake(other));
    ERR_clear_error();
    return false;
  }
  // Tickets come after a TLS 1.3 handshake: reading (of nothing) takes them in.
  bool deliver_tickets() {
    std::array<char, 1> none{};
    ERR_clear_error();
    const int result = SSL_read(client_.get(), none.data(), 1);
    return result > 0 || may_go_on(client_.get(), result);
  }

  certs::SslPtr client_;
  certs::SslPtr server_;
  std::string problem_;
};

}  // namespace cork::test
