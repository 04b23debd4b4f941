// What a client says to the proxy itself about who it is: a user and a password (RFC 7617).
//
// Pure. Neither is kept: of both together there is a SHA-256, which is compared in constant time
// and may outlive the request.
//
//   auto presented = CredentialDigest::of_field("Basic ZGV2OnB3");   // a Proxy-Authorization
//   if (presented && *presented == CredentialDigest::of("dev", "pw")) …
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace cork::policy {

class CredentialDigest {
 public:
  // `user` holds no colon, which is what ends it on the wire.
  [[nodiscard]] static CredentialDigest of(std::string_view user, std::string_view password);
  // The value of a Proxy-Authorization field; nullopt where it is not the scheme Basic with
  // well-formed base64 of a user, a colon and a password.
  [[nodiscard]] static std::optional<CredentialDigest> of_field(std::string_view value);

  // Takes as long whatever differs.
  [[nodiscard]] bool operator==(const CredentialDigest& other) const noexcept;

 private:
  explicit CredentialDigest(std::string_view user_colon_password);
  std::array<unsigned char, 32> digest_{};
};

}  // namespace cork::policy
