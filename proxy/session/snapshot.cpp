#include "proxy/session/snapshot.h"

#include "base/address_class.h"

#include <algorithm>

namespace cork::session {

bool is_own(const Snapshot& snapshot, const IpAddress& dialled, std::uint16_t port) {
  const IpAddress address = snapshot.around.reached(dialled).unmapped();
  const auto listens_there = [&](const io::AddressAndPort& own) {
    if (own.port != port) return false;
    // To dial the unspecified address is to dial this machine.
    if (own.address == address || classify(address) == AddressClass::unspecified) return true;
    // Bound to every address, it is reached by each of this machine's.
    return classify(own.address) == AddressClass::unspecified &&
           (classify(address) == AddressClass::loopback ||
            std::ranges::find(snapshot.own_addresses, address) != snapshot.own_addresses.end());
  };
  return std::ranges::any_of(snapshot.own_listeners, listens_there);
}

std::shared_ptr<const known::KnownValues> known_of(const Snapshot& snapshot, std::size_t bottle) {
  return bottle < snapshot.known.size() ? snapshot.known[bottle] : nullptr;
}

const LeakRules* leak_rules_of(const Snapshot& snapshot, std::size_t bottle) noexcept {
  return bottle < snapshot.leak_rules.size() ? snapshot.leak_rules[bottle].get() : nullptr;
}

}  // namespace cork::session
