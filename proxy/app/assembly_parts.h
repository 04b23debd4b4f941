// What an Assembly is made of: the process's parts, and what a configuration becomes before it
// takes the place of the one in force. For assembly.cpp and assembly_parts.cpp alone.
#pragma once

#include "certs/authority.h"
#include "proxy/admin/admin.h"
#include "proxy/app/assembly.h"
#include "proxy/app/doors.h"
#include "proxy/app/network_watch.h"
#include "proxy/app/worker_thread.h"

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cork::app {

[[nodiscard]] inline Diagnostics one(const std::string& what, Where where, std::string hint = {}) {
  return {{what, std::move(where), std::move(hint)}};
}

struct Assembly::Parts {
  const config::Config started;  // with
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
  Diagnostics rule_warnings;
  // By number, which a bottle keeps for the life of the process, also while it is not configured.
  std::vector<std::string> bottles;
  std::optional<io::BoundSocket> admin;
  std::unique_ptr<admin::AdminPages> pages;
  std::optional<NetworkWatch> network;
  std::vector<std::unique_ptr<WorkerThread>> workers;
  // Behind the workers, so that its threads end before the io_contexts they answer to.
  std::shared_ptr<io::Resolver> resolver;
  std::atomic<bool> draining = false;
  mutable std::mutex mutex;  // guards `snapshot` once threads run, which only reload() replaces

  Parts(config::Config chosen, Overrides replaced)
      : started(chosen), config(std::move(chosen)), overrides(std::move(replaced)) {}

  std::optional<Diagnostics> open_stores();
  std::optional<Diagnostics> bind_admin();
  // What would take the place of what is, once nothing can fail any more.
  struct Next {
    config::Config config;
    std::shared_ptr<session::Snapshot> snapshot;
    std::shared_ptr<const certs::Authority> authority;
    std::vector<std::string> bottles;
    std::vector<Door> open_doors;
    Diagnostics rule_warnings;
  };
  // All that `config` says but for its doors.
  Result<Next, Diagnostics> make_next(const config::Config& config);
  std::optional<Diagnostics> take_leaves(Next& next);
  [[nodiscard]] std::optional<Diagnostics> add_bottles(Next& next);
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
  void ask_network() { network->ask(workers.front()->executor()); }
};

}  // namespace cork::app
