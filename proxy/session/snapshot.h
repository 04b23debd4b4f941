// What was configured, as one immutable value: a reload makes another, and each exchange keeps the
// one it began with.
#pragma once

#include "base/neighbourhood.h"
#include "certs/leaf_cache.h"
#include "certs/openssl_ptr.h"
#include "proxy/io/socket_address.h"
#include "proxy/ledger/account.h"
#include "proxy/session/leak_rules.h"
#include "rules/known/known_values.h"
#include "rules/policy/bottle.h"
#include "rules/policy/door.h"
#include "rules/secrets/ruleset.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace cork::session {

struct Snapshot {
  std::uint64_t generation = 0;
  // By the number of a listener: which bottles' clients come to it.
  std::vector<policy::Door> doors;
  std::vector<ledger::Account*> door_accounts;  // of who has not said whose he is
  // By the number of a bottle, which it keeps for the life of the process: one that is no longer
  // configured denies everything.
  std::vector<policy::Bottle> bottles;
  std::vector<ledger::Account*> accounts;  // the ledger outlives every snapshot
  // By bottle as well; nullptr, or fewer of them: none.
  std::vector<std::shared_ptr<const known::KnownValues>> known;
  // By bottle as well; nullptr, or fewer of them: nothing is said.
  std::vector<std::shared_ptr<const LeakRules>> leak_rules;
  // How many share the log's disk: the bottles that are configured, and the strangers of each door
  // that has any.
  std::size_t log_sharers = 0;
  std::string ca_pem;                             // the CA's certificate, for clients to trust
  std::shared_ptr<const secrets::Ruleset> rules;  // other ones only where they say something else
  std::shared_ptr<SSL_CTX> upstream_tls;
  std::shared_ptr<certs::LeafCache> leaves;
  std::shared_ptr<certs::LeafCache>
      denied_leaves;  // small: a denied host pushes no allowed one out
  // Where cork itself listens, and this machine's addresses: nothing reaches one through the other.
  std::vector<io::AddressAndPort> own_listeners;
  std::vector<IpAddress> own_addresses;
  Neighbourhood around;  // of this machine, as far as it is known
};

// What the bottle says of leaks, or nullptr.
[[nodiscard]] const LeakRules* leak_rules_of(const Snapshot& snapshot, std::size_t bottle) noexcept;

// Whether dialling that would reach one of cork's own listeners.
[[nodiscard]] bool is_own(const Snapshot& snapshot, const IpAddress& address, std::uint16_t port);

// The values that the bottle is known to have, or nullptr.
[[nodiscard]] std::shared_ptr<const known::KnownValues> known_of(const Snapshot& snapshot,
                                                                 std::size_t bottle);

}  // namespace cork::session
