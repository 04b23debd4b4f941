#include "certs/java_truststore.h"

#include "certs/openssl_ptr.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

namespace cork::certs {
namespace {

constexpr std::uint32_t kMagic = 0xfeedfeed;
constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kTrustedCertificate = 2;
constexpr std::string_view kPassword = "changeit";
constexpr std::string_view kWhitener = "Mighty Aphrodite";  // what JKS puts between both

void append_number(std::string& out, std::uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>((number >> shift) & 0xff);
  }
}

// As DataOutputStream.writeUTF: for ASCII, its length and itself.
void append_text(std::string& out, std::string_view text) {
  append_number(out, text.size(), 2);
  out += text;
}

void append_entry(std::string& out, std::size_t number, std::string_view der) {
  append_number(out, kTrustedCertificate, 4);
  append_text(out, fmt::format("root-{}", number));
  append_number(out, 0, 8);  // when it was added: nobody's business, and equal bytes stay equal
  append_text(out, "X.509");
  append_number(out, der.size(), 4);
  out += der;
}

std::string der_of(X509* certificate) {
  const int size = i2d_X509(certificate, nullptr);
  if (size <= 0) return {};
  std::string der(static_cast<std::size_t>(size), '\0');
  auto* at = reinterpret_cast<unsigned char*>(der.data());
  return i2d_X509(certificate, &at) == size ? der : std::string();
}

Result<std::vector<std::string>> certificates_of(std::string_view pem) {
  if (pem.size() > std::numeric_limits<int>::max()) return fail("the bundle is too large");
  ERR_clear_error();
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<std::string> all;
  while (const X509Ptr one{in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr}) {
    all.push_back(der_of(one.get()));
  }
  const unsigned long last = ERR_peek_last_error();
  if (ERR_GET_LIB(last) != ERR_LIB_PEM || ERR_GET_REASON(last) != PEM_R_NO_START_LINE) {
    return fail(
        fmt::format("certificate {} is damaged ({})", all.size() + 1, take_openssl_error()));
  }
  ERR_clear_error();
  if (all.empty()) return fail("there is no PEM certificate");
  return all;
}

}  // namespace

Result<std::string> java_truststore(std::string_view bundle_pem) {
  const auto certificates = certificates_of(bundle_pem);
  if (!certificates) return std::unexpected(certificates.error());
  std::string store;
  append_number(store, kMagic, 4);
  append_number(store, kVersion, 4);
  append_number(store, certificates->size(), 4);
  std::size_t number = 0;
  for (const std::string& der : *certificates) append_entry(store, ++number, der);

  std::string keyed;
  for (const char c : kPassword) (keyed += '\0') += c;
  (keyed += kWhitener) += store;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(keyed.data(), keyed.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1) {
    return fail(fmt::format("cannot compute SHA-1: {}", take_openssl_error()));
  }
  return store.append(reinterpret_cast<const char*>(digest.data()), size);
}

}  // namespace cork::certs
