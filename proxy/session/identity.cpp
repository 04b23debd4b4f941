#include "proxy/session/identity.h"

#include "base/ascii.h"

#include <fmt/format.h>

#include <utility>

namespace cork::session {

using policy::Identified;

policy::Presented presented_by(std::span<const Field> fields) {
  policy::Presented presented;
  for (const Field& field : fields) {
    if (!equals_ignoring_case(field.name, "proxy-authorization")) continue;
    if (presented.any) return {.any = true, .digest = std::nullopt};
    presented = {.any = true, .digest = policy::CredentialDigest::of_field(field.value)};
  }
  return presented;
}

std::string place_of(const policy::Peer& peer) {
  if (peer.address) return peer.address->unmapped().to_string();
  return peer.uid ? fmt::format("user {}", *peer.uid) : "a user the kernel does not name";
}

Identity::Identity(Worker& worker, std::size_t door, policy::Peer peer)
    : worker_(worker), door_(door), peer_(peer) {
  const Snapshot& now = *worker.snapshot();
  const Identified who = now.doors[door].identify(peer_, {});
  if (who.kind == Identified::Kind::bottle) {
    bottle_ = who.bottle;
    name_ = now.bottles[who.bottle].name();
    lease_ = now.accounts[who.bottle]->take(ledger::Use::connection);
  } else {
    ledger::Account& strangers = *now.door_accounts[door];
    lease_ = strangers.take(ledger::Use::connection);
    if (lease_) place_ = strangers.sources().take(place_of(peer_));
    if (!place_) lease_ = {};
  }
  worker.services().metrics.connection_opened(name_);
}

Identity::~Identity() {
  worker_.services().metrics.connection_closed(name_);
}

Identified Identity::ask(std::span<const Field> fields) {
  asked_ = presented_by(fields);
  return worker_.snapshot()->doors[door_].identify(peer_, asked_);
}

Identified Identity::again() const noexcept {
  const Identified who = worker_.snapshot()->doors[door_].identify(peer_, presented_);
  const bool another = who.kind == Identified::Kind::bottle && bottle_ && who.bottle != *bottle_;
  return another ? Identified{} : who;
}

bool Identity::stands() const noexcept {
  return !bottle_ || again().kind == Identified::Kind::bottle;
}

bool Identity::become(std::size_t bottle) {
  presented_ = asked_;
  if (bottle_ == bottle) return true;
  const Snapshot& now = *worker_.snapshot();
  ledger::Lease lease = now.accounts[bottle]->take(ledger::Use::connection);
  if (!lease) return false;
  std::string name = now.bottles[bottle].name();
  auto& metrics = worker_.services().metrics;
  metrics.connection_closed(name_);
  metrics.connection_opened(name);
  bottle_ = bottle;
  name_ = std::move(name);
  lease_ = std::move(lease);
  place_ = {};
  return true;
}

}  // namespace cork::session
