// What a configuration becomes, before anything of it is in force.
#include "proxy/app/assembly_parts.h"

#include "proxy/config/rule_files.h"
#include "proxy/config/upstream.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cork::app {

namespace {

constexpr std::size_t kDeniedLeaves = 32;

}  // namespace

Result<Assembly::Parts::Next, Diagnostics> Assembly::Parts::make_next(
    const config::Config& chosen) {
  Next next{chosen, std::make_shared<session::Snapshot>(), authority, bottles, {}, {}};
  session::Snapshot& made = *next.snapshot;
  made.generation = snapshot ? snapshot->generation + 1 : 1;
  made.rules = overrides.rules;
  if (!made.rules) {
    auto loaded =
        config::load_rules_and_warnings(chosen, config::DatabaseFile::Use::read_and_write);
    if (!loaded) return std::unexpected(std::move(loaded.error()));
    made.rules = std::move(loaded->rules);
    next.rule_warnings = std::move(loaded->warnings);
    // The same rules are the same object: what began under them need not be looked at again.
    if (snapshot && secrets::same_rules(*snapshot->rules, *made.rules)) {
      made.rules = snapshot->rules;
    }
  }
  auto trust = config::upstream_trust(chosen);
  if (!trust) return std::unexpected(Diagnostics{std::move(trust.error())});
  made.upstream_tls = std::move(*trust);
  network->show(made);
  if (made.own_addresses.empty()) {  // never without loopback
    return std::unexpected(one("this machine's addresses cannot be read", {chosen.file.string()}));
  }
  if (auto problems = take_leaves(next)) return std::unexpected(std::move(*problems));
  if (auto problems = add_bottles(next)) return std::unexpected(std::move(*problems));
  return next;
}

std::optional<Diagnostics> Assembly::Parts::take_leaves(Next& next) {
  // Made at the start only: one that is being replaced is not there for a moment.
  const auto now = certs::Clock::now();
  const auto& folder = next.config.ca_directory;
  auto ca = snapshot ? certs::Authority::load(folder, now)
                     : certs::Authority::load_or_create(folder, now);
  if (!ca) return one(ca.error().what, {folder.string()});
  session::Snapshot& into = *next.snapshot;
  into.ca_pem = ca->certificate_pem();
  if (snapshot && authority->fingerprint() == ca->fingerprint()) {
    into.leaves = snapshot->leaves;
    into.denied_leaves = snapshot->denied_leaves;
    return std::nullopt;
  }
  next.authority = std::make_shared<const certs::Authority>(std::move(*ca));
  into.leaves = std::make_shared<certs::LeafCache>(next.authority, certs::LeafCache::Options{});
  into.denied_leaves = std::make_shared<certs::LeafCache>(
      next.authority, certs::LeafCache::Options{.capacity = kDeniedLeaves});
  return std::nullopt;
}

// One that is configured no more keeps its name and number, for the connections that are still
// open, and denies all.
std::optional<Diagnostics> Assembly::Parts::add_bottles(Next& next) {
  for (const auto& configured : next.config.bottles) {
    const std::string& name = configured.bottle.name();
    if (std::ranges::find(next.bottles, name) == next.bottles.end()) next.bottles.push_back(name);
  }
  session::Snapshot& into = *next.snapshot;
  Diagnostics problems;
  for (const std::string& name : next.bottles) {
    const auto configured = std::ranges::find_if(
        next.config.bottles, [&](const auto& bottle) { return bottle.bottle.name() == name; });
    into.bottles.push_back(
        configured != next.config.bottles.end()
            ? configured->bottle
            : policy::Bottle(name, policy::Mode::enforce, {}, Where{next.config.file.string()}));
    const bool there = configured != next.config.bottles.end();
    into.known.push_back(there ? configured->known : nullptr);
    into.accounts.push_back(&ledger->of(name));
    auto leaks =
        session::LeakRules::make(there ? configured->leaks : policy::LeakWords{}, *into.rules);
    if (leaks) {
      into.leak_rules.push_back(std::move(*leaks));
    } else {
      std::ranges::move(leaks.error(), std::back_inserter(problems));
    }
  }
  if (!problems.empty()) return problems;
  return std::nullopt;
}

void Assembly::Parts::add_doors(Next& next, const Doors::Change& change) {
  const auto& configured = next.config.bottles;
  for (std::size_t i = 0; i < configured.size(); ++i) {
    next.open_doors.push_back(
        {configured[i].bottle.name(), change.socket(change.of_bottles()[i])->to_string()});
  }
  session::Snapshot& into = *next.snapshot;
  into.doors = change.clients_of(configured, next.bottles);
  into.log_sharers = configured.size() + static_cast<std::size_t>(std::ranges::count_if(
                                             into.doors, &policy::Door::may_meet_strangers));
  const auto add_own = [&](const io::BoundSocket* socket) {
    const auto at = socket != nullptr ? socket->address() : std::nullopt;
    if (at) into.own_listeners.push_back(*at);
  };
  for (std::size_t door = 0; door < change.count(); ++door) {
    into.door_accounts.push_back(&ledger->of_door(door));
    add_own(change.socket(door));
  }
  if (admin) add_own(&*admin);
}

}  // namespace cork::app
