#include "proxy/io/deadlines.h"

#include <algorithm>

namespace cork::io {

namespace {

constexpr auto kResolution = std::chrono::milliseconds(10);
// Far enough to be never, near enough not to overflow the clock.
constexpr std::uint64_t kLongestMs = 365ull * 24 * 3600 * 1000;

Timed::Time after(std::uint64_t ms) {
  return SteadyClock::now() + std::chrono::milliseconds(std::min(ms, kLongestMs));
}

}  // namespace

Timed::Timed(Deadlines& deadlines) : deadlines_(deadlines) {
  deadlines.all_.push_back(*this);
}

bool Timed::read_expired(Time now) const noexcept {
  return deadlines_.ended_ || now >= read_at_;
}
bool Timed::write_expired(Time now) const noexcept {
  return deadlines_.ended_ || now >= write_at_;
}

void Timed::expire_read_after(std::uint64_t ms) {
  read_at_ = after(ms);
  read_told_ = false;
  deadlines_.wake_by(read_at_);
}

void Timed::expire_write_after(std::uint64_t ms) {
  write_at_ = after(ms);
  write_told_ = false;
  deadlines_.wake_by(write_at_);
}

void Deadlines::end() noexcept {
  ended_ = true;
  for (Timed& timed : all_) timed.on_expiry();
}

void Deadlines::wake_by(Timed::Time time) {
  if (time >= next_) return;
  // Never later than what is armed: short deadlines that keep coming must not push the tick away.
  const auto at = std::max(time, SteadyClock::now() + kResolution);
  if (at < next_) arm(at);
}

void Deadlines::arm(Timed::Time time) {
  next_ = time;
  timer_.expires_at(next_);  // ends the wait in progress with operation_aborted
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

// Linear in the number of streams, but as rare as deadlines pass: those of a busy stream keep
// moving away before the tick that was armed for them.
void Deadlines::tick() {
  const auto now = SteadyClock::now();
  next_ = Timed::kNever;
  auto earliest = Timed::kNever;
  for (Timed& timed : all_) {
    bool expired = false;
    for (auto [at, told] : {std::pair{&timed.read_at_, &timed.read_told_},
                            std::pair{&timed.write_at_, &timed.write_told_}}) {
      if (*told) continue;
      if (now >= *at) {
        *told = true;
        expired = true;
      } else {
        earliest = std::min(earliest, *at);
      }
    }
    if (expired) timed.on_expiry();
  }
  if (earliest != Timed::kNever) wake_by(earliest);
}

}  // namespace cork::io
