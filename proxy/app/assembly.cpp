#include "proxy/app/assembly.h"

#include "certs/authority.h"
#include "certs/trust.h"
#include "proxy/admin/admin.h"
#include "proxy/app/countdown.h"
#include "proxy/app/doors.h"
#include "proxy/app/random.h"
#include "proxy/app/signals.h"
#include "proxy/app/worker_thread.h"
#include "proxy/config/rule_files.h"
#include "proxy/io/spawn.h"
#include "proxy/io/tcp_stream.h"
#include "proxy/session/credential_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace cork::app {

namespace {

constexpr std::size_t kMaxWorkers = 256;
constexpr std::size_t kDeniedLeaves = 32;

Diagnostics one(const std::string& what, Where where, std::string hint = {}) {
  return {{what, std::move(where), std::move(hint)}};
}

std::vector<std::string> rule_ids(const session::Snapshot& snapshot) {
  std::vector<std::string> ids;
  for (const auto& rule : snapshot.rules->rules()) ids.push_back(rule.id);
  return ids;
}

// What changed and is read at the start only.
std::vector<std::string> only_at_start(const config::Config& now, const config::Config& next) {
  std::vector<std::string> keys;
  if (now.audit_path != next.audit_path) keys.emplace_back("audit.path");
  const auto at = [](const config::Config& config) {
    return config.metrics ? std::optional(config.metrics->at) : std::nullopt;
  };
  if (at(now) != at(next)) keys.emplace_back("metrics.listen");
  if (now.workers != next.workers) keys.emplace_back("workers");
  return keys;
}

// The one that what is pinned was read under. A configuration made without one gets one that
// nothing pinned fits.
secrets::FingerprintKey key_of(const config::Config& config) {
  return config.fingerprint_key == secrets::FingerprintKey{}
             ? random_value<secrets::FingerprintKey>()
             : config.fingerprint_key;
}

}  // namespace

struct Assembly::Parts {
  config::Config config;
  const Overrides overrides;
  std::shared_ptr<const certs::Authority> authority;
  std::unique_ptr<audit::Log> log;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<metrics::Metrics> metrics;
  std::unique_ptr<session::Services> services;
  std::shared_ptr<const session::Snapshot> snapshot;
  Doors doors;
  std::vector<Door> open_doors;  // by bottle of `config`
  // By number, which a bottle keeps for the life of the process, also while it is not configured.
  std::vector<std::string> bottles;
  std::optional<io::BoundSocket> admin;
  std::unique_ptr<admin::AdminPages> pages;
  std::vector<std::unique_ptr<WorkerThread>> workers;
  // Last, so that its threads end before the io_contexts they answer to.
  std::shared_ptr<io::Resolver> resolver;
  std::atomic<bool> draining = false;
  mutable std::mutex mutex;  // guards `snapshot` once threads run, which only reload() replaces

  Parts(config::Config chosen, Overrides replaced)
      : config(std::move(chosen)), overrides(std::move(replaced)) {}

  std::optional<Diagnostics> open_stores();
  std::optional<Diagnostics> bind_admin();
  // What would take the place of what is, once nothing can fail any more.
  struct Next {
    config::Config config;
    std::shared_ptr<session::Snapshot> snapshot;
    std::shared_ptr<const certs::Authority> authority;
    std::vector<std::string> bottles;
    std::vector<Door> open_doors;
  };
  // All that `config` says but for its doors.
  Result<Next, Diagnostics> make_next(const config::Config& config);
  std::optional<Diagnostics> take_leaves(Next& next);
  void add_bottles(Next& next);
  void add_doors(Next& next, const Doors::Change& change);
  void take(Next next, Doors::Change change);
  Result<void> make_admin();
  // Without the memory to tell a worker, the process ends: two configurations must not be in force.
  void hand_over(const std::shared_ptr<const session::Snapshot>& next,
                 const std::vector<std::size_t>& closed) noexcept;
  void make_workers();
  // An error leaves nothing behind.
  Result<void> prepare_workers(const Doors::Change& change, const Next& next);
  Result<std::vector<std::string>, Diagnostics> reload(const config::Config& config);
};

std::optional<Diagnostics> Assembly::Parts::open_stores() {
  auto opened = audit::Log::open(config.audit_path, overrides.audit);
  if (!opened) return one(opened.error().what, {config.audit_path.string()});
  log = std::move(*opened);
  log->limit(config.audit_max_bytes);
  ledger = std::make_unique<ledger::Ledger>(overrides.bottle, overrides.session.connections);
  resolver = overrides.resolver
                 ? overrides.resolver
                 : std::make_shared<io::SystemResolver>(io::SystemResolver::Options{});
  return std::nullopt;
}

std::optional<Diagnostics> Assembly::Parts::bind_admin() {
  if (!config.metrics) return std::nullopt;
  auto socket = app::bind(*config.metrics);
  if (!socket) return std::move(socket.error());
  admin.emplace(std::move(*socket));
  return std::nullopt;
}

