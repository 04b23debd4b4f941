#include "proxy/app/assembly.h"

#include "certs/authority.h"
#include "certs/trust.h"
#include "proxy/admin/admin.h"
#include "proxy/app/signals.h"
#include "proxy/app/worker_thread.h"
#include "proxy/config/rule_files.h"
#include "proxy/io/spawn.h"
#include "proxy/io/tcp_stream.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <latch>
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

Result<io::BoundSocket, Diagnostics> bind(const config::Listen& listen) {
  const auto* tcp = std::get_if<config::TcpListen>(&listen.at);
  auto bound = tcp != nullptr
                   ? io::BoundSocket::tcp(tcp->address, tcp->port)
                   : io::BoundSocket::unix_socket(std::get<config::UnixListen>(listen.at).path);
  if (!bound) return std::unexpected(one(bound.error().what, listen.where));
  return std::move(*bound);
}

std::vector<std::string> bottle_names(const session::Snapshot& snapshot) {
  std::vector<std::string> names;
  for (const auto& bottle : snapshot.bottles) names.push_back(bottle.name());
  return names;
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

// From the kernel, through OpenSSL; a process that has no randomness must not start.
template <class T>
T random_value() {
  T value{};
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof value) != 1) std::abort();
  return value;
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
  // By door. A door never changes its number: one that a reload closed stays, empty.
  std::deque<std::optional<io::BoundSocket>> bound;
  std::vector<config::Listen> listens;
  std::vector<Door> doors;
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
  std::optional<Diagnostics> bind_doors();
  // Which door each of `next`'s bottles has; opens those that are new.
  Result<std::vector<std::size_t>, Diagnostics> doors_of(const config::Config& next);
  void close_doors_from(std::size_t first);
  // What `next` says, with the bottles at those doors.
  Result<std::shared_ptr<session::Snapshot>, Diagnostics> make_snapshot(
      const config::Config& next, const std::vector<std::size_t>& doors_of_bottles);
  std::optional<Diagnostics> take_leaves(const config::Config& next, session::Snapshot& into);
  void make_admin();
  void make_workers();
};

std::optional<Diagnostics> Assembly::Parts::open_stores() {
  auto opened = audit::Log::open(config.audit_path);
  if (!opened) return one(opened.error().what, {config.audit_path.string()});
  log = std::move(*opened);
  ledger = std::make_unique<ledger::Ledger>(overrides.bottle, overrides.session.connections);
  resolver = overrides.resolver
                 ? overrides.resolver
                 : std::make_shared<io::SystemResolver>(io::SystemResolver::Options{});
  return std::nullopt;
}

std::optional<Diagnostics> Assembly::Parts::bind_doors() {
  if (!config.metrics) return std::nullopt;
  auto socket = app::bind(*config.metrics);
  if (!socket) return std::move(socket.error());
  admin.emplace(std::move(*socket));
  return std::nullopt;
}

