#include "proxy/audit/room.h"

#include "proxy/audit/record.h"

#include <algorithm>

namespace cork::audit {

std::uint64_t reserve_of(const Space& space, const AuditLimits& limits) noexcept {
  return std::min(limits.reserve_bytes,
                  space.capacity / std::max<std::uint64_t>(limits.reserve_part, 1));
}

std::optional<std::uint64_t> share_of(const Room& room, std::size_t bottles) noexcept {
  if (!room.is_short() || bottles < 2) return std::nullopt;
  const std::uint64_t share = room.bytes / bottles;
  // Less than one exchange's lines may need would refuse everybody while there is still room.
  if (share < kExchangeBytes) return std::nullopt;
  return share;
}

void RoomWatch::look(const Space& space) noexcept {
  const std::uint64_t reserve = reserve_of(space, limits_);
  if (!room_.is_short()) {
    if (space.left < reserve) room_ = {++periods_, space.left};
    return;
  }
  // A little more than the reserve, so that what frees a few bytes gives nobody another share.
  if (space.left >= reserve + reserve / 4) room_ = {};
}

}  // namespace cork::audit
