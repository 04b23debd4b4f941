#include "proxy/session/worker.h"

#include <exception>
#include <utility>

namespace cork::session {

Worker::Worker(io::Executor executor, const Services& services,
               std::shared_ptr<const Snapshot> snapshot, std::uint64_t seed)
    : services_(services),
      snapshot_(std::move(snapshot)),
      executor_(executor),
      deadlines_(executor),
      scratch_(*snapshot_->rules),
      upstreams_({services.session.pool_per_key, services.session.pool_total,
                  services.session.pool_idle_ms, services.session.pool_lifetime_ms}),
      folding_(services.audit),
      random_(seed) {}

std::string Worker::next_id() {
  return audit::make_id(services_.now(), random_(), random_());
}

void Worker::join(Member& member) {
  members_.push_back(member);
  ++open_;
}

void Worker::left() noexcept {
  --open_;
  if (open_ == 0 && drained_) empty_now();
}

void Worker::adopt(std::shared_ptr<const Snapshot> snapshot) noexcept {
  snapshot_ = std::move(snapshot);
  upstreams_.clear();  // of the generation before
  for (auto next = members_.begin(); next != members_.end();) {
    Member& member = *next++;
    try {
      member.on_reload();
    } catch (const std::exception&) {
      member.cut();
    }
  }
}

void Worker::drain(std::function<void()> empty) {
  draining_ = true;
  upstreams_.clear();
  drained_ = std::move(empty);
  if (open_ == 0) return empty_now();
  for (auto next = members_.begin(); next != members_.end();) (next++)->on_drain();
}

void Worker::end(std::function<void()> empty) {
  draining_ = true;
  upstreams_.clear();
  drained_ = std::move(empty);
  if (open_ == 0) return empty_now();
  deadlines_.end();
}

void Worker::sweep() noexcept {
  try {
    const auto now = io::SteadyClock::now();
    upstreams_.sweep(now);
    services_.log.look();
    write(folding_.take_ended(now));
  } catch (const std::exception&) {
    services_.metrics.dropped(metrics::Metrics::Drop::internal);
  }
}

// Nothing more can be refused: what was counted is all there is.
void Worker::empty_now() noexcept {
  try {
    write(folding_.take_all());
  } catch (const std::exception&) {
    services_.metrics.dropped(metrics::Metrics::Drop::internal);
  }
  std::exchange(drained_, nullptr)();
}

void Worker::write(const std::vector<audit::Repeated>& counted) {
  for (const audit::Repeated& one : counted) {
    const std::string line = audit::render_repeated(one);
    services_.log.append_owed(line);
    ledger::Account& account = one.first.door ? services_.ledger.of_door(*one.first.door)
                                              : services_.ledger.of(one.first.bottle);
    account.log_share().settle(services_.log.room().period, 0, line.size() + 1);
  }
}

}  // namespace cork::session
