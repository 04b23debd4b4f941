#include "proxy/session/recorder.h"

#include <chrono>
#include <exception>
#include <utility>

namespace cork::session {

Recorder::Recorder(Worker& worker, const Snapshot& snapshot)
    : worker_(worker), snapshot_(snapshot), begun_(io::SteadyClock::now()) {
  record_.id = worker.next_id();
  record_.time = worker.services().now();
  record_.wire = "1.1";
}

Recorder::~Recorder() {
  if (state_ == State::closed) return;
  if (record_.note.empty()) record_.note = "ended early";
  try {
    close();
  } catch (const std::exception&) {
    worker_.services().metrics.dropped(metrics::Metrics::Drop::internal);
  }
}

void Recorder::add(std::span<const secrets::Finding> findings) {
  auto notes = audit::note(*snapshot_.rules, findings);
  for (auto& one : notes) record_.findings.push_back(std::move(one));
}

bool Recorder::open() {
  if (!worker_.services().log.append(audit::render_open(record_))) return false;
  state_ = State::open;
  return true;
}

void Recorder::close() {
  if (state_ == State::closed) return;
  record_.total_us = elapsed_us();
  if (std::exchange(state_, State::closed) == State::open) {
    worker_.services().log.append_owed(audit::render_close(record_));
  } else {
    // Where the log does not take it nothing left, and the client was told.
    (void)worker_.services().log.append(audit::render_refused(record_));
  }
  worker_.services().metrics.exchange(record_);
}

std::uint64_t Recorder::elapsed_us() const noexcept {
  const auto elapsed = io::SteadyClock::now() - begun_;
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count());
}

}  // namespace cork::session
