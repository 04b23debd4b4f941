// Whose a connection is: at accept as far as its address or user says, and by the proxy credentials
// of each request where that is not enough. Counted meanwhile at its door, then as its bottle's.
//
// Belongs to its worker's thread. Of the credentials only a digest is kept.
//
//   Identity identity(worker, door, peer);
//   const policy::Identified who = identity.ask(head.fields);
//   if (who.kind == policy::Identified::Kind::bottle && identity.become(who.bottle)) …
#pragma once

#include "proxy/ledger/account.h"
#include "proxy/session/worker.h"
#include "rules/policy/door.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace cork::session {

// What the fields say to the proxy about who asks. More than one Proxy-Authorization is wrong.
[[nodiscard]] policy::Presented presented_by(std::span<const Field> fields);

// Where a client comes from, as far as it matters: its port does not.
[[nodiscard]] std::string place_of(const policy::Peer& peer);

class Identity {
 public:
  // `worker` outlives it.
  Identity(Worker& worker, std::size_t door, policy::Peer peer);
  ~Identity();
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;

  // False: its bottle, or else its door or its source there, has as many connections open as it
  // may.
  [[nodiscard]] bool counted() const noexcept { return static_cast<bool>(lease_); }
  [[nodiscard]] std::size_t door() const noexcept { return door_; }
  [[nodiscard]] const policy::Peer& peer() const noexcept { return peer_; }
  [[nodiscard]] std::optional<std::size_t> bottle() const noexcept { return bottle_; }
  // Its bottle's; "" where that is not known.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  // Under the configuration in force, of a request with those fields.
  [[nodiscard]] policy::Identified ask(std::span<const Field> fields);
  // The same of what made it its bottle's: `nobody` where it would be another's now.
  [[nodiscard]] policy::Identified again() const noexcept;
  // What it is in the middle of may go on.
  [[nodiscard]] bool stands() const noexcept;

  // As ask() just said. False: that bottle has as many connections open as it may.
  [[nodiscard]] bool become(std::size_t bottle);

 private:
  Worker& worker_;
  const std::size_t door_;
  const policy::Peer peer_;
  std::optional<std::size_t> bottle_;
  std::string name_;
  ledger::Lease lease_;
  ledger::Sources::Place place_;  // of its source, until it is known whose it is
  policy::Presented asked_,
      presented_;  // by the last request; by the one that made it its bottle's
};

}  // namespace cork::session
