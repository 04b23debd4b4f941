#include "proxy/ledger/account.h"

#include <functional>

namespace cork::ledger {

std::string_view name_of(Use use) noexcept {
  switch (use) {
    case Use::connection:
      return "connections";
    case Use::handshake:
      return "handshakes";
    case Use::exchange:
      return "exchanges";
  }
  return "";
}

Lease::~Lease() {
  if (account_ != nullptr) account_->give_back(use_);
}

Account::Account(const BottleLimits& limits)
    : limits_(limits),
      decoders_(limits.decoder_bytes),
      refusals_(limits.refusals_kept),
      sources_(limits.unidentified_per_source),
      lock_after_(limits.known_hits),
      denials_({limits.denials_per_second, limits.denials_burst}),
      answers_({limits.answers_per_second, limits.answers_burst}) {}

std::size_t Account::cap_of(Use use) const noexcept {
  switch (use) {
    case Use::connection:
      return limits_.connections;
    case Use::handshake:
      return limits_.handshakes;
    case Use::exchange:
      return limits_.exchanges;
  }
  return 0;
}

Lease Account::take(Use use) noexcept {
  std::atomic<std::size_t>& in_use = in_use_[static_cast<std::size_t>(use)];
  if (in_use.fetch_add(1, kRelaxed) < cap_of(use)) return {this, use};
  in_use.fetch_sub(1, kRelaxed);
  refused_.fetch_add(1, kRelaxed);
  return {};
}

void Account::give_back(Use use) noexcept {
  in_use_[static_cast<std::size_t>(use)].fetch_sub(1, kRelaxed);
}

bool Account::may_deny_at_length(Time now) noexcept {
  const std::lock_guard lock(mutex_);
  return denials_.take(now);
}

bool Account::may_ask(Time now) {
  const std::lock_guard lock(mutex_);
  return answers_.take(now);
}

bool Account::may_log_leak(Time now) {
  const std::lock_guard lock(mutex_);
  if (now - minute_ >= std::chrono::minutes(1)) {
    minute_ = now;
    leaks_ = 0;
  }
  if (leaks_ >= limits_.exhausted_leaks_per_minute) return false;
  ++leaks_;
  return true;
}

bool Account::count_known(Time now) {
  const std::lock_guard lock(mutex_);
  return count({now, std::nullopt});
}

bool Account::count_masked(std::span<const Fingerprint> prints, Time now) {
  const std::lock_guard lock(mutex_);
  bool locks = false;
  for (const Fingerprint& print : prints) {
    // Seen again: what matters is when it was last.
    std::erase_if(known_, [&](const KnownHit& hit) { return hit.print == print; });
    locks = count({now, print}) || locks;
  }
  return locks;
}

bool Account::count(const KnownHit& hit) {
  const auto window = std::chrono::milliseconds(limits_.known_hits_ms);
  while (!known_.empty() && hit.at - known_.front().at >= window) known_.pop_front();
  known_.push_back(hit);
  if (known_.size() < lock_after_.load(kRelaxed)) return false;
  known_.clear();
  const Time until = hit.at + std::chrono::milliseconds(limits_.locked_ms);
  locked_until_.store(until.time_since_epoch().count(), kRelaxed);
  return true;
}

bool Account::locked(Time now) const noexcept {
  return now.time_since_epoch().count() < locked_until_.load(kRelaxed);
}

void Account::unlock() {
  const std::lock_guard lock(mutex_);
  known_.clear();
  locked_until_.store(std::numeric_limits<Time::rep>::min(), kRelaxed);
}

bool Account::may_name(std::string_view host, Time now) {
  const std::size_t hash = std::hash<std::string_view>{}(host);
  const std::lock_guard lock(mutex_);
  if (now - hour_ >= std::chrono::hours(1)) {
    hour_ = now;
    names_.clear();
  }
  if (names_.contains(hash)) return true;
  if (names_.size() >= limits_.names_per_hour) {
    refused_.fetch_add(1, kRelaxed);
    return false;
  }
  names_.insert(hash);
  return true;
}

Account::Reading Account::read() const {
  Reading reading;
  for (std::size_t i = 0; i < kUses; ++i) reading.in_use[i] = in_use_[i].load(kRelaxed);
  reading.decoder_bytes = decoders_.used();
  reading.sent_bytes = sent_.load(kRelaxed);
  reading.findings = findings_.load(kRelaxed);
  reading.refused = refused_.load(kRelaxed);
  const std::lock_guard lock(mutex_);
  reading.names = names_.size();
  return reading;
}

}  // namespace cork::ledger
