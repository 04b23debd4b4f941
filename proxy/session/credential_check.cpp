#include "proxy/session/credential_check.h"

#include "proxy/session/snapshot.h"
#include "rules/policy/narrowing.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace cork::session {

using policy::Decision;
using policy::Reason;

namespace {

constexpr int kUnauthorized = 401;

std::string place_of(const policy::Route& route) {
  return fmt::format("{}://{}:{}", name_of(route.scheme), route.pattern.text(), route.port);
}

}  // namespace

CredentialCheck::CredentialCheck(const policy::Bottle& bottle, const RequestHead& request,
                                 const ScanLimits& limits, const secrets::FingerprintKey& key)
    : bottle_(&bottle), request_(&request), limits_(limits), key_(key) {
  for (const policy::Route* route : bottle.match(request.authority, request.scheme)) {
    if (!route->credential.pins()) continue;
    pinning_.push_back(route);
    // The configuration refuses to mix the two; what is listed says more.
    if (kind_ != Kind::listed) kind_ = route->credential.kind;
  }
  if (pinning_.empty()) return;
  place_ = place_of(*pinning_.front());
  take(policy::credentials_in(request, limits.credentials));
}

void CredentialCheck::take(const policy::Credentials& found) {
  too_many_ = found.too_many;
  for (const policy::Credential& one : found.all) {
    slots_.push_back(one.slot);
    presented_.push_back(prints_of(one));
    if (kind_ != Kind::listed || !is_listed(presented_.back())) continue;
    using Place = policy::Credential::Place;
    if (one.place == Place::elsewhere) continue;
    const auto part = one.place == Place::query ? secrets::Part::query : secrets::Part::field;
    at_home_.push_back({part, one.field, one.begin, one.end});
  }
}

ledger::Presented CredentialCheck::prints_of(const policy::Credential& credential) const {
  ledger::Presented prints;
  for (const std::string& reading : credential.readings) {
    prints.push_back(secrets::fingerprint(key_, reading));
  }
  return prints;
}

bool CredentialCheck::is_listed(const ledger::Presented& one) const {
  return std::ranges::any_of(pinning_, [&](const policy::Route* route) {
    return std::ranges::any_of(route->credential.listed,
                               [&](const policy::ListedCredential& listed) {
                                 return std::ranges::find(one, listed.print) != one.end();
                               });
  });
}

std::optional<Decision> CredentialCheck::judge(const ledger::FirstSeen* seen) const {
  if (kind_ == Kind::none) return std::nullopt;
  if (too_many_) return too_many();
  if (kind_ == Kind::first_seen) {
    if (seen == nullptr) return std::nullopt;
    const auto stranger = seen->foreign(place_, presented_);
    return stranger ? std::optional(foreign(slots_[*stranger])) : std::nullopt;
  }
  for (std::size_t i = 0; i < presented_.size(); ++i) {
    if (!is_listed(presented_[i])) return foreign(slots_[i]);
  }
  return std::nullopt;
}

std::optional<Decision> CredentialCheck::judge_trailers(std::span<const Field> trailers,
                                                        const ledger::FirstSeen& seen) const {
  if (kind_ == Kind::none || trailers.empty()) return std::nullopt;
  const policy::Credentials found = policy::credentials_in(trailers, limits_.credentials);
  if (found.too_many) return too_many();
  for (const policy::Credential& one : found.all) {
    const ledger::Presented prints = prints_of(one);
    // Nothing may have come first yet, and then nothing comes first here.
    const bool known = kind_ == Kind::listed
                           ? is_listed(prints)
                           : seen.knows(place_) && !seen.foreign(place_, {&prints, 1});
    if (!known)
      return foreign(one.slot == "basic" ? one.slot
                                         : "trailer" + one.slot.substr(one.slot.find(':')));
  }
  return std::nullopt;
}

std::optional<Decision> CredentialCheck::claim(ledger::FirstSeen& seen, audit::Record& record) {
  if (kind_ != Kind::first_seen) return std::nullopt;
  const auto claim = seen.claim(place_, presented_);
  if (claim.foreign) return foreign(slots_[*claim.foreign]);
  first_ = claim.first;
  for (std::size_t i = 0; claim.first && i < presented_.size(); ++i) {
    record.pinned.push_back({slots_[i], presented_[i].front()});
  }
  return std::nullopt;
}

void CredentialCheck::answered(int status, ledger::FirstSeen& seen) {
  if (!would_be_first()) return;
  if (status == kUnauthorized) return give_up(seen);
  first_ = false;
  seen.confirm(place_);
}

void CredentialCheck::give_up(ledger::FirstSeen& seen) {
  if (std::exchange(first_, false)) seen.withdraw(place_);
}

bool CredentialCheck::would_be_first() const noexcept {
  return kind_ == Kind::first_seen && !presented_.empty();
}

Decision CredentialCheck::foreign(std::string_view slot) const {
  const bool first_seen = kind_ == Kind::first_seen;
  Decision decision = bottle_->denial(
      {.reason = Reason::foreign_credential,
       .route = pinning_.front(),
       .act = fmt::format("use the credential in {} at", policy::describe_slot(slot)),
       .because =
           first_seen ? "holds on to the first one it saw, which is another" : "pins another",
       .change = first_seen ? "if another one is to be used there from now on, restart cork; or "
                              "name each with env:NAME or file:PATH in `credential`"
                            : "if that one is the operator's too, add where it comes from, "
                              "env:NAME or file:PATH, to `credential`"},
      *request_);
  decision.observed = false;
  return decision;
}

Decision CredentialCheck::too_many() const {
  Decision decision =
      bottle_->denial({.reason = Reason::foreign_credential,
                       .route = pinning_.front(),
                       .act = fmt::format("present more than {} credentials in one request to",
                                          limits_.credentials),
                       .because = "pins its own",
                       .change = "send fewer, or remove `credential`"},
                      *request_);
  decision.observed = false;
  return decision;
}

void forget_unpinned(const Snapshot& now) {
  // Bottles can share an account: one that went, and another of its name.
  std::map<ledger::Account*, std::vector<std::string>> kept;
  for (std::size_t i = 0; i < now.bottles.size(); ++i) {
    std::vector<std::string>& places = kept[now.accounts[i]];
    for (const policy::Route& route : now.bottles[i].routes()) {
      if (route.credential.kind == policy::CredentialPin::Kind::first_seen) {
        places.push_back(place_of(route));
      }
    }
  }
  for (const auto& [account, places] : kept) account->first_seen().keep_only(places);
}

}  // namespace cork::session
