// How much room the log has left, when that is little, and what of it is each bottle's.
//
// Pure. Where there is room, everybody writes. Once less than a reserve is left, a period begins in
// which each bottle may write an equal part of what is left, so that one that floods the log is
// refused alone; it ends when there is clearly room again.
//
//   RoomWatch watch(limits);
//   watch.look({.capacity = disk, .left = free});
//   if (watch.room().is_short()) share = share_of(watch.room(), bottles);
#pragma once

#include "base/limits.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace cork::audit {

// In bytes, of the file system or of audit.max_bytes, whichever leaves less.
struct Space {
  std::uint64_t capacity = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t left = std::numeric_limits<std::uint64_t>::max();
};

struct Room {
  std::uint64_t period = 0;  // a number of its own each time that room is short; 0: there is enough
  std::uint64_t bytes = 0;   // left when the period began
  [[nodiscard]] bool is_short() const noexcept { return period != 0; }
};

// What is kept for those who do not flood.
[[nodiscard]] std::uint64_t reserve_of(const Space& space, const AuditLimits& limits) noexcept;

// So many bytes for each of the bottles. nullopt: there is no short room, nobody to share it with,
// or too little to be shared; then it is for who comes first.
[[nodiscard]] std::optional<std::uint64_t> share_of(const Room& room, std::size_t bottles) noexcept;

class RoomWatch {
 public:
  explicit RoomWatch(const AuditLimits& limits) noexcept : limits_(limits) {}
  void look(const Space& space) noexcept;
  [[nodiscard]] const Room& room() const noexcept { return room_; }

 private:
  AuditLimits limits_;
  Room room_;
  std::uint64_t periods_ = 0;
};

}  // namespace cork::audit
