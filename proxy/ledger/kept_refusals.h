// The last refusals of a bottle as they were shown, so that it can ask for one again by its id.
//
// Thread-safe. Bounded: the oldest makes room for the newest.
//
//   kept.keep(id, problem_json(record));
//   if (auto document = kept.find(id)) answer(*document);
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace cork::ledger {

class KeptRefusals {
 public:
  explicit KeptRefusals(std::size_t most) : most_(most) {}

  void keep(std::string_view id, std::string document) {
    const std::lock_guard lock(mutex_);
    if (most_ == 0) return;
    if (kept_.size() >= most_) kept_.pop_front();
    kept_.push_back({std::string(id), std::move(document)});
  }

  // nullopt: never refused to this bottle, or too many refusals ago.
  [[nodiscard]] std::optional<std::string> find(std::string_view id) const {
    const std::lock_guard lock(mutex_);
    for (auto one = kept_.rbegin(); one != kept_.rend(); ++one) {
      if (one->id == id) return one->document;
    }
    return std::nullopt;
  }

 private:
  struct Kept {
    std::string id, document;
  };
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::deque<Kept> kept_;
};

}  // namespace cork::ledger
