#include "proxy/session/recorder.h"

#include <chrono>
#include <exception>

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
  const std::string line =
      state_ == State::open ? audit::render_close(record_) : audit::render_refused(record_);
  state_ = State::closed;
  // A close line the log does not take: the open line stands, and the log is unhealthy, which the
  // next exchange is refused for.
  (void)worker_.services().log.append(line);
  worker_.services().metrics.exchange(record_);
}

std::uint64_t Recorder::elapsed_us() const noexcept {
  const auto elapsed = io::SteadyClock::now() - begun_;
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count());
}

}  // namespace cork::session
