// The listeners of a running cork, by number, and changing them while it runs.
//
// For the main thread alone. A door never changes its number, so that a connection always finds
// who its clients are, or that nobody is; a listener that overlaps the one before takes its number.
//
//   auto change = doors.prepare(next.bottles);
//   if (!change) return change.error();        // everything is as it was
//   …                                          // as it is, too, where `change` ends here
//   change->commit();
#pragma once

#include "base/diagnostic.h"
#include "base/result.h"
#include "proxy/config/config.h"
#include "proxy/io/listener.h"
#include "rules/policy/door.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cork::app {

Result<io::BoundSocket, Diagnostics> bind(const config::Listen& listen);

class Doors {
 public:
  // What a configuration makes of the doors. What it opens is bound and not yet accepted from; what
  // it closes is open, but for what had to give way, and nothing of it is for good before commit().
  class Change {
   public:
    struct Opened {
      std::size_t door;
      std::unique_ptr<io::BoundSocket> socket;
      config::Listen listen;
      std::string owner;
    };

    Change(Change&& other) noexcept;
    Change& operator=(Change&&) = delete;
    // Undoes what was not committed.
    ~Change();

    [[nodiscard]] const std::vector<std::size_t>& of_bottles() const noexcept {
      return of_bottles_;
    }
    [[nodiscard]] const std::vector<Opened>& opened() const noexcept { return opened_; }
    // A number in both has another listener from then on.
    [[nodiscard]] const std::vector<std::size_t>& closed() const noexcept { return closed_; }
    // How many numbers there are afterwards.
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    // The listener that a door has afterwards; nullptr: none.
    [[nodiscard]] const io::BoundSocket* socket(std::size_t door) const;

    // Who the clients of each door are afterwards. `bottles` as in prepare(); `numbers` has a
    // bottle's name at its number.
    [[nodiscard]] std::vector<policy::Door> clients_of(
        const std::vector<config::BottleConfig>& bottles,
        const std::vector<std::string>& numbers) const;

    void commit() &&;

   private:
    friend class Doors;
    explicit Change(Doors& doors) noexcept : doors_(&doors) {}
    Doors* doors_;  // nullptr once there is nothing to undo
    std::vector<std::size_t> of_bottles_, closed_, gave_way_;
    std::vector<Opened> opened_;
    std::size_t count_ = 0;
  };

  // Every bottle's door; those that share a listener have one. An error changes nothing. The
  // change must not outlive this, nor must two be open at a time.
  Result<Change, Diagnostics> prepare(const std::vector<config::BottleConfig>& bottles);

 private:
  struct Door {
    config::Listen listen;
    std::string owner;                       // the bottle whose own it is, where the port was any
    std::unique_ptr<io::BoundSocket> bound;  // nullptr: closed
  };
  [[nodiscard]] std::optional<std::size_t> find(const config::BottleConfig& bottle) const;
  // Gives a new listener its number; `change.closed_` is complete.
  [[nodiscard]] std::size_t number_for(const Change& change, const config::Listen& listen) const;
  std::optional<Diagnostics> open(Change& change);

  std::vector<Door> doors_;
};

}  // namespace cork::app
