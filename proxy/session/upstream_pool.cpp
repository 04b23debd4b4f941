#include "proxy/session/upstream_pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cork::session {

std::string pool_key(Scheme scheme, const Endpoint& endpoint, const std::string& bottle,
                     std::uint64_t generation) {
  return fmt::format("{}://{} {} {}", name_of(scheme), endpoint.to_string(), bottle, generation);
}

std::optional<Upstream> UpstreamPool::take(const std::string& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  auto& idle = found->second;
  const auto now = io::SteadyClock::now();
  std::optional<Upstream> fit;
  while (!idle.empty() && !fit) {
    Idle last = std::move(idle.back());
    idle.pop_back();
    --size_;
    if (is_fit(last, now)) fit = std::move(last.upstream);
  }
  if (idle.empty()) by_key_.erase(found);
  if (fit) fit->reused = true;
  return fit;
}

void UpstreamPool::put(const std::string& key, Upstream upstream) {
  if (size_ >= options_.total || options_.per_key == 0 || !upstream.buffer.empty()) return;
  auto& idle = by_key_[key];
  if (idle.size() >= options_.per_key) return;
  idle.push_back({std::move(upstream), io::SteadyClock::now()});
  ++size_;
}

void UpstreamPool::sweep(io::SteadyClock::time_point now) {
  for (auto entry = by_key_.begin(); entry != by_key_.end();) {
    auto& idle = entry->second;
    size_ -= std::erase_if(idle, [&](const Idle& one) { return !is_fit(one, now); });
    entry = idle.empty() ? by_key_.erase(entry) : std::next(entry);
  }
}

bool UpstreamPool::is_fit(const Idle& one, io::SteadyClock::time_point now) const {
  const auto since = [now](io::SteadyClock::time_point then) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - then).count();
  };
  return since(one.since) <= static_cast<std::int64_t>(options_.idle_ms) &&
         since(one.upstream.dialled) < static_cast<std::int64_t>(options_.lifetime_ms) &&
         !one.upstream.stream->readable();
}

void UpstreamPool::clear() noexcept {
  by_key_.clear();
  size_ = 0;
}

}  // namespace cork::session
