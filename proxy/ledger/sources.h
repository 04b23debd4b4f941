// How many connections are open at a door from each source, so that one of them cannot take all
// that there are for everyone.
//
// Thread-safe. Holds a source only while something of it is open: as bounded as the connections
// are.
//
//   Sources::Place place = sources.take("192.0.2.1");
//   if (!place) refuse(Reason::bottle_limit);     // gives back when it goes out of scope
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace cork::ledger {

class Sources {
  using Open = std::map<std::string, std::size_t, std::less<>>;

 public:
  // One connection of a source, until it is destroyed. An empty one was refused.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept
        : sources_(std::exchange(other.sources_, nullptr)), at_(other.at_) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(sources_, other.sources_);
      std::swap(at_, other.at_);
      return *this;
    }
    ~Place() {
      if (sources_ != nullptr) sources_->give_back(at_);
    }
    [[nodiscard]] explicit operator bool() const noexcept { return sources_ != nullptr; }

   private:
    friend class Sources;
    Place(Sources* sources, Open::iterator at) noexcept : sources_(sources), at_(at) {}
    Sources* sources_ = nullptr;
    Open::iterator at_;
  };

  explicit Sources(std::size_t most) : most_(most) {}
  Sources(const Sources&) = delete;
  Sources& operator=(const Sources&) = delete;

  // Empty: that source has all that it may have. The place must not outlive the sources.
  [[nodiscard]] Place take(std::string_view source) {
    const std::lock_guard lock(mutex_);
    if (most_ == 0) return {};
    auto at = open_.find(source);
    if (at == open_.end()) at = open_.emplace(source, 0).first;
    if (at->second >= most_) return {};
    ++at->second;
    return {this, at};
  }

  // That have something open.
  [[nodiscard]] std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return open_.size();
  }

 private:
  void give_back(Open::iterator at) noexcept {
    const std::lock_guard lock(mutex_);
    if (--at->second == 0) open_.erase(at);
  }

  const std::size_t most_;
  mutable std::mutex mutex_;
  Open open_;
};

}  // namespace cork::ledger
