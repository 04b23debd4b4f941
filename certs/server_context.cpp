#include "certs/server_context.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace cork::certs {
namespace {

constexpr std::string_view kHttp1 = "http/1.1";
constexpr std::string_view kHttp2 = "h2";

std::unexpected<Error> context_failed(const Host& host) {
  const std::string reason = take_openssl_error();
  return fail(fmt::format("cannot make a TLS context for {}: {}", host.text(),
                          reason.empty() ? "out of memory" : reason));
}

// ALPN, RFC 7301: OpenSSL has checked the list's lengths before this is called.
int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void*) noexcept {
  std::string_view rest(reinterpret_cast<const char*>(offered), offered_size);
  bool offers_http2 = false;
  while (!rest.empty()) {
    const std::size_t size =
        std::min<std::size_t>(static_cast<unsigned char>(rest.front()), rest.size() - 1);
    const std::string_view protocol = rest.substr(1, size);
    if (protocol == kHttp1) {
      *out = reinterpret_cast<const unsigned char*>(protocol.data());
      *out_size = static_cast<unsigned char>(size);
      return SSL_TLSEXT_ERR_OK;
    }
    offers_http2 = offers_http2 || protocol == kHttp2;
    rest.remove_prefix(1 + size);
  }
  return offers_http2 ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_NOACK;
}

// The expand step of HKDF (RFC 5869) over the host's name: the secret is uniform already.
bool derive(const TicketSecret& secret, const Host& host, std::vector<unsigned char>& keys) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> block{};
  unsigned int block_size = 0;
  std::size_t filled = 0;
  for (unsigned char counter = 1; filled < keys.size(); ++counter) {
    std::vector<unsigned char> input(block.begin(), block.begin() + block_size);
    constexpr std::string_view label = "cork session tickets\n";
    input.insert(input.end(), label.begin(), label.end());
    input.insert(input.end(), host.text().begin(), host.text().end());
    input.push_back(counter);
    const bool made =
        HMAC(EVP_sha256(), secret.octets().data(), static_cast<int>(secret.octets().size()),
             input.data(), input.size(), block.data(), &block_size) != nullptr;
    OPENSSL_cleanse(input.data(), input.size());
    if (!made) return false;
    const std::size_t size = std::min<std::size_t>(block_size, keys.size() - filled);
    std::copy_n(block.begin(), size, keys.begin() + static_cast<std::ptrdiff_t>(filled));
    filled += size;
  }
  OPENSSL_cleanse(block.data(), block.size());
  return true;
}

bool set_ticket_keys(SSL_CTX* context, const TicketSecret& secret, const Host& host) {
  const long size = SSL_CTX_set_tlsext_ticket_keys(context, nullptr, 0);  // asks for the length
  if (size <= 0) return false;
  std::vector<unsigned char> keys(static_cast<std::size_t>(size));
  const bool set =
      derive(secret, host, keys) && SSL_CTX_set_tlsext_ticket_keys(context, keys.data(), size) == 1;
  OPENSSL_cleanse(keys.data(), keys.size());
  return set;
}

bool set_session_id_context(SSL_CTX* context, const Host& host) {
  static_assert(SHA256_DIGEST_LENGTH <= SSL_MAX_SID_CTX_LENGTH);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  return EVP_Digest(host.text().data(), host.text().size(), digest.data(), &size, EVP_sha256(),
                    nullptr) == 1 &&
         SSL_CTX_set_session_id_context(context, digest.data(), size) == 1;
}

}  // namespace

Result<TicketSecret> TicketSecret::make_random() {
  TicketSecret secret;
  if (RAND_bytes(secret.octets_.data(), static_cast<int>(secret.octets_.size())) != 1) {
    return fail("no random bytes to be had");
  }
  return secret;
}

TicketSecret::~TicketSecret() {
  OPENSSL_cleanse(octets_.data(), octets_.size());
}

Result<SslCtxPtr> make_server_context(const Host& host, const Leaf& leaf,
                                      const TicketSecret& secret) {
  ERR_clear_error();
  SslCtxPtr context(SSL_CTX_new(TLS_server_method()));
  if (!context) return context_failed(host);
  SSL_CTX* raw = context.get();
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // NO_AUTO_CHAIN: the leaf goes out alone, instead of a search for its chain in each handshake.
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                            SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(raw, &select_protocol, nullptr);
  const bool made = SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1 &&
                    SSL_CTX_set1_groups_list(raw, "X25519:P-256:P-384") == 1 &&
                    SSL_CTX_set_max_early_data(raw, 0) == 1 &&
                    SSL_CTX_set_recv_max_early_data(raw, 0) == 1 &&
                    SSL_CTX_set_num_tickets(raw, 1) == 1 &&
                    SSL_CTX_use_certificate(raw, leaf.certificate.get()) == 1 &&
                    SSL_CTX_use_PrivateKey(raw, leaf.key.get()) == 1 &&
                    set_ticket_keys(raw, secret, host) && set_session_id_context(raw, host);
  if (!made) return context_failed(host);
  return context;
}

}  // namespace cork::certs
