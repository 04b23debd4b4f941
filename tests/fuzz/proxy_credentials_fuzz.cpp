// Proxy-Authorization: whatever it holds, reading it twice says the same, and only the scheme Basic
// with a colon in it is somebody.
#include "base/ascii.h"
#include "base/base64.h"
#include "rules/policy/proxy_credentials.h"
#include "tests/fuzz/require.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using cork::fuzz::require;

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
  const auto encoded = CredentialDigest::of_field("Basic " + cork::base64_encoded(text));
  const std::size_t colon = text.find(':');
  require(encoded.has_value() == (colon != std::string_view::npos));
  if (encoded) {
    require(*encoded == CredentialDigest::of(text.substr(0, colon), text.substr(colon + 1)));
  }
  return 0;
}
