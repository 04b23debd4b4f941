#include "proxy/session/lifetime.h"

#include "proxy/session/request_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cork::session {

namespace {

// Far enough to be never, near enough not to overflow the clock.
constexpr std::uint64_t kLongestMs = 365ull * 24 * 3600 * 1000;

}  // namespace

Lifetime::Lifetime(io::Deadlines& deadlines, std::uint64_t ms, std::function<void()> ended)
    : Timed(deadlines),
      end_(io::SteadyClock::now() + std::chrono::milliseconds(std::min(ms, kLongestMs))),
      ended_(std::move(ended)) {
  expire_read_after(ms);
}

void Lifetime::on_expiry() noexcept {
  // The end of the worker wakes everything, old or not.
  if (io::SteadyClock::now() < end_ || !ended_) return;
  std::exchange(ended_, nullptr)();
}

policy::Decision outlived(std::string_view what, std::uint64_t lifetime_ms) {
  return denied(policy::Reason::timeout,
                fmt::format("the {} has lasted {:g} s, as long as any may.", what,
                            static_cast<double>(lifetime_ms) / 1000));
}

}  // namespace cork::session
