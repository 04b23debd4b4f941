#include "rules/policy/proxy_credentials.h"

#include "base/ascii.h"
#include "base/base64.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <string>

namespace cork::policy {
namespace {

// Text that is wiped when it goes.
class Wiped {
 public:
  Wiped() = default;
  ~Wiped() { OPENSSL_cleanse(text.data(), text.size()); }
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  std::string text;
};

}  // namespace

CredentialDigest::CredentialDigest(std::string_view user_colon_password) {
  SHA256(reinterpret_cast<const unsigned char*>(user_colon_password.data()),
         user_colon_password.size(), digest_.data());
}

CredentialDigest CredentialDigest::of(std::string_view user, std::string_view password) {
  Wiped joined;
  joined.text.reserve(user.size() + 1 + password.size());
  joined.text.append(user).append(1, ':').append(password);
  return CredentialDigest(joined.text);
}

std::optional<CredentialDigest> CredentialDigest::of_field(std::string_view value) {
  constexpr std::string_view scheme = "basic";
  if (!equals_ignoring_case(value.substr(0, scheme.size()), scheme)) return std::nullopt;
  value.remove_prefix(scheme.size());
  const std::size_t begin = value.find_first_not_of(' ');
  if (begin == 0 || begin == std::string_view::npos) return std::nullopt;
  auto text = base64_decoded(value.substr(begin));
  if (!text) return std::nullopt;
  Wiped decoded;
  decoded.text.swap(*text);
  if (decoded.text.find(':') == std::string::npos) return std::nullopt;
  return CredentialDigest(decoded.text);
}

bool CredentialDigest::operator==(const CredentialDigest& other) const noexcept {
  return CRYPTO_memcmp(digest_.data(), other.digest_.data(), digest_.size()) == 0;
}

}  // namespace cork::policy
