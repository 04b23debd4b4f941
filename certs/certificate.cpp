#include "certs/certificate.h"

#include <fmt/format.h>
#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <ctime>
#include <limits>
#include <tuple>

namespace cork::certs {
namespace {

using BignumPtr = std::unique_ptr<BIGNUM, FreeWith<&BN_free>>;
using IntegerPtr = std::unique_ptr<ASN1_INTEGER, FreeWith<&ASN1_INTEGER_free>>;
using OctetsPtr = std::unique_ptr<ASN1_OCTET_STRING, FreeWith<&ASN1_OCTET_STRING_free>>;
using Ia5Ptr = std::unique_ptr<ASN1_IA5STRING, FreeWith<&ASN1_IA5STRING_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, FreeWith<&X509_EXTENSION_free>>;
using GeneralNamePtr = std::unique_ptr<GENERAL_NAME, FreeWith<&GENERAL_NAME_free>>;
using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, FreeWith<&GENERAL_NAMES_free>>;

constexpr std::size_t kMaxCommonName = 64;  // ub-common-name, RFC 5280 appendix A.1
constexpr std::chrono::days kClockSkew{1};
constexpr std::chrono::days kCaLifetime{3650};

std::unexpected<Error> openssl_failed(std::string_view action) {
  const std::string reason = take_openssl_error();
  return fail(fmt::format("cannot {}: {}", action, reason.empty() ? "out of memory" : reason));
}

// Sixteen octets, the first in 0x40–0x7f: positive, and never shorter.
bool set_random_serial(X509* certificate) {
  std::array<unsigned char, 16> octets{};
  if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1) return false;
  octets[0] = static_cast<unsigned char>((octets[0] & 0x3f) | 0x40);
  const BignumPtr number(BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
  if (!number) return false;
  const IntegerPtr serial(BN_to_ASN1_INTEGER(number.get(), nullptr));
  return serial && X509_set_serialNumber(certificate, serial.get()) == 1;
}

bool set_validity(X509* certificate, Validity validity) {
  using std::chrono::system_clock;
  return ASN1_TIME_set(X509_getm_notBefore(certificate),
                       system_clock::to_time_t(validity.not_before)) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate),
                       system_clock::to_time_t(validity.not_after)) != nullptr;
}

bool set_common_name(X509* certificate, const std::string& name) {
  return X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                    MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.data()),
                                    static_cast<int>(name.size()), -1, 0) == 1;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509V3_set_ctx_nodb(&context);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

GeneralNamePtr subject_name(const Host& host) {
  GeneralNamePtr name(GENERAL_NAME_new());
  if (!name) return nullptr;
  if (const auto& address = host.address()) {
    OctetsPtr octets(ASN1_OCTET_STRING_new());
    const auto bytes = address->octets();
    if (!octets ||
        ASN1_OCTET_STRING_set(octets.get(), bytes.data(), static_cast<int>(bytes.size())) != 1) {
      return nullptr;
    }
    GENERAL_NAME_set0_value(name.get(), GEN_IPADD, octets.release());
    return name;
  }
  Ia5Ptr text(ASN1_IA5STRING_new());
  const std::string& spelled = host.text();
  if (!text || ASN1_STRING_set(text.get(), spelled.data(), static_cast<int>(spelled.size())) != 1) {
    return nullptr;
  }
  GENERAL_NAME_set0_value(name.get(), GEN_DNS, text.release());
  return name;
}

// Built as a structure, not from configuration text, in which a comma would begin another name.
bool add_subject_alt_name(X509* certificate, const Host& host, bool critical) {
  GeneralNamePtr name = subject_name(host);
  const GeneralNamesPtr names(GENERAL_NAMES_new());
  if (!name || !names || sk_GENERAL_NAME_push(names.get(), name.get()) <= 0) return false;
  std::ignore = name.release();  // it is the list's now
  return X509_add1_ext_i2d(certificate, NID_subject_alt_name, names.get(), critical ? 1 : 0,
                           X509V3_ADD_DEFAULT) == 1;
}

Result<std::chrono::sys_seconds> to_time_point(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return openssl_failed("read a date");
  return std::chrono::time_point_cast<std::chrono::seconds>(
      std::chrono::system_clock::from_time_t(::timegm(&parts)));
}

