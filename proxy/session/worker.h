// What a connection needs of its thread and of the process.
//
// A Worker belongs to one io_context and its thread; a connection never changes workers.
#pragma once

#include "base/limits.h"
#include "proxy/audit/folding.h"
#include "proxy/audit/log.h"
#include "proxy/io/deadlines.h"
#include "proxy/io/read_buffer.h"
#include "proxy/io/resolver.h"
#include "proxy/ledger/ledger.h"
#include "proxy/metrics/metrics.h"
#include "proxy/session/snapshot.h"
#include "proxy/session/upstream_pool.h"

#include <boost/intrusive/list.hpp>

#include <functional>
#include <memory>
#include <random>
#include <vector>

namespace cork::session {

// Process-wide, thread-safe, and outliving every worker.
struct Services {
  audit::Log& log;
  metrics::Metrics& metrics;
  io::Resolver& resolver;
  ledger::Ledger& ledger;
  std::function<audit::WallClock::time_point()> now;
  secrets::FingerprintKey fingerprint_key;
  HttpLimits http;
  ScanLimits scan;
  SessionLimits session;
  AuditLimits audit = {};
};

// A connection as its worker knows it: to be counted, and to be told of the end.
class Member : public boost::intrusive::list_base_hook<
                   boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  // The worker drains: end now if nothing is in progress, else after this exchange.
  virtual void on_drain() noexcept = 0;
  // Worker::snapshot() is another one now: what it denies ends.
  virtual void on_reload() = 0;
  // on_reload() threw, so that nobody knows what is denied: everything ends.
  virtual void cut() noexcept = 0;

 protected:
  ~Member() = default;
};

class Worker {
 public:
  Worker(io::Executor executor, const Services& services, std::shared_ptr<const Snapshot> snapshot,
         std::uint64_t seed);

  [[nodiscard]] const Services& services() const noexcept { return services_; }
  [[nodiscard]] const SessionLimits& limits() const noexcept { return services_.session; }
  [[nodiscard]] const std::shared_ptr<const Snapshot>& snapshot() const noexcept {
    return snapshot_;
  }
  [[nodiscard]] io::Executor executor() const noexcept { return executor_; }
  [[nodiscard]] io::Deadlines& deadlines() noexcept { return deadlines_; }
  [[nodiscard]] io::BufferPool& buffers() noexcept { return buffers_; }
  [[nodiscard]] secrets::WorkerScratch& scratch() noexcept { return scratch_; }
  [[nodiscard]] UpstreamPool& upstreams() noexcept { return upstreams_; }
  [[nodiscard]] audit::Folding& folding() noexcept { return folding_; }
  [[nodiscard]] std::string next_id();

  [[nodiscard]] bool draining() const noexcept { return draining_; }
  [[nodiscard]] std::size_t open_connections() const noexcept { return open_; }
  void join(Member& member);
  void left() noexcept;
  // Before a snapshot with those rules is adopted. Throws std::bad_alloc; then nothing changed.
  void fit(const secrets::Ruleset& rules) { scratch_.fit(rules); }
  // From now on everything that begins uses `snapshot`, and what is in progress is decided again.
  void adopt(std::shared_ptr<const Snapshot> snapshot) noexcept;
  // Closes idle connections; `empty` is called once none is left.
  void drain(std::function<void()> empty);
  // Cuts every connection off; `empty` is called once none is left.
  void end(std::function<void()> empty);
  // Once in a while: closes pooled connections that have idled too long, writes how often what was
  // counted together, and looks how much room the log has.
  void sweep() noexcept;

 private:
  void empty_now() noexcept;
  void write(const std::vector<audit::Repeated>& counted);

  const Services& services_;
  std::shared_ptr<const Snapshot> snapshot_;
  io::Executor executor_;
  io::Deadlines deadlines_;
  io::BufferPool buffers_;
  secrets::WorkerScratch scratch_;
  UpstreamPool upstreams_;
  audit::Folding folding_;
  std::mt19937_64 random_;
  boost::intrusive::list<Member, boost::intrusive::constant_time_size<false>> members_;
  std::size_t open_ = 0;
  bool draining_ = false;
  std::function<void()> drained_;
};

}  // namespace cork::session
