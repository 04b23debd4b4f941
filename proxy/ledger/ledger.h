// Every bottle's account. Accounts outlive reloads: what a bottle has in use does not change
// because its rules do.
//
// Thread-safe; an account, once asked for, stays where it is.
//
//   ledger::Account& account = ledger.of("dev");
#pragma once

#include "proxy/ledger/account.h"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace cork::ledger {

class Ledger {
 public:
  // `connections`: open ones, all bottles together.
  Ledger(const BottleLimits& limits, std::size_t connections)
      : limits_(limits), all_({.connections = connections}) {}
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  [[nodiscard]] Account& of(std::string_view bottle) {
    const std::lock_guard lock(mutex_);
    const auto found = accounts_.find(bottle);
    if (found != accounts_.end()) return *found->second;
    return *accounts_.emplace(bottle, std::make_unique<Account>(limits_)).first->second;
  }

  // Of the connections at a door (by its number) that have not said whose they are.
  [[nodiscard]] Account& of_door(std::size_t door) {
    const std::lock_guard lock(mutex_);
    const auto found = doors_.find(door);
    if (found != doors_.end()) return *found->second;
    BottleLimits limits = limits_;
    limits.connections = limits_.unidentified;
    limits.refusals_kept = 0;  // nobody may ask for those of strangers
    return *doors_.emplace(door, std::make_unique<Account>(limits)).first->second;
  }

  // What all bottles use together: connections alone.
  [[nodiscard]] Account& all() noexcept { return all_; }

 private:
  BottleLimits limits_;
  Account all_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Account>, std::less<>> accounts_;
  std::map<std::size_t, std::unique_ptr<Account>> doors_;
};

}  // namespace cork::ledger
