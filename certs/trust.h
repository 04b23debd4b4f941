// Whom cork trusts upstream, and the bundle its clients are given.
//
// Contexts are thread-safe once built.
#pragma once

#include "base/host.h"
#include "base/result.h"
#include "certs/openssl_ptr.h"

#include <filesystem>
#include <memory>
#include <string>

namespace cork::certs {

// Where Debian, Fedora, openSUSE or Alpine keep the system's roots; empty where none is found. No
// environment variable is read.
[[nodiscard]] std::filesystem::path system_roots_file();

// `file`: the one that cannot be trusted; empty: none of them is the reason.
struct TrustError {
  std::string what;
  std::filesystem::path file = {};
};

// A client context that verifies against the system's roots plus `extra_ca_file` (may be empty).
// TLS 1.2 and later, ALPN http/1.1, SSL_MODE_RELEASE_BUFFERS. It stores no sessions (the caller
// keeps them by host, from SSL_CTX_sess_set_new_cb or SSL_get1_session). Verification cannot be
// switched off. Every certificate of the files is an anchor. Errors name the file and the reason;
// to have neither roots nor an extra file is one.
Result<std::shared_ptr<SSL_CTX>, TrustError> make_upstream_context(
    const std::filesystem::path& extra_ca_file);
// The same with the roots of `roots_file` (may be empty) instead of the system's.
Result<std::shared_ptr<SSL_CTX>, TrustError> make_upstream_context(
    const std::filesystem::path& extra_ca_file, const std::filesystem::path& roots_file);

// Sets up one connection: the name (or address) that the chain must carry, without partial
// wildcards, and SNI for names only (RFC 6066, section 3: never for an address).
Result<void> expect_peer(SSL* ssl, const Host& host);

// Why verification of `ssl`'s peer failed, in words ("certificate has expired"); "" where it did
// not.
[[nodiscard]] std::string verify_problem(SSL* ssl);

// The system's roots followed by `ca_pem`: for clients whose variables replace their store. Only
// `ca_pem` where the system has no roots.
Result<std::string> client_bundle(const std::string& ca_pem);
// The same with the roots of `roots_file` (may be empty) instead of the system's.
Result<std::string> client_bundle(const std::string& ca_pem,
                                  const std::filesystem::path& roots_file);

}  // namespace cork::certs
