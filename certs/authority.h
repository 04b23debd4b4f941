// cork's certificate authority: made once, kept in a folder, and used to sign leaf certificates.
//
// Thread-safe once built (minting only reads). P-256 throughout. Sources: RFC 5280, RFC 6125 and
// the client limits in docs/tls.md.
//
//   auto ca = Authority::load_or_create("/home/me/.local/share/cork/ca", now);
//   Leaf leaf = ca->mint(host, now);
#pragma once

#include "base/host.h"
#include "base/result.h"
#include "certs/openssl_ptr.h"

#include <chrono>
#include <filesystem>
#include <string>

namespace cork::certs {

using Clock = std::chrono::system_clock;

struct Leaf {
  X509Ptr certificate;
  EvpPkeyPtr key;  // shared by every leaf of this process
};

class Authority {
 public:
  // Makes the folder (0700) and in it ca.key.pem (0600) and ca.cert.pem, written whole and renamed
  // into place; two processes that race end with one CA. Refuses a folder that already has one.
  static Result<Authority> create(const std::filesystem::path& directory, Clock::time_point now);
  // Refuses a key that others can read (or that is a symbolic link, or another user's), a key that
  // does not fit its certificate, an expired one, and a certificate that is no root; says what to
  // do.
  static Result<Authority> load(const std::filesystem::path& directory, Clock::time_point now);
  // Completes a CA whose maker died after the key; never replaces a file.
  static Result<Authority> load_or_create(const std::filesystem::path& directory,
                                          Clock::time_point now);

  // A server certificate for that host: SAN dNSName or iPAddress, 30 days, back-dated a day but not
  // before the CA, random 16-octet serial, AKI, EKU serverAuth.
  Result<Leaf> mint(const Host& host, Clock::time_point now) const;

  [[nodiscard]] const std::string& certificate_pem() const noexcept { return pem_; }
  // SHA-256 of the certificate, "AB:CD:…".
  [[nodiscard]] const std::string& fingerprint() const noexcept { return fingerprint_; }
  [[nodiscard]] Clock::time_point not_after() const noexcept { return not_after_; }

 private:
  Authority() = default;

  X509Ptr certificate_;
  EvpPkeyPtr key_;
  EvpPkeyPtr leaf_key_;
  std::string pem_;
  std::string fingerprint_;
  Clock::time_point not_before_, not_after_;
};

}  // namespace cork::certs
