#include "base/nat64.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace cork {
namespace {

constexpr std::array kLengths{96, 64, 56, 48, 40, 32};
// Bits 64 to 71 are zero in every embedded form, and carry nothing.
constexpr std::size_t kSkippedOctet = 8;

struct Embedded {
  IpAddress address;
  std::size_t end;  // of its last octet
};

// What stands behind a prefix of that length (RFC 6052, section 2.2).
Embedded read_embedded(std::span<const std::uint8_t> octets, int length) noexcept {
  std::array<std::uint8_t, 4> address{};
  std::size_t at = static_cast<std::size_t>(length) / 8;
  for (std::uint8_t& octet : address) {
    if (at == kSkippedOctet) ++at;
    octet = octets[at++];
  }
  return {IpAddress::v4(address), at};
}

bool is_well_known(const IpAddress& address) noexcept {
  return address == IpAddress::v4({192, 0, 0, 170}) || address == IpAddress::v4({192, 0, 0, 171});
}

// Whether the answer has a well-known address behind a prefix of that length, and nothing else.
bool gives_away(const IpAddress& answer, int length) noexcept {
  const auto octets = answer.octets();
  // No translator has link-local, multicast, mapped or compatible addresses: a lie must not make
  // them something else.
  const bool unroutable = octets[0] >= 0xfe || (octets[0] == 0 && octets[1] == 0);
  if (unroutable) return false;
  const Embedded found = read_embedded(octets, length);
  if (!is_well_known(found.address)) return false;
  if (length < 96 && octets[kSkippedOctet] != 0) return false;
  return std::ranges::all_of(octets.subspan(found.end), [](std::uint8_t o) { return o == 0; });
}

}  // namespace

std::optional<Nat64Prefix> Nat64Prefix::around(const IpAddress& address, int length) {
  if (address.is_v4() || std::ranges::find(kLengths, length) == kLengths.end()) return {};
  return Nat64Prefix(Cidr::around(address, length));
}

std::optional<IpAddress> Nat64Prefix::embedded(const IpAddress& address) const noexcept {
  if (!block_.contains(address)) return std::nullopt;
  return read_embedded(address.octets(), block_.prefix()).address;
}

std::vector<Nat64Prefix> nat64_prefixes(std::span<const IpAddress> answers) {
  std::vector<Nat64Prefix> found;
  for (const int length : kLengths) {
    for (const IpAddress& answer : answers) {
      if (answer.is_v4() || !gives_away(answer, length)) continue;
      const auto prefix = Nat64Prefix::around(answer, length);
      if (!prefix || std::ranges::find(found, *prefix) != found.end()) continue;
      if (found.size() < kMostNat64Prefixes) found.push_back(*prefix);
    }
  }
  return found;
}

}  // namespace cork
