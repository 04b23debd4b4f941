// A rate with a burst: a bucket that fills with so many tokens a second and holds no more than its
// burst.
//
// Pure value: time is an argument, and one that goes back gives nothing and takes nothing.
//
//   TokenBucket bucket({.per_second = 10, .burst = 100});
//   if (!bucket.take(now)) refuse();
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace cork {

class TokenBucket {
 public:
  using Time = std::chrono::steady_clock::time_point;
  struct Rate {
    std::uint64_t per_second = 0, burst = 0;
  };

  // Full.
  explicit TokenBucket(Rate rate) noexcept
      : rate_(rate), tokens_(static_cast<double>(rate.burst)) {}

  // False: none is left.
  [[nodiscard]] bool take(Time now) noexcept {
    fill(now);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }
  // Nobody took any for so long that it is as new.
  [[nodiscard]] bool full(Time now) noexcept {
    fill(now);
    return tokens_ >= static_cast<double>(rate_.burst);
  }

 private:
  void fill(Time now) noexcept {
    now = std::max(now, filled_);
    const double seconds = std::chrono::duration<double>(now - filled_).count();
    filled_ = now;
    tokens_ = std::min(static_cast<double>(rate_.burst),
                       tokens_ + seconds * static_cast<double>(rate_.per_second));
  }

  Rate rate_;
  double tokens_;
  Time filled_{};
};

}  // namespace cork
