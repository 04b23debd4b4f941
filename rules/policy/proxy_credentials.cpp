#include "rules/policy/proxy_credentials.h"

#include "base/ascii.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <cstddef>
#include <cstdint>
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

int base64_value(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (is_digit(c)) return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

// Of RFC 4648, section 4; padding may be left out, as some clients do. False: it is not.
bool decode_base64(std::string_view text, std::string& into) {
  const std::size_t digits = text.find_last_not_of('=') + 1;
  const std::size_t padding = text.size() - digits;
  if (padding > 2 || (padding > 0 && text.size() % 4 != 0) || digits % 4 == 1) return false;
  into.reserve(text.size());
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const int value = base64_value(text[i]);
    if (value < 0) return false;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if (i % 4 != 0) into += static_cast<char>(bits >> (6 - 2 * (i % 4)) & 0xFF);
  }
  return true;
}

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
  Wiped decoded;
  if (!decode_base64(value.substr(begin), decoded.text)) return std::nullopt;
  if (decoded.text.find(':') == std::string::npos) return std::nullopt;
  return CredentialDigest(decoded.text);
}

bool CredentialDigest::operator==(const CredentialDigest& other) const noexcept {
  return CRYPTO_memcmp(digest_.data(), other.digest_.data(), digest_.size()) == 0;
}

}  // namespace cork::policy
