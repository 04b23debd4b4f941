// What one bottle uses at the moment, and what it may: asked by every worker before it gives.
//
// Thread-safe. Counters are atomics of their own, so two workers that serve the same bottle meet in
// one addition; the names, asked for once an exchange to a wildcard, are under a lock. Time is an
// argument.
//
//   Lease lease = account.take(Use::exchange);
//   if (!lease) refuse(Reason::bottle_limit);     // gives back when it goes out of scope
#pragma once

#include "base/fingerprint.h"
#include "base/limits.h"
#include "base/memory_budget.h"
#include "base/token_bucket.h"
#include "proxy/ledger/first_seen.h"
#include "proxy/ledger/kept_refusals.h"
#include "proxy/ledger/log_share.h"
#include "proxy/ledger/sources.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <limits>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace cork::ledger {

using Time = std::chrono::steady_clock::time_point;

enum class Use : std::uint8_t {
  connection,  // open client connections
  handshake,   // TLS handshakes with the client in progress
  exchange,    // requests in progress
};
inline constexpr std::size_t kUses = 3;

// "connections". Static storage: for messages and the plan.
[[nodiscard]] std::string_view name_of(Use use) noexcept;

class Account;

// One of something, until it is destroyed. An empty one was refused.
class Lease {
 public:
  Lease() = default;
  Lease(Lease&& other) noexcept
      : account_(std::exchange(other.account_, nullptr)), use_(other.use_) {}
  Lease& operator=(Lease&& other) noexcept {
    std::swap(account_, other.account_);
    std::swap(use_, other.use_);
    return *this;
  }
  ~Lease();
  [[nodiscard]] explicit operator bool() const noexcept { return account_ != nullptr; }

 private:
  friend class Account;
  Lease(Account* account, Use use) noexcept : account_(account), use_(use) {}
  Account* account_ = nullptr;
  Use use_ = Use::connection;
};

class Account {
 public:
  explicit Account(const BottleLimits& limits);
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;

  // Empty: the bottle has all that it may have. The lease must not outlive the account.
  [[nodiscard]] Lease take(Use use) noexcept;

  // Something was refused that costs cork work to refuse politely. False: too many lately; refuse
  // the cheap way.
  [[nodiscard]] bool may_deny_at_length(Time now) noexcept;

  // The bottle asks cork itself something. False: too often lately.
  [[nodiscard]] bool may_ask(Time now);

  // A name that a wildcard admits. False: one more than a bottle may ask for in an hour, since each
  // of them can carry something out.
  [[nodiscard]] bool may_name(std::string_view host, Time now);

  // A leak was refused though the bottle's share of the log's disk is used up. False: it had as
  // many lines past it within the minute as it may.
  [[nodiscard]] bool may_log_leak(Time now);

  // An exchange was refused for a value that the bottle is known to have. True: with this one there
  // were so many lately that it could be finding values out, and it is locked.
  [[nodiscard]] bool count_known(Time now);
  // The same for what was masked and passed: each of `prints` counts once, since a conversation
  // that holds a value is sent again with every turn.
  [[nodiscard]] bool count_masked(std::span<const Fingerprint> prints, Time now);
  // Nothing of it passes.
  [[nodiscard]] bool locked(Time now) const noexcept;
  // An operator has looked.
  void unlock();
  // How many those are, where not BottleLimits::known_hits.
  void lock_after(std::optional<std::uint64_t> hits) noexcept {
    lock_after_.store(hits.value_or(limits_.known_hits), kRelaxed);
  }

  // Where a door's connections come from.
  [[nodiscard]] Sources& sources() noexcept { return sources_; }

  // For what decoders keep while they look into bodies.
  [[nodiscard]] MemoryBudget& decoders() noexcept { return decoders_; }
  // Of the audit log's disk, while that is short.
  [[nodiscard]] LogShare& log_share() noexcept { return log_share_; }
  // What it was refused lately.
  [[nodiscard]] KeptRefusals& refusals() noexcept { return refusals_; }

  // Whose credentials came first to the bottle's places.
  [[nodiscard]] FirstSeen& first_seen() noexcept { return first_seen_; }

  void count_sent(std::uint64_t bytes) noexcept { sent_.fetch_add(bytes, kRelaxed); }
  void count_findings(std::uint64_t count) noexcept { findings_.fetch_add(count, kRelaxed); }

  struct Reading {
    std::array<std::size_t, kUses> in_use{};
    std::size_t names = 0, decoder_bytes = 0;
    std::uint64_t sent_bytes = 0, findings = 0, refused = 0;
  };
  [[nodiscard]] Reading read() const;
  [[nodiscard]] const BottleLimits& limits() const noexcept { return limits_; }

 private:
  friend class Lease;
  static constexpr auto kRelaxed = std::memory_order_relaxed;
  [[nodiscard]] std::size_t cap_of(Use use) const noexcept;
  void give_back(Use use) noexcept;

  BottleLimits limits_;
  std::array<std::atomic<std::size_t>, kUses> in_use_{};
  MemoryBudget decoders_;
  FirstSeen first_seen_;
  LogShare log_share_;
  KeptRefusals refusals_;
  Sources sources_;
  std::atomic<std::uint64_t> lock_after_;
  std::atomic<Time::rep> locked_until_ = std::numeric_limits<Time::rep>::min();
  std::atomic<std::uint64_t> sent_ = 0, findings_ = 0, refused_ = 0;

  mutable std::mutex mutex_;
  std::unordered_set<std::size_t> names_;  // hashes, of the hour that began at hour_
  Time hour_{}, minute_{};
  struct KnownHit {
    Time at;
    std::optional<Fingerprint> print;  // of what was masked; none: it was refused
  };
  [[nodiscard]] bool count(const KnownHit& hit);
  std::deque<KnownHit> known_;  // by time
  std::uint64_t leaks_ = 0;     // logged in the minute that began at minute_
  TokenBucket denials_, answers_;
};

}  // namespace cork::ledger
