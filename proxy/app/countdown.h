// Waiting for every worker to have done something, which one may do after nobody waits any more.
//
// Thread-safe; shared, since who counts may outlive who waits.
//
//   auto left = std::make_shared<Countdown>(workers.size());
//   for (auto& worker : workers) worker->drain([left] { left->one_less(); });
//   if (left->wait_for(50ms)) …
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace cork::app {

class Countdown {
 public:
  explicit Countdown(std::size_t count) noexcept : left_(count) {}

  void one_less() {
    const std::lock_guard lock(mutex_);
    --left_;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return left_ == 0; });
  }
  // False: some are left.
  [[nodiscard]] bool wait_for(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, time, [this] { return left_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t left_;
};

}  // namespace cork::app
