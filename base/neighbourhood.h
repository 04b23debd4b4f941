// What the network around this machine makes of addresses: which ones are its neighbours, and which
// are IPv4 addresses behind a NAT64.
//
// Pure value, immutable, shared freely between threads. A default one knows nothing: addresses are
// what the registries say.
//
//   around.classify(ip);  // private_use for 2001:db8:64::a00:1, where a NAT64 has 2001:db8:64::/96
#pragma once

#include "base/address_class.h"
#include "base/ip_address.h"
#include "base/nat64.h"

#include <vector>

namespace cork {

class Neighbourhood {
 public:
  Neighbourhood() = default;
  // `on_link`: the networks of this machine's interfaces. `nat64`: as nat64_prefixes() found them.
  Neighbourhood(std::vector<Cidr> on_link, std::vector<Nat64Prefix> nat64);

  // Where a connection to that address ends: the IPv4 address embedded in it where it lies within
  // a discovered prefix (the longest), else the address itself.
  [[nodiscard]] IpAddress reached(const IpAddress& address) const noexcept;
  // The class of the address that is reached; `on_link` for a public one that is a neighbour's, or
  // this machine's own.
  [[nodiscard]] AddressClass classify(const IpAddress& address) const noexcept;

  [[nodiscard]] const std::vector<Cidr>& on_link() const noexcept { return on_link_; }
  [[nodiscard]] const std::vector<Nat64Prefix>& nat64() const noexcept { return nat64_; }

  bool operator==(const Neighbourhood&) const = default;

 private:
  std::vector<Cidr> on_link_;
  std::vector<Nat64Prefix> nat64_;
};

}  // namespace cork