Result<Assembly::Parts::Next, Diagnostics> Assembly::Parts::make_next(
    const config::Config& chosen) {
  Next next{chosen, std::make_shared<session::Snapshot>(), authority, bottles, {}};
  session::Snapshot& made = *next.snapshot;
  made.generation = snapshot ? snapshot->generation + 1 : 1;
  made.rules = overrides.rules;
  if (!made.rules) {
    auto rules = config::load_rules(chosen);
    if (!rules) return std::unexpected(std::move(rules.error()));
    made.rules = std::move(*rules);
  }
  auto trust = certs::make_upstream_context(chosen.upstream_ca_file);
  if (!trust) return std::unexpected(one(trust.error().what, {chosen.file.string()}));
  made.upstream_tls = std::move(*trust);
  made.own_addresses = io::own_addresses();
  if (made.own_addresses.empty()) {  // never without loopback
    return std::unexpected(one("this machine's addresses cannot be read", {chosen.file.string()}));
  }
  if (auto problems = take_leaves(next)) return std::unexpected(std::move(*problems));
  add_bottles(next);
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
void Assembly::Parts::add_bottles(Next& next) {
  next.snapshot->bottle_count = next.config.bottles.size();
  for (const auto& configured : next.config.bottles) {
    const std::string& name = configured.bottle.name();
    if (std::ranges::find(next.bottles, name) == next.bottles.end()) next.bottles.push_back(name);
  }
  session::Snapshot& into = *next.snapshot;
  for (const std::string& name : next.bottles) {
    const auto configured = std::ranges::find_if(
        next.config.bottles, [&](const auto& bottle) { return bottle.bottle.name() == name; });
    into.bottles.push_back(
        configured != next.config.bottles.end()
            ? configured->bottle
            : policy::Bottle(name, policy::Mode::enforce, {}, Where{next.config.file.string()}));
    into.accounts.push_back(&ledger->of(name));
  }
}

void Assembly::Parts::add_doors(Next& next, const Doors::Change& change) {
  const auto& configured = next.config.bottles;
  for (std::size_t i = 0; i < configured.size(); ++i) {
    next.open_doors.push_back(
        {configured[i].bottle.name(), change.socket(change.of_bottles()[i])->to_string()});
  }
  session::Snapshot& into = *next.snapshot;
  into.doors = change.clients_of(configured, next.bottles);
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

// Nothing here fails.
void Assembly::Parts::take(Next next, Doors::Change change) {
  std::move(change).commit();
  config = std::move(next.config);
  authority = std::move(next.authority);
  bottles = std::move(next.bottles);
  open_doors = std::move(next.open_doors);
  const std::lock_guard lock(mutex);
  snapshot = std::move(next.snapshot);
}

Result<void> Assembly::Parts::make_admin() {
  metrics->leaf_cache_from([this] {
    const std::lock_guard lock(mutex);
    const auto stats = snapshot->leaves->stats();
    return metrics::Metrics::LeafCacheReading{stats.hits, stats.misses, stats.evictions,
                                              stats.size};
  });
  metrics->audit_from([this] {
    return metrics::Metrics::AuditReading{log->lines(), log->owed(), log->room().is_short()};
  });
  pages = std::make_unique<admin::AdminPages>(admin::AdminPages{
      .metrics = [this] { return metrics->text(); },
      .readiness =
          [this] {
            return admin::Readiness{
                {{"audit_log", log->healthy()}, {"accepting", !draining.load()}}};
          },
  });
  if (!admin) return {};
  WorkerThread& first = *workers.front();
  return first.accept_with(*admin, [this, &first](io::Socket socket) {
    auto stream = std::make_unique<io::TcpStream>(std::move(socket), first.worker().deadlines());
    io::spawn(first.executor(), admin::serve_admin(std::move(stream), *pages),
              [](std::exception_ptr) {});
  });
}

void Assembly::Parts::make_workers() {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t count = std::min(config.workers == 0 ? cores : config.workers, kMaxWorkers);
  for (std::size_t i = 0; i < count; ++i) {
    workers.push_back(
        std::make_unique<WorkerThread>(*services, snapshot, random_value<std::uint64_t>()));
  }
}

Result<void> Assembly::Parts::prepare_workers(const Doors::Change& change, const Next& next) {
  Result<void> ready;
  for (const Doors::Change::Opened& door : change.opened()) {
    for (auto& worker : workers) {
      if (ready) ready = worker->prepare_door(*door.socket, door.door);
    }
  }
  // At the start they were made with them.
  if (ready && snapshot && snapshot->rules != next.snapshot->rules) {
    const auto asked = std::make_shared<Countdown>(workers.size());
    const auto all_fit = std::make_shared<std::atomic<bool>>(true);
    for (auto& worker : workers) {
      worker->prepare_rules(next.snapshot->rules, [asked, all_fit](bool fits) {
        if (!fits) *all_fit = false;
        asked->one_less();
      });
    }
    asked->wait();
    if (!*all_fit) ready = fail("out of memory");
  }
  if (!ready) {
    for (auto& worker : workers) worker->forget_prepared();
  }
  return ready;
}

Result<std::unique_ptr<Assembly>, Diagnostics> Assembly::make(const config::Config& config,
                                                              Overrides overrides) {
  block_signals();
  auto parts = std::make_unique<Parts>(config, std::move(overrides));
  auto problems = parts->open_stores();
  if (!problems) problems = parts->bind_admin();
  if (problems) return std::unexpected(std::move(*problems));
  auto change = parts->doors.prepare(config.bottles);
  if (!change) return std::unexpected(std::move(change.error()));
  auto next = parts->make_next(config);
  if (!next) return std::unexpected(std::move(next.error()));
  parts->add_doors(*next, *change);
  parts->metrics = std::make_unique<metrics::Metrics>(next->bottles, rule_ids(*next->snapshot));
  parts->services = std::make_unique<session::Services>(session::Services{
      *parts->log, *parts->metrics, *parts->resolver, *parts->ledger,
      [] { return audit::WallClock::now(); }, key_of(config), parts->overrides.http,
      parts->overrides.scan, parts->overrides.session, parts->overrides.audit});
  parts->snapshot = next->snapshot;
  parts->make_workers();
  auto ready = parts->prepare_workers(*change, *next);
  if (ready) ready = parts->make_admin();
  if (!ready) return std::unexpected(one(ready.error().what, {config.file.string()}));
  for (auto& worker : parts->workers) worker->open_prepared();
  parts->take(std::move(*next), std::move(*change));
  return std::unique_ptr<Assembly>(new Assembly(std::move(parts)));
}

Result<std::vector<std::string>, Diagnostics> Assembly::Parts::reload(
    const config::Config& chosen) {
  auto next = make_next(chosen);
  if (!next) return std::unexpected(std::move(next.error()));
  auto change = doors.prepare(chosen.bottles);
  if (!change) return std::unexpected(std::move(change.error()));
  add_doors(*next, *change);
  if (auto ready = prepare_workers(*change, *next); !ready) {
    return std::unexpected(one(ready.error().what, {chosen.file.string()},
                               "mend that, then let cork read its configuration again"));
  }
  auto later = only_at_start(config, chosen);
  metrics->add(next->bottles, rule_ids(*next->snapshot));
  hand_over(next->snapshot, change->closed());
  session::forget_unpinned(*next->snapshot);
  log->limit(chosen.audit_max_bytes);
  take(std::move(*next), std::move(*change));
  return later;
}

void Assembly::Parts::hand_over(const std::shared_ptr<const session::Snapshot>& next,
                                const std::vector<std::size_t>& closed) noexcept {
  const auto left = std::make_shared<Countdown>(workers.size());
  for (auto& worker : workers) worker->reload(next, closed, [left] { left->one_less(); });
  left->wait();
}

Result<std::vector<std::string>, Diagnostics> Assembly::reload(const config::Config& next) {
  auto taken = [&]() -> Result<std::vector<std::string>, Diagnostics> {
    try {
      return parts_->reload(next);
    } catch (const std::exception& problem) {
      for (auto& worker : parts_->workers) worker->forget_prepared();
      return std::unexpected(one(problem.what(), {next.file.string()}));
    }
  }();
  parts_->metrics->reloaded(taken.has_value());
  return taken;
}

void Assembly::reload_failed() {
  parts_->metrics->reloaded(false);
}

Assembly::Assembly(std::unique_ptr<Parts> parts) noexcept : parts_(std::move(parts)) {}
Assembly::~Assembly() {
  stop();
}

void Assembly::start() {
  for (auto& worker : parts_->workers) worker->start();
}

bool Assembly::drain(std::uint64_t ms) {
  parts_->draining = true;
  const auto full = std::make_shared<Countdown>(parts_->workers.size());
  for (auto& worker : parts_->workers) worker->drain([full] { full->one_less(); });
  const auto until = io::SteadyClock::now() + std::chrono::milliseconds(ms);
  for (;;) {
    if (full->wait_for(std::chrono::milliseconds(50))) return true;
    if (io::SteadyClock::now() >= until || poll_signal(0) != 0) return false;
  }
}

void Assembly::stop() {
  for (auto& worker : parts_->workers) worker->stop();
}

Result<void> Assembly::reopen_log() {
  return parts_->log->reopen();
}

const std::vector<Assembly::Door>& Assembly::doors() const noexcept {
  return parts_->open_doors;
}

std::string Assembly::metrics_address() const {
  return parts_->admin ? parts_->admin->to_string() : "";
}

std::string Assembly::ca_fingerprint() const {
  return parts_->authority->fingerprint();
}

}  // namespace cork::app
