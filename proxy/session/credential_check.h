// Who a request acts as, where its route pins that: the credentials it presents, against those that
// are listed or came first. What it finds is no matter of `observe`.
//
// Pure but for the FirstSeen it is given, which is thread-safe. Holds prints and places, never a
// credential; views of the head and the bottle, so that it lives no longer than they do.
//
//   CredentialCheck identity(bottle, request, limits, key);
//   if (auto no = identity.judge(&account.first_seen())) refuse(*no);
//   if (auto no = identity.claim(account.first_seen(), record)) refuse(*no);  // about to be sent
#pragma once

#include "base/limits.h"
#include "proxy/audit/record.h"
#include "proxy/ledger/first_seen.h"
#include "rules/policy/bottle.h"
#include "rules/policy/credentials.h"
#include "rules/secrets/head_scanner.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cork::session {

struct Snapshot;

class CredentialCheck {
 public:
  // Of a request to a place that pins nothing.
  CredentialCheck() = default;
  CredentialCheck(const policy::Bottle& bottle, const RequestHead& request,
                  const ScanLimits& limits, const secrets::FingerprintKey& key);

  // Is every credential that it presents one of the pinned? `seen` may be null: nothing came yet.
  [[nodiscard]] std::optional<policy::Decision> judge(const ledger::FirstSeen* seen) const;
  // The same for trailers, which claim nothing.
  [[nodiscard]] std::optional<policy::Decision> judge_trailers(std::span<const Field> trailers,
                                                               const ledger::FirstSeen& seen) const;
  // Nothing else stands against the request: what it presents is now the first, if nothing was
  // before, and the record says so.
  [[nodiscard]] std::optional<policy::Decision> claim(ledger::FirstSeen& seen,
                                                      audit::Record& record);
  // What the origin answered. A 401 to the first one gives it up, unless another exchange with it
  // went well meanwhile.
  void answered(int status, ledger::FirstSeen& seen);
  // Nothing left after all: if it was the first, it is not.
  void give_up(ledger::FirstSeen& seen);

  // Does it present what claim() holds on to, where nothing was before?
  [[nodiscard]] bool would_be_first() const noexcept;
  // Where listed credentials stand in the head, which are no leak there.
  [[nodiscard]] std::span<const secrets::AtHome> at_home() const noexcept { return at_home_; }

 private:
  using Kind = policy::CredentialPin::Kind;

  void take(const policy::Credentials& found);
  [[nodiscard]] ledger::Presented prints_of(const policy::Credential& credential) const;
  [[nodiscard]] bool is_listed(const ledger::Presented& one) const;
  [[nodiscard]] policy::Decision foreign(std::string_view slot) const;
  [[nodiscard]] policy::Decision too_many() const;

  const policy::Bottle* bottle_ = nullptr;
  const RequestHead* request_ = nullptr;
  std::vector<const policy::Route*> pinning_;  // empty: the place pins nothing
  Kind kind_ = Kind::none;
  ScanLimits limits_;
  secrets::FingerprintKey key_{};
  std::string place_;
  std::vector<std::string> slots_;
  std::vector<ledger::Presented> presented_;  // by slot
  std::vector<secrets::AtHome> at_home_;
  bool too_many_ = false;
  bool first_ = false;  // its claim made it the first
};

// What a reload took `first-seen` from is forgotten.
void forget_unpinned(const Snapshot& now);

}  // namespace cork::session
