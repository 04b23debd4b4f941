#include "certs/leaf_cache.h"

#include "certs/certificate.h"
#include "certs/server_context.h"

#include <algorithm>
#include <condition_variable>
#include <list>
#include <mutex>
#include <new>
#include <string>
#include <unordered_map>
#include <utility>

namespace cork::certs {
namespace {

constexpr std::chrono::days kRenewBefore{1};

struct Entry {
  std::string host;
  SslCtxRef context;
  Clock::time_point renew_at;
};

// One mint under way, and those who wait for it.
struct Flight {
  std::condition_variable landed;
  bool over = false;
  Result<SslCtxRef> outcome;  // once it is over
};

}  // namespace

struct LeafCache::State {
  std::shared_ptr<const Authority> authority;
  Options options;
  Result<TicketSecret> secret = TicketSecret::make_random();

  mutable std::mutex mutex;  // guards all below; never held while minting
  std::list<Entry> entries;  // most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> index;
  std::unordered_map<std::string, std::shared_ptr<Flight>> flights;
  Stats stats;

  SslCtxRef find(const std::string& host, Clock::time_point now);
  void keep(Entry entry);
  Result<Entry> mint(const Host& host, Clock::time_point now) const;
};

SslCtxRef LeafCache::State::find(const std::string& host, Clock::time_point now) {
  const auto found = index.find(host);
  if (found == index.end() || now >= found->second->renew_at) return nullptr;
  entries.splice(entries.begin(), entries, found->second);
  return found->second->context;
}

void LeafCache::State::keep(Entry entry) {
  if (const auto old = index.find(entry.host); old != index.end()) {
    entries.erase(old->second);
    index.erase(old);
  }
  entries.push_front(std::move(entry));
  index.emplace(entries.front().host, entries.begin());
  while (entries.size() > options.capacity) {
    index.erase(entries.back().host);
    entries.pop_back();
    ++stats.evictions;
  }
}

Result<Entry> LeafCache::State::mint(const Host& host, Clock::time_point now) const {
  if (!secret) return std::unexpected(secret.error());
  const auto leaf = authority->mint(host, now);
  if (!leaf) return std::unexpected(leaf.error());
  const auto validity = validity_of(leaf->certificate.get());
  if (!validity) return std::unexpected(validity.error());
  auto context = make_server_context(host, *leaf, *secret);
  if (!context) return std::unexpected(context.error());
  Clock::time_point renew_at = validity->not_after - kRenewBefore;
  // On the CA's own last day no leaf lives longer than this one.
  if (renew_at <= now) renew_at = validity->not_after;
  return Entry{host.text(), SslCtxRef(std::move(*context)), renew_at};
}

LeafCache::LeafCache(std::shared_ptr<const Authority> authority, Options options)
    : state_(std::make_unique<State>()) {
  state_->authority = std::move(authority);
  state_->options = options;
}

LeafCache::~LeafCache() = default;

Result<SslCtxRef> LeafCache::get(const Host& host, Clock::time_point now) {
  State& state = *state_;
  std::unique_lock lock(state.mutex);
  if (SslCtxRef context = state.find(host.text(), now)) {
    ++state.stats.hits;
    return context;
  }
  if (const auto found = state.flights.find(host.text()); found != state.flights.end()) {
    const std::shared_ptr<Flight> flight = found->second;
    flight->landed.wait(lock, [&] { return flight->over; });
    ++state.stats.hits;
    return flight->outcome;
  }
  const auto flight = std::make_shared<Flight>();
  state.flights.emplace(host.text(), flight);
  ++state.stats.misses;

  lock.unlock();
  Result<Entry> minted = fail("nobody minted it");
  try {
    minted = state.mint(host, now);
  } catch (const std::bad_alloc&) {
    // Who waits for this flight must be woken all the same.
    minted = fail("out of memory");
  }
  lock.lock();

  flight->outcome = minted ? Result<SslCtxRef>(minted->context)
                           : Result<SslCtxRef>(std::unexpected(minted.error()));
  flight->over = true;
  if (minted) state.keep(std::move(*minted));
  state.flights.erase(host.text());
  flight->landed.notify_all();
  return flight->outcome;
}

LeafCache::Stats LeafCache::stats() const {
  const std::lock_guard lock(state_->mutex);
  Stats stats = state_->stats;
  stats.size = state_->entries.size();
  return stats;
}

}  // namespace cork::certs
