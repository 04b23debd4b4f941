// Which credentials came first to a place, for routes that hold on to them (`first-seen`).
//
// Thread-safe: where two workers' first requests meet, one of them is the first. Outlives reloads,
// since whose credential it is does not change because other rules do. Holds prints alone, of the
// places that a configuration names: bounded by it and by ScanLimits::credentials.
//
//   FirstSeen::Claim claim = seen.claim(place, presented);
//   if (claim.foreign) refuse();
//   claim.hold.leaves();              // about to be sent
//   claim.hold.answered(known_there);
#pragma once

#include "base/fingerprint.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::ledger {

// A credential by the prints of everything an origin may take it for; the first is remembered.
using Presented = std::vector<Fingerprint>;

class FirstSeen {
 public:
  // One exchange's share in what a place holds on to. As long as nobody answered as to somebody he
  // knows, the last exchange that turns out to have been for nothing takes that back: one that
  // never left, where none did, or one whose credential the origin does not know. So nobody can
  // take back what is still under way in another exchange. Must not outlive the FirstSeen.
  class Hold {
   public:
    Hold() = default;
    Hold(Hold&& other) noexcept;
    Hold& operator=(Hold&& other) noexcept;
    ~Hold() { let_go(); }
    [[nodiscard]] explicit operator bool() const noexcept { return seen_ != nullptr; }

    // Something of it may have reached the origin from now on.
    void leaves() noexcept { left_ = true; }
    // Whether the origin knew who that was. Ends it.
    void answered(bool known_there);
    // No answer came, or nothing left after all.
    void let_go();

   private:
    friend class FirstSeen;
    Hold(FirstSeen& seen, std::string place, std::uint64_t number)
        : seen_(&seen), place_(std::move(place)), number_(number) {}

    FirstSeen* seen_ = nullptr;
    std::string place_;
    std::uint64_t number_ = 0;
    bool left_ = false;
  };

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
    Hold hold;           // empty where one is foreign or nothing was presented
  };
  // The same and, where nothing came yet, holds on to all of `presented` and to nothing else: a
  // slot that the first request left empty stays empty. Presenting nothing claims nothing.
  [[nodiscard]] Claim claim(std::string_view place, std::span<const Presented> presented);

  // Forgets every place that is not one of `places`.
  void keep_only(std::span<const std::string> places);
  // Did anything come to it yet?
  [[nodiscard]] bool knows(std::string_view place) const;

 private:
  struct Known {
    std::vector<Fingerprint> prints;
    std::uint64_t number = 0;  // no other claim has it, of this place or another
    std::size_t holds = 0;
    bool confirmed = false;  // an origin knew who that was
    bool left = false;       // and where none answered, one may have been told
  };
  enum class End : std::uint8_t { known, unknown, unanswered, unsent };
  void end(const std::string& place, std::uint64_t number, End end);

  mutable std::mutex mutex_;
  std::map<std::string, Known, std::less<>> places_;
  std::uint64_t claims_ = 0;
};

}  // namespace cork::ledger
