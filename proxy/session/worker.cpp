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
                  services.session.pool_idle_ms}),
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
  if (open_ == 0 && drained_) std::exchange(drained_, nullptr)();
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
  if (open_ == 0) return empty();
  drained_ = std::move(empty);
  for (auto next = members_.begin(); next != members_.end();) (next++)->on_drain();
}

void Worker::end(std::function<void()> empty) {
  draining_ = true;
  upstreams_.clear();
  if (open_ == 0) return empty();
  drained_ = std::move(empty);
  deadlines_.end();
}

void Worker::sweep() {
  upstreams_.sweep(io::SteadyClock::now());
}

}  // namespace cork::session
