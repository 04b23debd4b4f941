#include "certs/authority.h"

#include "certs/certificate.h"
#include "certs/files.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <system_error>

namespace cork::certs {
namespace {

constexpr const char* kKeyFile = "ca.key.pem";
constexpr const char* kCertificateFile = "ca.cert.pem";
constexpr std::size_t kMaxFileBytes = std::size_t{64} * 1024;
constexpr std::chrono::days kLeafLifetime{30};
constexpr std::chrono::days kClockSkew{1};

std::chrono::sys_seconds to_seconds(Clock::time_point time) {
  return std::chrono::floor<std::chrono::seconds>(time);
}

Result<EvpPkeyPtr> read_key(const std::filesystem::path& path) {
  auto pem = read_private_file(path, kMaxFileBytes);
  if (!pem) return std::unexpected(pem.error());
  auto key = key_from_pem(*pem, path.string());
  OPENSSL_cleanse(pem->data(), pem->size());
  return key;
}

// The key comes first and the certificate is made for the key that is found in its place. So
// processes that race agree on one key, any certificate of theirs fits it, and one that died
// between the two steps is completed by the next.
Result<bool> write_key(const std::filesystem::path& directory) {
  auto key = make_p256_key();
  if (!key) return std::unexpected(key.error());
  auto pem = key_to_pem(key->get());
  if (!pem) return std::unexpected(pem.error());
  auto written = write_new_file(directory / kKeyFile, *pem, 0600);
  OPENSSL_cleanse(pem->data(), pem->size());
  return written;
}

Result<void> write_certificate(const std::filesystem::path& directory, Clock::time_point now) {
  const auto key = read_key(directory / kKeyFile);
  if (!key) return std::unexpected(key.error());
  const auto certificate = make_ca_certificate(key->get(), to_seconds(now));
  if (!certificate) return std::unexpected(certificate.error());
  const auto pem = certificate_to_pem(certificate->get());
  if (!pem) return std::unexpected(pem.error());
  const auto written = write_new_file(directory / kCertificateFile, *pem, 0644);
  if (!written) return std::unexpected(written.error());
  return {};
}

// A name that cannot be examined counts as taken: what is there is found out on reading it.
bool is_taken(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::symlink_status(path, error);
  return status.type() != std::filesystem::file_type::not_found;
}

Result<void> judge_ca(X509* certificate, EVP_PKEY* key, const std::string& where) {
  ERR_clear_error();
  if (X509_check_private_key(certificate, key) != 1) {
    ERR_clear_error();
    return fail(fmt::format("{}: does not fit the key in {} beside it", where, kKeyFile));
  }
  if (!EVP_PKEY_is_a(key, "EC") && !EVP_PKEY_is_a(key, "RSA")) {
    return fail(fmt::format("{}: a CA key is P-256 (or another curve, or RSA)", where));
  }
  // 1: version 3, basicConstraints CA:TRUE, and a key usage (if any) with keyCertSign.
  if (X509_check_ca(certificate) != 1) {
    return fail(fmt::format("{}: is not the certificate of a CA", where));
  }
  if (X509_self_signed(certificate, 1) != 1) {
    ERR_clear_error();
    return fail(
        fmt::format("{}: is not self-signed; clients trust roots, so a root it must be", where));
  }
  if (X509_get0_subject_key_id(certificate) == nullptr) {
    return fail(fmt::format(
        "{}: has no subject key identifier, without which strict clients refuse its leaves",
        where));
  }
  return {};
}

std::string new_ca_hint(const std::filesystem::path& directory) {
  return fmt::format("delete {} and {} in {} for a new CA", kKeyFile, kCertificateFile,
                     directory.string());
}

Result<void> judge_dates(Validity validity, Clock::time_point now,
                         const std::filesystem::path& directory) {
  const std::string where = (directory / kCertificateFile).string();
  if (now >= validity.not_after) {
    return fail(fmt::format("{}: has expired; {}", where, new_ca_hint(directory)));
  }
  if (now < validity.not_before) {
    return fail(fmt::format("{}: is not valid yet; is the clock right?", where));
  }
  return {};
}

}  // namespace

Result<Authority> Authority::create(const std::filesystem::path& directory, Clock::time_point now) {
  if (auto made = make_private_folder(directory); !made) return std::unexpected(made.error());
  if (is_taken(directory / kCertificateFile) || is_taken(directory / kKeyFile)) {
    return fail(fmt::format("{}: already holds a CA", directory.string()));
  }
  const auto written = write_key(directory);
  if (!written) return std::unexpected(written.error());
  if (!*written) return fail(fmt::format("{}: already holds a CA", directory.string()));
  if (auto made = write_certificate(directory, now); !made) return std::unexpected(made.error());
  return load(directory, now);
}

Result<Authority> Authority::load(const std::filesystem::path& directory, Clock::time_point now) {
  const std::filesystem::path path = directory / kCertificateFile;
  const auto text = read_file(path, kMaxFileBytes);
  if (!text) return std::unexpected(text.error());
  auto certificate = certificate_from_pem(*text, path.string());
  if (!certificate) return std::unexpected(certificate.error());
  auto key = read_key(directory / kKeyFile);
  if (!key) return std::unexpected(key.error());
  if (auto fit = judge_ca(certificate->get(), key->get(), path.string()); !fit) {
    return std::unexpected(fit.error());
  }
  const auto validity = validity_of(certificate->get());
  if (!validity) return fail(fmt::format("{}: {}", path.string(), validity.error().what));
  if (auto valid = judge_dates(*validity, now, directory); !valid) {
    return std::unexpected(valid.error());
  }
  auto leaf_key = make_p256_key();
  if (!leaf_key) return std::unexpected(leaf_key.error());
  auto pem = certificate_to_pem(certificate->get());
  if (!pem) return std::unexpected(pem.error());
  auto fingerprint = fingerprint_of(certificate->get());
  if (!fingerprint) return std::unexpected(fingerprint.error());

  Authority authority;
  authority.certificate_ = std::move(*certificate);
  authority.key_ = std::move(*key);
  authority.leaf_key_ = std::move(*leaf_key);
  authority.pem_ = std::move(*pem);
  authority.fingerprint_ = std::move(*fingerprint);
  authority.not_before_ = validity->not_before;
  authority.not_after_ = validity->not_after;
  return authority;
}

Result<Authority> Authority::load_or_create(const std::filesystem::path& directory,
                                            Clock::time_point now) {
  // In this order: whoever sees a certificate may rely on the key being there before it.
  const bool has_certificate = is_taken(directory / kCertificateFile);
  const bool has_key = is_taken(directory / kKeyFile);
  if (has_certificate && !has_key) {
    return fail(fmt::format("{}: its key {} is missing; restore the key, or delete {} for a new CA",
                            (directory / kCertificateFile).string(), kKeyFile, kCertificateFile));
  }
  if (has_certificate) return load(directory, now);
  if (auto made = make_private_folder(directory); !made) return std::unexpected(made.error());
  if (const auto written = write_key(directory); !written) {
    return std::unexpected(written.error());
  }
  if (auto made = write_certificate(directory, now); !made) return std::unexpected(made.error());
  return load(directory, now);
}

Result<Leaf> Authority::mint(const Host& host, Clock::time_point now) const {
  if (now >= not_after_) return fail("the CA has expired");
  const Validity validity{to_seconds(std::max(now - kClockSkew, not_before_)),
                          to_seconds(std::min(now + kLeafLifetime, not_after_))};
  auto certificate =
      make_leaf_certificate({certificate_.get(), key_.get()}, leaf_key_.get(), host, validity);
  if (!certificate) return std::unexpected(certificate.error());
  if (EVP_PKEY_up_ref(leaf_key_.get()) != 1) return fail("out of memory");
  return Leaf{std::move(*certificate), EvpPkeyPtr(leaf_key_.get())};
}

}  // namespace cork::certs
