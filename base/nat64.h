// The prefixes under which a network's NAT64 shows IPv4 addresses as IPv6 ones (RFC 6052), and how
// such a network gives them away (RFC 7050).
//
// Pure values.
//
//   std::vector<Nat64Prefix> found = nat64_prefixes(answers_for_ipv4only_arpa);
//   found.front().embedded(*IpAddress::parse("64:ff9b::a00:1"));  // 10.0.0.1
#pragma once

#include "base/ip_address.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace cork {

class Nat64Prefix {
 public:
  // The prefix of that length in which the address lies; nullopt for a length that RFC 6052,
  // section 2.2, does not have (32, 40, 48, 56, 64, 96), and for IPv4.
  [[nodiscard]] static std::optional<Nat64Prefix> around(const IpAddress& address, int length);

  // The IPv4 address that an address within the prefix stands for; nullopt outside of it.
  [[nodiscard]] std::optional<IpAddress> embedded(const IpAddress& address) const noexcept;
  [[nodiscard]] const Cidr& block() const noexcept { return block_; }

  bool operator==(const Nat64Prefix&) const = default;

 private:
  explicit Nat64Prefix(const Cidr& block) noexcept : block_(block) {}

  Cidr block_;
};

// The name whose IPv6 addresses only a DNS64 makes up, out of 192.0.0.170 and 192.0.0.171.
inline constexpr std::string_view kIpv4OnlyName = "ipv4only.arpa";

// Every prefix that these answers for kIpv4OnlyName give away, without repetition, the longest
// first. At most kMostNat64Prefixes; none where there is no NAT64.
inline constexpr std::size_t kMostNat64Prefixes = 16;
[[nodiscard]] std::vector<Nat64Prefix> nat64_prefixes(std::span<const IpAddress> answers);

}  // namespace cork
