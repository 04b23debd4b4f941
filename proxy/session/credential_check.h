// Who a request acts as, where its route pins that: the credentials it presents, against those that
// are listed or came first. What it finds is no matter of `observe`.
//
// Pure but for the FirstSeen it is given, which is thread-safe. Holds prints and places, never a
// credential; views of the head and the bottle, so that it lives no longer than they and the
// FirstSeen do.
//
//   CredentialCheck check(bottle, request, limits, key);
//   if (auto no = check.judge(&account.first_seen())) refuse(*no);
//   if (auto no = check.claim(account.first_seen(), record)) refuse(*no);  // about to be sent
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
  // Something of the request may reach the origin from now on.
  void leaves() noexcept { hold_.leaves(); }
  // What the origin answered: after a 401 the first one is none, unless an exchange with it went
  // well or is still under way.
  void answered(int status);
  // No answer will come: if nothing left, the first one is none.
  void let_go() { hold_.let_go(); }

  // Does it present what claim() holds on to, where nothing was before?
  [[nodiscard]] bool would_be_first() const noexcept;
  // Where listed credentials stand in the head, which are no leak there.
  [[nodiscard]] std::span<const secrets::AtHome> at_home() const noexcept { return at_home_; }

 private:
  using Kind = policy::CredentialPin::Kind;

  void take(const policy::Credentials& found);
  [[nodiscard]] ledger::Presented prints_of(const policy::Credential& credential) const;
  // The index of the print that is.
  [[nodiscard]] std::optional<std::size_t> listed_in(const ledger::Presented& one) const;
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
  ledger::FirstSeen::Hold hold_;
};

// What a reload took `first-seen` from is forgotten.
void forget_unpinned(const Snapshot& now);

}  // namespace cork::session