BioPtr reader_of(std::string_view text) {
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return nullptr;
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

Result<EvpPkeyPtr> make_p256_key() {
  ERR_clear_error();
  EvpPkeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return openssl_failed("make a P-256 key");
  return key;
}

Result<X509Ptr> make_ca_certificate(EVP_PKEY* key, std::chrono::sys_seconds now) {
  ERR_clear_error();
  std::array<unsigned char, 4> random{};
  X509Ptr ca(X509_new());
  const bool named =
      ca && RAND_bytes(random.data(), static_cast<int>(random.size())) == 1 &&
      set_common_name(ca.get(), fmt::format("cork CA {:02x}{:02x}{:02x}{:02x}", random[0],
                                            random[1], random[2], random[3]));
  const bool made =
      named && X509_set_version(ca.get(), X509_VERSION_3) == 1 && set_random_serial(ca.get()) &&
      set_validity(ca.get(), {now - kClockSkew, now + kCaLifetime}) &&
      X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get())) == 1 &&
      X509_set_pubkey(ca.get(), key) == 1 &&
      add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
      add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign") &&
      add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash") &&
      X509_sign(ca.get(), key, EVP_sha256()) > 0;
  if (!made) return openssl_failed("make a CA certificate");
  return ca;
}

Result<X509Ptr> make_leaf_certificate(const Issuer& issuer, EVP_PKEY* leaf_key, const Host& host,
                                      Validity validity) {
  ERR_clear_error();
  const std::string& name = host.text();
  const bool nameless = name.size() > kMaxCommonName;
  X509Ptr leaf(X509_new());
  const bool made =
      leaf && X509_set_version(leaf.get(), X509_VERSION_3) == 1 && set_random_serial(leaf.get()) &&
      set_validity(leaf.get(), validity) && (nameless || set_common_name(leaf.get(), name)) &&
      X509_set_issuer_name(leaf.get(), X509_get_subject_name(issuer.certificate)) == 1 &&
      X509_set_pubkey(leaf.get(), leaf_key) == 1 &&
      add_subject_alt_name(leaf.get(), host, nameless) &&
      add_extension(leaf.get(), issuer.certificate, NID_basic_constraints, "critical,CA:FALSE") &&
      add_extension(leaf.get(), issuer.certificate, NID_key_usage, "critical,digitalSignature") &&
      add_extension(leaf.get(), issuer.certificate, NID_ext_key_usage, "serverAuth") &&
      add_extension(leaf.get(), issuer.certificate, NID_authority_key_identifier, "keyid:always") &&
      X509_sign(leaf.get(), issuer.key, EVP_sha256()) > 0;
  if (!made) return openssl_failed(fmt::format("make a certificate for {}", name));
  return leaf;
}

Result<Validity> validity_of(const X509* certificate) {
  ERR_clear_error();
  const auto not_before = to_time_point(X509_get0_notBefore(certificate));
  if (!not_before) return std::unexpected(not_before.error());
  const auto not_after = to_time_point(X509_get0_notAfter(certificate));
  if (!not_after) return std::unexpected(not_after.error());
  return Validity{*not_before, *not_after};
}

Result<std::string> certificate_to_pem(X509* certificate) {
  ERR_clear_error();
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!out || PEM_write_bio_X509(out.get(), certificate) != 1) {
    return openssl_failed("write a certificate");
  }
  return text_of(out.get());
}

Result<X509Ptr> certificate_from_pem(std::string_view pem, std::string_view what) {
  ERR_clear_error();
  const BioPtr in = reader_of(pem);
  if (!in) return fail(fmt::format("{}: out of memory", what));
  X509Ptr certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  if (!certificate) {
    return fail(fmt::format("{}: holds no PEM certificate ({})", what, take_openssl_error()));
  }
  return certificate;
}

Result<std::string> key_to_pem(EVP_PKEY* key) {
  ERR_clear_error();
  const BioPtr out(BIO_new(BIO_s_mem()));
  if (!out ||
      PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return openssl_failed("write a key");
  }
  return text_of(out.get());
}

Result<EvpPkeyPtr> key_from_pem(std::string_view pem, std::string_view what) {
  ERR_clear_error();
  // Without a callback of ours OpenSSL would ask on the terminal.
  constexpr auto no_passphrase = [](char*, int, int, void* asked) noexcept {
    *static_cast<bool*>(asked) = true;
    return -1;
  };
  bool encrypted = false;
  const BioPtr in = reader_of(pem);
  if (!in) return fail(fmt::format("{}: out of memory", what));
  EvpPkeyPtr key(PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, &encrypted));
  if (key) return key;
  const std::string reason = take_openssl_error();
  if (encrypted) {
    return fail(fmt::format("{}: the key is encrypted; decrypt it with: openssl pkey", what));
  }
  return fail(fmt::format("{}: holds no PEM private key ({})", what, reason));
}

Result<std::string> fingerprint_of(const X509* certificate) {
  ERR_clear_error();
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) {
    return openssl_failed("hash a certificate");
  }
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += fmt::format("{}{:02X}", i == 0 ? "" : ":", digest[i]);
  }
  return text;
}

}  // namespace cork::certs
