// Hosts that relay: through them an agent reaches places and accounts that no route names
// (rules/data/relays.yaml). What warns of a route to one asks here.
//
// Pure. A list of what is known, not a wall.
//
//   if (const Relay* relay = relay_of(route)) warn(relay->why);
#pragma once

#include "base/result.h"
#include "rules/policy/bottle.h"

#include <string>
#include <string_view>
#include <vector>

namespace cork::config {

struct Relay {
  policy::HostPattern pattern;
  std::string kind;        // "object-store"
  std::string why;         // completes "HOST relays: ..."
  bool reads = false;      // a request that only reads carries something away too
  bool keyless = false;    // it takes things from anybody, or its URL is the key
  bool wildcards = false;  // a single name below the pattern is one customer's: no relay
};

// Every error at once; a wildcard that no route can have is left out. `file` names the text in
// them.
Result<std::vector<Relay>, Diagnostics> parse_relays(std::string_view yaml,
                                                     const std::string& file);
// What relays.yaml holds; a test proves that it is in order.
[[nodiscard]] const std::vector<Relay>& all_relays();

// Whether whoever uses it for himself shows a credential of his own, so that pinning another one
// stops him.
[[nodiscard]] bool needs_account(const Relay& relay) noexcept;

// Whether every host that the route names takes whole conversations to a language model, whosever
// account it is.
[[nodiscard]] bool takes_conversations(const policy::Route& route,
                                       const std::vector<Relay>& relays = all_relays());

// The most specific relay among the hosts that the route's pattern names, nullptr where there is
// none or where what the route lets through cannot carry anything there: it only reads, or it pins
// whose account is used.
[[nodiscard]] const Relay* relay_of(const policy::Route& route,
                                    const std::vector<Relay>& relays = all_relays());

}  // namespace cork::config
