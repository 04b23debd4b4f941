#include "proxy/audit/record.h"

#include <algorithm>

namespace cork::audit {

std::string make_id(WallClock::time_point now, std::uint64_t random_high,
                    std::uint64_t random_low) {
  constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch());
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(since.count(), 0));
  // 128 bits, most significant first, behind two zero bits: 26 groups of five.
  std::uint64_t high = (ms << 16) | (random_high & 0xffff);
  std::uint64_t low = random_low;
  std::string id(26, '0');
  for (auto at = id.rbegin(); at != id.rend(); ++at) {
    *at = alphabet[low & 31];
    low = (low >> 5) | (high << 59);
    high >>= 5;
  }
  return id;
}

}  // namespace cork::audit
