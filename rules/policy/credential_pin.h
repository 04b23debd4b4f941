// Which credentials may be used on a route: the one seen first there, or those that the operator
// lists. A credential itself is never kept, only its print.
//
// Pure values.
#pragma once

#include "base/fingerprint.h"

#include <cstdint>
#include <string>
#include <vector>

namespace cork::policy {

struct ListedCredential {
  std::string source;  // where its value was read: "env:NAME", "file:/run/secrets/key"
  Fingerprint print;
  bool operator==(const ListedCredential&) const = default;
};

struct CredentialPin {
  enum class Kind : std::uint8_t {
    none,        // any credential
    first_seen,  // for the life of the process the one that came first
    listed,      // these, and no other
  };
  Kind kind = Kind::none;
  std::vector<ListedCredential> listed = {};
  bool operator==(const CredentialPin&) const = default;

  [[nodiscard]] bool pins() const noexcept { return kind != Kind::none; }
};

}  // namespace cork::policy
