#include "proxy/session/recorder.h"

#include "proxy/audit/room.h"
#include "proxy/session/leak_refusal.h"
#include "proxy/session/refusal.h"
#include "proxy/session/request_rules.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

namespace cork::session {

namespace {

constexpr std::string_view kLocks = "one of so many with a known value that the bottle is locked";

}  // namespace

Recorder::Recorder(Worker& worker, const Snapshot& snapshot, ledger::Account& account)
    : worker_(worker), snapshot_(snapshot), account_(account), begun_(io::SteadyClock::now()) {
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

void Recorder::add_masked(std::span<const Fingerprint> prints) {
  if (account_.count_masked(prints, io::SteadyClock::now())) record_.note = kLocks;
}

bool Recorder::make_room() {
  if (taken_ > 0) return true;
  const audit::Room room = worker_.services().log.room();
  const auto share = audit::share_of(room, snapshot_.log_sharers);
  period_ = room.period;
  if (!share) return true;
  if (!account_.log_share().take({room.period, *share}, audit::kExchangeBytes)) return false;
  taken_ = audit::kExchangeBytes;
  return true;
}

bool Recorder::open() {
  if (!append(audit::render_open(record_))) return false;
  state_ = State::open;
  return true;
}

void Recorder::refuse(bool answered, int status) {
  const bool exhausted = state_ == State::fresh && !make_room();
  // Whoever is asked for credentials would not send them after another answer.
  if (exhausted && status != kAskCredentials && !audit::block(record_.findings)) {
    record_.decision = share_used_up(record_.bottle);
    status = 0;
  }
  count_known();
  if (answered) record_.status = status == 0 ? status_of(record_.decision.reason) : status;
  bool shown_before = false;
  if (state_ == State::fresh) {
    record_.total_us = elapsed_us();
    shown_before = !write_refused(exhausted);
    state_ = State::written;
  }
  if (answered && !shown_before) {
    account_.refusals().keep(record_.id, problem_json(record_));
  }
}

bool Recorder::answer() {
  record_.total_us = elapsed_us();
  if (!append(audit::render_answered(record_))) return false;
  state_ = State::written;
  return true;
}

void Recorder::observe(const secrets::Actions& actions, std::string_view in_file) {
  auto seen = observed_leak(*snapshot_.rules, record_.decision, record_.findings, actions, in_file);
  if (seen) record_.decision = *std::move(seen);
}

void Recorder::close() {
  if (state_ == State::closed) return;
  count_known();
  if (state_ == State::fresh) {
    const bool exhausted = !make_room();
    record_.total_us = elapsed_us();
    write_refused(exhausted);
  }
  record_.total_us = elapsed_us();
  if (std::exchange(state_, State::closed) == State::open) {
    const std::string line = audit::render_close(record_);
    worker_.services().log.append_owed(line);
    written_ += line.size() + 1;
  }
  give_room_back();
  account_.count_sent(record_.sent_bytes);
  account_.count_findings(record_.findings.size());
  worker_.services().metrics.exchange(record_);
}

// What holds a finding has a line of its own. Past the bottle's share a leak still has, up to a
// rate, so that nobody tries in the dark what the rules see.
bool Recorder::write_refused(bool exhausted) {
  using How = audit::Folding::How;
  audit::Folding& folding = worker_.folding();
  audit::Folding::Answer answer{How::whole, record_.id};
  const auto now = io::SteadyClock::now();
  if (exhausted) {
    const bool traced = audit::block(record_.findings) && account_.may_log_leak(now);
    if (!traced) answer = folding.add_exhausted(record_, now);
  } else if (record_.findings.empty()) {
    answer = folding.add(record_, now);
  }
  if (answer.how == How::counted) {
    record_.id = std::move(answer.id);
    worker_.services().metrics.folded(record_.bottle);
    return false;
  }
  const bool begins = answer.how == How::begins;
  if (append(begins ? audit::render_repeating(record_) : audit::render_refused(record_)))
    return true;
  if (begins) folding.forget(record_);
  // An id that nobody can look up would only mislead.
  record_.id.clear();
  if (record_.decision.reason != policy::Reason::audit_unavailable) {
    record_.decision.detail += " The audit log could not take this refusal, so it has no id.";
  }
  return false;
}

void Recorder::count_known() {
  const policy::Decision& decision = record_.decision;
  const bool counts = std::ranges::any_of(record_.findings, [](const audit::FindingNote& note) {
    return note.finding.blocking && note.finding.kind != secrets::Kind::rule;
  });
  if (!counts || known_counted_ || decision.reason != policy::Reason::leak || decision.observed) {
    return;
  }
  known_counted_ = true;
  if (account_.count_known(io::SteadyClock::now())) {
    record_.note = kLocks;
  }
}

bool Recorder::append(const std::string& line) {
  if (!worker_.services().log.append(line)) return false;
  written_ += line.size() + 1;
  return true;
}

// What room began to be short in between counts too.
void Recorder::give_room_back() {
  if (period_ == 0) period_ = worker_.services().log.room().period;
  if (period_ == 0) return;
  account_.log_share().settle(period_, taken_, written_);
}

std::uint64_t Recorder::elapsed_us() const noexcept {
  const auto elapsed = io::SteadyClock::now() - begun_;
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count());
}

}  // namespace cork::session
