#include "base/neighbourhood.h"

#include <algorithm>
#include <utility>

namespace cork {

Neighbourhood::Neighbourhood(std::vector<Cidr> on_link, std::vector<Nat64Prefix> nat64)
    : on_link_(std::move(on_link)), nat64_(std::move(nat64)) {
  std::ranges::sort(nat64_, std::ranges::greater{},
                    [](const Nat64Prefix& one) { return one.block().prefix(); });
}

IpAddress Neighbourhood::reached(const IpAddress& address) const noexcept {
  for (const Nat64Prefix& prefix : nat64_) {
    if (const auto embedded = prefix.embedded(address)) return *embedded;
  }
  return address;
}

AddressClass Neighbourhood::classify(const IpAddress& address) const noexcept {
  const IpAddress end = reached(address);
  const AddressClass kind = cork::classify(end);
  if (kind != AddressClass::global) return kind;
  // The IPv6 form itself may be a neighbour's: a translator's other addresses, say.
  const bool neighbour = std::ranges::any_of(on_link_, [&](const Cidr& network) {
    return network.contains(end) || network.contains(address);
  });
  return neighbour ? AddressClass::on_link : kind;
}

}  // namespace cork