Result<std::vector<std::size_t>, Diagnostics> Assembly::Parts::doors_of(
    const config::Config& next) {
  Diagnostics problems;
  std::vector<std::size_t> found;
  for (const auto& bottle : next.bottles) {
    std::size_t door = 0;
    while (door < doors.size() && !(bound[door] && listens[door].at == bottle.listen.at)) {
      ++door;
    }
    if (door == doors.size()) {
      auto socket = app::bind(bottle.listen);
      if (!socket) {
        std::ranges::move(socket.error(), std::back_inserter(problems));
        continue;
      }
      doors.push_back({bottle.bottle.name(), socket->to_string()});
      listens.push_back(bottle.listen);
      bound.emplace_back(std::move(*socket));
    }
    found.push_back(door);
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return found;
}

void Assembly::Parts::close_doors_from(std::size_t first) {
  while (doors.size() > first) {
    doors.pop_back();
    listens.pop_back();
    bound.pop_back();
  }
}

std::optional<Diagnostics> Assembly::Parts::take_leaves(const config::Config& next,
                                                        session::Snapshot& into) {
  // Made at the start only: one that is being replaced is not there for a moment.
  const auto now = certs::Clock::now();
  auto ca = snapshot ? certs::Authority::load(next.ca_directory, now)
                     : certs::Authority::load_or_create(next.ca_directory, now);
  if (!ca) return one(ca.error().what, {next.ca_directory.string()});
  if (snapshot && authority->fingerprint() == ca->fingerprint()) {
    into.leaves = snapshot->leaves;
    into.denied_leaves = snapshot->denied_leaves;
    return std::nullopt;
  }
  authority = std::make_shared<const certs::Authority>(std::move(*ca));
  into.leaves = std::make_shared<certs::LeafCache>(authority, certs::LeafCache::Options{});
  into.denied_leaves = std::make_shared<certs::LeafCache>(
      authority, certs::LeafCache::Options{.capacity = kDeniedLeaves});
  return std::nullopt;
}

Result<std::shared_ptr<session::Snapshot>, Diagnostics> Assembly::Parts::make_snapshot(
    const config::Config& next, const std::vector<std::size_t>& doors_of_bottles) {
  auto made = std::make_shared<session::Snapshot>();
  made->generation = snapshot ? snapshot->generation + 1 : 1;
  // A closed door keeps its bottle's name, for the connections that are still open, and denies all.
  for (const Door& door : doors) {
    made->bottles.emplace_back(door.bottle, policy::Mode::enforce, std::vector<policy::Route>{},
                               Where{next.file.string()});
    made->accounts.push_back(&ledger->of(door.bottle));
  }
  for (std::size_t i = 0; i < doors_of_bottles.size(); ++i) {
    const policy::Bottle& bottle = next.bottles[i].bottle;
    made->bottles[doors_of_bottles[i]] = bottle;
    made->accounts[doors_of_bottles[i]] = &ledger->of(bottle.name());
  }
  made->rules = overrides.rules;
  if (!made->rules) {
    auto rules = config::load_rules(next);
    if (!rules) return std::unexpected(std::move(rules.error()));
    made->rules = std::move(*rules);
  }
  auto trust = certs::make_upstream_context(next.upstream_ca_file);
  if (!trust) return std::unexpected(one(trust.error().what, {next.file.string()}));
  made->upstream_tls = std::move(*trust);
  for (const std::size_t door : doors_of_bottles) {
    if (const auto at = bound[door]->address()) made->own_listeners.push_back(*at);
  }
  if (admin) {
    if (const auto at = admin->address()) made->own_listeners.push_back(*at);
  }
  made->own_addresses = io::own_addresses();
  if (auto problems = take_leaves(next, *made)) return std::unexpected(std::move(*problems));
  return made;
}

void Assembly::Parts::make_admin() {
  metrics->leaf_cache_from([this] {
    const std::lock_guard lock(mutex);
    const auto stats = snapshot->leaves->stats();
    return metrics::Metrics::LeafCacheReading{stats.hits, stats.misses, stats.evictions,
                                              stats.size};
  });
  pages = std::make_unique<admin::AdminPages>(admin::AdminPages{
      .metrics = [this] { return metrics->text(); },
      .readiness =
          [this] {
            return admin::Readiness{
                {{"audit_log", log->healthy()}, {"accepting", !draining.load()}}};
          },
  });
}

void Assembly::Parts::make_workers() {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t count = std::min(config.workers == 0 ? cores : config.workers, kMaxWorkers);
  for (std::size_t i = 0; i < count; ++i) {
    auto thread =
        std::make_unique<WorkerThread>(*services, snapshot, random_value<std::uint64_t>());
    for (std::size_t door = 0; door < bound.size(); ++door) thread->accept_at(*bound[door], door);
    workers.push_back(std::move(thread));
  }
  if (!admin) return;
  WorkerThread& first = *workers.front();
  first.accept_with(*admin, [this, &first](io::Socket socket) {
    auto stream = std::make_unique<io::TcpStream>(std::move(socket), first.worker().deadlines());
    io::spawn(first.executor(), admin::serve_admin(std::move(stream), *pages),
              [](std::exception_ptr) {});
  });
}

Result<std::unique_ptr<Assembly>, Diagnostics> Assembly::make(const config::Config& config,
                                                              Overrides overrides) {
  block_signals();
  auto parts = std::make_unique<Parts>(config, std::move(overrides));
  auto problems = parts->open_stores();
  if (!problems) problems = parts->bind_doors();
  if (problems) return std::unexpected(std::move(*problems));
  const auto doors = parts->doors_of(config);
  if (!doors) return std::unexpected(doors.error());
  auto snapshot = parts->make_snapshot(config, *doors);
  if (!snapshot) return std::unexpected(std::move(snapshot.error()));
  parts->snapshot = std::move(*snapshot);
  parts->metrics = std::make_unique<metrics::Metrics>(bottle_names(*parts->snapshot),
                                                      rule_ids(*parts->snapshot));
  parts->services = std::make_unique<session::Services>(session::Services{
      *parts->log, *parts->metrics, *parts->resolver, *parts->ledger,
      [] { return audit::WallClock::now(); }, random_value<secrets::FingerprintKey>(),
      parts->overrides.http, parts->overrides.scan, parts->overrides.session});
  parts->make_admin();
  parts->make_workers();
  return std::unique_ptr<Assembly>(new Assembly(std::move(parts)));
}

Result<std::vector<std::string>, Diagnostics> Assembly::reload(const config::Config& next) {
  Parts& parts = *parts_;
  const std::size_t known = parts.doors.size();
  const auto refuse = [&](Diagnostics problems) {
    parts.close_doors_from(known);
    parts.metrics->reloaded(false);
    return std::unexpected(std::move(problems));
  };
  const auto doors = parts.doors_of(next);
  if (!doors) return refuse(doors.error());
  auto snapshot = parts.make_snapshot(next, *doors);
  if (!snapshot) return refuse(std::move(snapshot.error()));

  WorkerThread::Reload reload{*snapshot, {}, {}};
  for (std::size_t door = known; door < parts.doors.size(); ++door) {
    reload.opened.emplace_back(door, &*parts.bound[door]);
  }
  for (std::size_t door = 0; door < known; ++door) {
    const bool kept = std::ranges::find(*doors, door) != doors->end();
    if (!kept && parts.bound[door]) reload.closed.push_back(door);
  }
  parts.metrics->add(bottle_names(**snapshot), rule_ids(**snapshot));
  std::latch adopted(static_cast<std::ptrdiff_t>(parts.workers.size()));
  for (auto& worker : parts.workers) worker->reload(reload, [&adopted] { adopted.count_down(); });
  adopted.wait();
  for (const std::size_t door : reload.closed) parts.bound[door].reset();
  for (std::size_t i = 0; i < doors->size(); ++i) {
    parts.doors[(*doors)[i]].bottle = next.bottles[i].bottle.name();
  }
  auto later = only_at_start(parts.config, next);
  parts.config = next;
  {
    const std::lock_guard lock(parts.mutex);
    parts.snapshot = std::move(*snapshot);
  }
  parts.metrics->reloaded(true);
  return later;
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
  struct Count {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t left;
  };
  parts_->draining = true;
  // Shared with the workers, which may be done only after this has given up on them.
  const auto count = std::make_shared<Count>();
  count->left = parts_->workers.size();
  for (auto& worker : parts_->workers) {
    worker->drain([count] {
      const std::lock_guard lock(count->mutex);
      --count->left;
      count->changed.notify_all();
    });
  }
  const auto until = io::SteadyClock::now() + std::chrono::milliseconds(ms);
  for (;;) {
    std::unique_lock lock(count->mutex);
    const bool empty = count->changed.wait_for(lock, std::chrono::milliseconds(50),
                                               [&] { return count->left == 0; });
    lock.unlock();
    if (empty) return true;
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
  return parts_->doors;
}

std::string Assembly::metrics_address() const {
  return parts_->admin ? parts_->admin->to_string() : "";
}

std::string Assembly::ca_fingerprint() const {
  return parts_->authority->fingerprint();
}

}  // namespace cork::app
