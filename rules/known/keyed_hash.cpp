#include "rules/known/keyed_hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace cork::known {
namespace {

struct SipState {
  std::uint64_t a, b, c, d;

  void round() noexcept {
    a += b;
    b = std::rotl(b, 13) ^ a;
    a = std::rotl(a, 32);
    c += d;
    d = std::rotl(d, 16) ^ c;
    a += d;
    d = std::rotl(d, 21) ^ a;
    c += b;
    b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
  }
  void take(std::uint64_t word) noexcept {
    d ^= word;
    round();
    round();
    a ^= word;
  }
};

}  // namespace

HashKeys HashKeys::from(const FingerprintKey& key) noexcept {
  // Not the key's own bytes, which other prints are made with.
  constexpr std::string_view use = "cork known values";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(use.data()), use.size(), digest.data(), &size);
  HashKeys keys{};
  std::memcpy(&keys, digest.data(), sizeof keys);
  return keys;
}

// Jean-Philippe Aumasson and Daniel J. Bernstein: "SipHash: a fast short-input PRF", 2012.
std::uint64_t print_of(const HashKeys& keys, std::string_view text) noexcept {
  SipState state{keys.print_low ^ 0x736f6d6570736575, keys.print_high ^ 0x646f72616e646f6d,
                 keys.print_low ^ 0x6c7967656e657261, keys.print_high ^ 0x7465646279746573};
  const auto size = static_cast<std::uint64_t>(text.size());
  for (; text.size() >= 8; text.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    state.take(word);
  }
  std::uint64_t last = size << 56;
  for (std::size_t i = 0; i < text.size(); ++i) {
    last |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  }
  state.take(last);
  state.c ^= 0xff;
  for (int i = 0; i < 4; ++i) state.round();
  return state.a ^ state.b ^ state.c ^ state.d;
}

}  // namespace cork::known
