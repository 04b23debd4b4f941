// Which credentials came first to a place, for routes that hold on to them (`first-seen`).
//
// Thread-safe: where two workers' first requests meet, one of them is the first. Outlives reloads,
// since whose credential it is does not change because other rules do. Holds prints alone, of the
// places that a configuration names: bounded by it and by ScanLimits::credentials.
//
//   if (auto claim = seen.claim(place, presented); claim.foreign) refuse();
#pragma once

#include "base/fingerprint.h"

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cork::ledger {

// A credential by the prints of everything an origin may take it for; the first is remembered.
using Presented = std::vector<Fingerprint>;

class FirstSeen {
 public:
  FirstSeen() = default;
  FirstSeen(const FirstSeen&) = delete;
  FirstSeen& operator=(const FirstSeen&) = delete;

  // The index of one that is not among those that came first. nullopt: there is none, or nothing
  // came yet.
  [[nodiscard]] std::optional<std::size_t> foreign(std::string_view place,
                                                   std::span<const Presented> presented) const;

  struct Claim {
    std::optional<std::size_t> foreign;
    bool first = false;  // these are the first from now on
  };
  // The same and, where nothing came yet, holds on to all of `presented` and to nothing else: a
  // slot that the first request left empty stays empty. Presenting nothing claims nothing.
  Claim claim(std::string_view place, std::span<const Presented> presented);
  // Some exchange with these was answered as one with somebody the origin knows.
  void confirm(std::string_view place);
  // The origin did not know who that was, or nothing left after all: whoever comes next is the
  // first. To be called by who made the claim; what was confirmed stays.
  void withdraw(std::string_view place);

  // Forgets every place that is not one of `places`.
  void keep_only(std::span<const std::string> places);
  // Did anything come to it yet?
  [[nodiscard]] bool knows(std::string_view place) const;

 private:
  struct Known {
    std::vector<Fingerprint> prints;
    bool confirmed = false;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Known, std::less<>> places_;
};

}  // namespace cork::ledger
