// Values drawn at random: keys and seeds.
//
//   const auto key = random_value<secrets::FingerprintKey>();
#pragma once

#include <openssl/rand.h>

#include <cstdlib>
#include <type_traits>

namespace cork::app {

// From the kernel, through OpenSSL; a process that has no randomness must not start.
template <class T>
  requires std::is_trivially_copyable_v<T>
[[nodiscard]] T random_value() {
  T value{};
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof value) != 1) std::abort();
  return value;
}

}  // namespace cork::app
