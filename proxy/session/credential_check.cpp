#include "proxy/session/credential_check.h"

#include "proxy/session/snapshot.h"
#include "rules/policy/narrowing.h"

#include <fmt/format.h>

#include <algorithm>
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
    using Place = policy::Credential::Place;
    if (kind_ != Kind::listed || one.place == Place::elsewhere) continue;
    const auto listed = listed_in(presented_.back());
    if (!listed) continue;
    const auto part = one.place == Place::query ? secrets::Part::query : secrets::Part::field;
    const policy::CredentialReading& reading = one.readings[*listed];
    at_home_.push_back({part, one.field, reading.begin, reading.end});
  }
}

ledger::Presented CredentialCheck::prints_of(const policy::Credential& credential) const {
  ledger::Presented prints;
  for (const policy::CredentialReading& reading : credential.readings) {
    prints.push_back(secrets::fingerprint(key_, reading.text));
  }
  return prints;
}

std::optional<std::size_t> CredentialCheck::listed_in(const ledger::Presented& one) const {
  const auto is_listed = [&](Fingerprint print) {
    return std::ranges::any_of(pinning_, [&](const policy::Route* route) {
      const auto& listed = route->credential.listed;
      return std::ranges::find(listed, print, &policy::ListedCredential::print) != listed.end();
    });
  };
  const auto found = std::ranges::find_if(one, is_listed);
  if (found == one.end()) return std::nullopt;
  return static_cast<std::size_t>(found - one.begin());
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
    if (!listed_in(presented_[i])) return foreign(slots_[i]);
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
                           ? listed_in(prints).has_value()
                           : seen.knows(place_) && !seen.foreign(place_, {&prints, 1});
    if (!known)
      return foreign(one.slot == "basic" ? one.slot
                                         : "trailer" + one.slot.substr(one.slot.find(':')));
  }
  return std::nullopt;
}

std::optional<Decision> CredentialCheck::claim(ledger::FirstSeen& seen, audit::Record& record) {
  if (kind_ != Kind::first_seen) return std::nullopt;
  auto claim = seen.claim(place_, presented_);
  if (claim.foreign) return foreign(slots_[*claim.foreign]);
  hold_ = std::move(claim.hold);
  for (std::size_t i = 0; claim.first && i < presented_.size(); ++i) {
    record.pinned.push_back({slots_[i], presented_[i].front()});
  }
  return std::nullopt;
}

void CredentialCheck::answered(int status) {
  hold_.answered(status != kUnauthorized);
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
  for (std::size_t i = 0; i < now.bottles.size(); ++i) {
    std::vector<std::string> places;
    for (const policy::Route& route : now.bottles[i].routes()) {
      if (route.credential.kind == policy::CredentialPin::Kind::first_seen) {
        places.push_back(place_of(route));
      }
    }
    now.accounts[i]->first_seen().keep_only(places);
  }
}

}  // namespace cork::session
