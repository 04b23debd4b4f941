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

// From the kernel, through OpenSSL; a process that has no randomness must not start.
template <class T>
T random_value() {
  T value{};
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof value) != 1) std::abort();
  return value;
}

}  // namespace

struct Assembly::Parts {
  const config::Config config;
  std::shared_ptr<const certs::Authority> authority;
  std::unique_ptr<audit::Log> log;
  std::unique_ptr<certs::LeafCache> leaves, denied_leaves;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<metrics::Metrics> metrics;
  std::unique_ptr<session::Services> services;
  std::shared_ptr<const session::Snapshot> snapshot;
  std::vector<io::BoundSocket> bound;  // by door
  std::optional<io::BoundSocket> admin;
  std::unique_ptr<admin::AdminPages> pages;
  std::vector<Door> doors;
  std::vector<std::unique_ptr<WorkerThread>> workers;
  // Last, so that its threads end before the io_contexts they answer to.
  std::shared_ptr<io::Resolver> resolver;
  std::atomic<bool> draining = false;

  explicit Parts(config::Config chosen) : config(std::move(chosen)) {}

  std::optional<Diagnostics> open_stores(const Overrides& overrides);
  std::optional<Diagnostics> bind_doors();
  std::optional<Diagnostics> take_snapshot(const Overrides& overrides);
  void make_admin();
  void make_workers();
};

std::optional<Diagnostics> Assembly::Parts::open_stores(const Overrides& overrides) {
  const auto now = certs::Clock::now();
  auto ca = certs::Authority::load_or_create(config.ca_directory, now);
  if (!ca) return one(ca.error().what, {config.ca_directory.string()});
  authority = std::make_shared<const certs::Authority>(std::move(*ca));
  auto opened = audit::Log::open(config.audit_path);
  if (!opened) return one(opened.error().what, {config.audit_path.string()});
  log = std::move(*opened);
  leaves = std::make_unique<certs::LeafCache>(authority, certs::LeafCache::Options{});
  denied_leaves = std::make_unique<certs::LeafCache>(
      authority, certs::LeafCache::Options{.capacity = kDeniedLeaves});
  ledger = std::make_unique<ledger::Ledger>(overrides.bottle, overrides.session.connections);
  resolver = overrides.resolver
                 ? overrides.resolver
                 : std::make_shared<io::SystemResolver>(io::SystemResolver::Options{});
  return std::nullopt;
}

std::optional<Diagnostics> Assembly::Parts::bind_doors() {
  Diagnostics problems;
  for (const auto& bottle : config.bottles) {
    auto socket = app::bind(bottle.listen);
    if (!socket) {
      std::ranges::move(socket.error(), std::back_inserter(problems));
      continue;
    }
    doors.push_back({bottle.bottle.name(), socket->to_string()});
    bound.push_back(std::move(*socket));
  }
  if (config.metrics) {
    auto socket = app::bind(*config.metrics);
    if (socket) {
      admin.emplace(std::move(*socket));
    } else {
      std::ranges::move(socket.error(), std::back_inserter(problems));
    }
  }
  if (!problems.empty()) return problems;
  return std::nullopt;
}

std::optional<Diagnostics> Assembly::Parts::take_snapshot(const Overrides& overrides) {
  auto made = std::make_shared<session::Snapshot>();
  made->generation = 1;
  for (const auto& bottle : config.bottles) {
    made->bottles.push_back(bottle.bottle);
    made->accounts.push_back(&ledger->of(bottle.bottle.name()));
  }
  made->rules = overrides.rules;
  if (!made->rules) {
    auto rules = config::load_rules(config);
    if (!rules) return std::move(rules.error());
    made->rules = std::move(*rules);
  }
  auto trust = certs::make_upstream_context(config.upstream_ca_file);
  if (!trust) return one(trust.error().what, {config.file.string()});
  made->upstream_tls = std::move(*trust);
  for (const auto& socket : bound) {
    if (const auto at = socket.address()) made->own_listeners.push_back(*at);
  }
  if (admin) {
    if (const auto at = admin->address()) made->own_listeners.push_back(*at);
  }
  made->own_addresses = io::own_addresses();
  snapshot = std::move(made);
  return std::nullopt;
}

void Assembly::Parts::make_admin() {
  metrics->leaf_cache_from([this] {
    const auto stats = leaves->stats();
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
    for (std::size_t door = 0; door < bound.size(); ++door) thread->accept_at(bound[door], door);
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
  auto parts = std::make_unique<Parts>(config);
  auto problems = parts->open_stores(overrides);
  if (!problems) problems = parts->bind_doors();
  if (!problems) problems = parts->take_snapshot(overrides);
  if (problems) return std::unexpected(std::move(*problems));
  std::vector<std::string> bottles;
  for (const auto& bottle : parts->snapshot->bottles) bottles.push_back(bottle.name());
  std::vector<std::string> rules;
  for (const auto& rule : parts->snapshot->rules->rules()) rules.push_back(rule.id);
  parts->metrics = std::make_unique<metrics::Metrics>(bottles, rules);
  parts->services = std::make_unique<session::Services>(session::Services{
      *parts->log, *parts->metrics, *parts->leaves, *parts->denied_leaves, *parts->resolver,
      *parts->ledger, [] { return audit::WallClock::now(); },
      random_value<secrets::FingerprintKey>(), overrides.http, overrides.scan, overrides.session});
  parts->make_admin();
  parts->make_workers();
  return std::unique_ptr<Assembly>(new Assembly(std::move(parts)));
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
