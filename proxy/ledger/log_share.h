// A bottle's part of the room that the audit log has left, while there is little of it.
//
// Thread-safe. Little room is a period with a number of its own; each begins at nothing used, and
// what belongs to one that has ended counts no more.
//
//   if (!share.take({.period = 3, .bytes = 65'536}, 16'384)) refuse(Reason::bottle_limit);
//   share.settle(3, 16'384, 700);     // 700 of them were written
#pragma once

#include <algorithm>
#include <cstdint>
#include <mutex>

namespace cork::ledger {

class LogShare {
 public:
  // What the bottle may use in that period.
  struct Allotment {
    std::uint64_t period = 0, bytes = 0;
  };

  // False: not so much is left of it.
  [[nodiscard]] bool take(Allotment allotment, std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    enter(allotment.period);
    if (used_ + bytes > allotment.bytes) return false;
    used_ += bytes;
    return true;
  }
  // Of what was taken in that period (0 is nothing) so much was used; more than that counts too.
  void settle(std::uint64_t period, std::uint64_t taken, std::uint64_t used) {
    const std::lock_guard lock(mutex_);
    enter(period);
    if (period != period_) return;
    used_ -= std::min(used_, taken);
    used_ += used;
  }
  [[nodiscard]] std::uint64_t used() const {
    const std::lock_guard lock(mutex_);
    return used_;
  }

 private:
  void enter(std::uint64_t period) {
    if (period <= period_) return;
    period_ = period;
    used_ = 0;
  }

  mutable std::mutex mutex_;
  std::uint64_t period_ = 0, used_ = 0;
};

}  // namespace cork::ledger
