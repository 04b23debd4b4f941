// A keyed hash of a secret: equal secrets have equal prints under one key, and without the key a
// print says nothing. HMAC-SHA-256 truncated to 64 bits, made by secrets::fingerprint().
//
// Pure values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace cork {

struct Fingerprint {
  std::uint64_t value = 0;
  bool operator==(const Fingerprint&) const = default;
};
using FingerprintKey = std::array<std::byte, 32>;

}  // namespace cork
