#include "proxy/app/assembly_parts.h"

#include "proxy/app/countdown.h"
#include "proxy/app/random.h"
#include "proxy/app/signals.h"
#include "proxy/io/spawn.h"
#include "proxy/io/tcp_stream.h"
#include "proxy/session/credential_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace cork::app {

namespace {

constexpr std::size_t kMaxWorkers = 256;

std::vector<std::string> rule_ids(const session::Snapshot& snapshot) {
  std::vector<std::string> ids{std::string(audit::kKnownValue), std::string(audit::kCanary)};
  for (const auto& rule : snapshot.rules->rules()) ids.push_back(rule.id);
  return ids;
}

// What is read at the start only, and is not what this cork was started with.
std::vector<std::string> only_at_start(const config::Config& started, const config::Config& next) {
  std::vector<std::string> keys;
  if (started.audit_path != next.audit_path) keys.emplace_back("audit.path");
  const auto at = [](const config::Config& config) {
    return config.metrics ? std::optional(config.metrics->at) : std::nullopt;
  };
  if (at(started) != at(next)) keys.emplace_back("metrics.listen");
  if (started.workers != next.workers) keys.emplace_back("workers");
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

std::optional<Diagnostics> Assembly::Parts::open_stores() {
  auto opened = audit::Log::open(config.audit_path, overrides.audit);
  if (!opened) return one(opened.error().what, {config.audit_path.string()});
  log = std::move(*opened);
  log->limit(config.audit_max_bytes);
  ledger = std::make_unique<ledger::Ledger>(overrides.bottle, overrides.session.connections);
  resolver = overrides.resolver
                 ? overrides.resolver
                 : std::make_shared<io::SystemResolver>(io::SystemResolver::Options{});
  network.emplace(
      NetworkWatch::Options{*resolver, overrides.session.resolve_ms, overrides.on_link});
  return std::nullopt;
}

std::optional<Diagnostics> Assembly::Parts::bind_admin() {
  if (!config.metrics) return std::nullopt;
  auto socket = app::bind(*config.metrics);
  if (!socket) return std::move(socket.error());
  admin.emplace(std::move(*socket));
  return std::nullopt;
}

// Nothing here fails.
void Assembly::Parts::take(Next next, Doors::Change change) {
  std::move(change).commit();
  config = std::move(next.config);
  authority = std::move(next.authority);
  bottles = std::move(next.bottles);
  open_doors = std::move(next.open_doors);
  rule_warnings = std::move(next.rule_warnings);
  for (const auto& bottle : config.bottles) {
    ledger->of(bottle.bottle.name()).lock_after(bottle.lock_after);
  }
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
  metrics->locks_from([this] {
    const std::lock_guard lock(mutex);
    std::vector<metrics::Metrics::LockReading> read;
    read.reserve(snapshot->bottles.size());
    for (std::size_t i = 0; i < snapshot->bottles.size(); ++i) {
      read.push_back(
          {snapshot->bottles[i].name(), snapshot->accounts[i]->locked(io::SteadyClock::now())});
    }
    return read;
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
  auto later = only_at_start(started, chosen);
  metrics->add(next->bottles, rule_ids(*next->snapshot));
  hand_over(next->snapshot, change->closed());
  take(std::move(*next), std::move(*change));
  // From here on nothing is undone, whatever fails.
  log->limit(chosen.audit_max_bytes);
  session::forget_unpinned(*snapshot);
  ask_network();
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

bool Assembly::refresh_network() {
  auto renewed = parts_->network->renewed(*parts_->snapshot);
  if (renewed || !parts_->network->has_answer()) parts_->ask_network();
  if (!renewed) return false;
  parts_->hand_over(renewed, {});
  const std::lock_guard lock(parts_->mutex);
  parts_->snapshot = std::move(renewed);
  return true;
}

void Assembly::unlock() {
  const std::lock_guard lock(parts_->mutex);
  for (ledger::Account* account : parts_->snapshot->accounts) account->unlock();
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
  parts_->ask_network();
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

const Diagnostics& Assembly::rule_warnings() const noexcept {
  return parts_->rule_warnings;
}

std::string Assembly::metrics_address() const {
  return parts_->admin ? parts_->admin->to_string() : "";
}

std::string Assembly::ca_fingerprint() const {
  return parts_->authority->fingerprint();
}

}  // namespace cork::app
