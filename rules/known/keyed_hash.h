// The hashes that known values are kept as and looked for by. Without the key neither says anything
// of what was hashed.
//
// Pure.
//
//   const HashKeys keys = HashKeys::from(fingerprint_key);
//   if (mix(low ^ keys.mix_low, high ^ keys.mix_high) == tag && print_of(keys, text) == print) ...
#pragma once

#include "base/fingerprint.h"

#include <cstdint>
#include <string_view>

namespace cork::known {

struct HashKeys {
  std::uint64_t print_low, print_high;  // of SipHash
  std::uint64_t mix_low, mix_high;
  [[nodiscard]] static HashKeys from(const FingerprintKey& key) noexcept;
};

// SipHash-2-4: what confirms. Equal prints are compared in one step, whatever they have in common.
[[nodiscard]] std::uint64_t print_of(const HashKeys& keys, std::string_view text) noexcept;

// What finds: a multiplication, for every byte of every text.
[[nodiscard]] inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace cork::known
