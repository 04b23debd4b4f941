// X.509 as cork writes it: its CA certificate, the leaves below it, and their PEM.
//
// Thread-safe: no state, and an issuer is only read. Sources: RFC 5280, RFC 6125, and what strict
// clients refuse (docs/tls.md).
//
//   Result<EvpPkeyPtr> key = make_p256_key();
//   Result<X509Ptr> ca = make_ca_certificate(key->get(), now);
#pragma once

#include "base/host.h"
#include "base/result.h"
#include "certs/openssl_ptr.h"

#include <chrono>
#include <string>
#include <string_view>

namespace cork::certs {

struct Validity {
  std::chrono::sys_seconds not_before, not_after;
};

Result<EvpPkeyPtr> make_p256_key();

// Self-signed, valid for ten years, for leaves alone (pathlen 0), under a name of its own: two CAs
// of the same subject would be taken for one another.
Result<X509Ptr> make_ca_certificate(EVP_PKEY* key, std::chrono::sys_seconds now);

struct Issuer {
  X509* certificate;
  EVP_PKEY* key;
};
// A server certificate. The subject is empty and the SAN critical where the name is too long for a
// common name (64 characters).
Result<X509Ptr> make_leaf_certificate(const Issuer& issuer, EVP_PKEY* leaf_key, const Host& host,
                                      Validity validity);

Result<Validity> validity_of(const X509* certificate);

Result<std::string> certificate_to_pem(X509* certificate);
// The first certificate of the text. `what` names the source in errors.
Result<X509Ptr> certificate_from_pem(std::string_view pem, std::string_view what);

// The private key, in clear (PKCS #8). The caller wipes it.
Result<std::string> key_to_pem(EVP_PKEY* key);
// An encrypted key is an error: nobody is there to ask for the passphrase.
Result<EvpPkeyPtr> key_from_pem(std::string_view pem, std::string_view what);

// SHA-256 of the DER, "AB:CD:…".
Result<std::string> fingerprint_of(const X509* certificate);

}  // namespace cork::certs
