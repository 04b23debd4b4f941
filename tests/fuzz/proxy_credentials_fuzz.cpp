// Proxy-Authorization: whatever it holds, reading it twice says the same, and only the scheme Basic
// with a colon in it is somebody.
#include "base/ascii.h"
#include "rules/policy/proxy_credentials.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string base64(std::string_view text) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < text.size(); i += 3) {
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      bits = bits << 8 | (i + j < text.size() ? static_cast<unsigned char>(text[i + j]) : 0u);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += i + j > text.size() ? '=' : digits[bits >> (18 - 6 * j) & 63];
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using cork::policy::CredentialDigest;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto once = CredentialDigest::of_field(text), again = CredentialDigest::of_field(text);
  require(once.has_value() == again.has_value());
  if (once) {
    require(*once == *again);
    require(cork::equals_ignoring_case(text.substr(0, 6), "basic "));
  }
  // The same bytes as credentials, encoded as a client would.
  const auto encoded = CredentialDigest::of_field("Basic " + base64(text));
  const std::size_t colon = text.find(':');
  require(encoded.has_value() == (colon != std::string_view::npos));
  if (encoded) {
    require(*encoded == CredentialDigest::of(text.substr(0, colon), text.substr(colon + 1)));
  }
  return 0;
}
