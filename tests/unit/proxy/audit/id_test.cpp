#include "proxy/audit/record.h"

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <set>

namespace cork::audit {
namespace {

WallClock::time_point at_ms(std::int64_t ms) {
  return WallClock::time_point(std::chrono::milliseconds(ms));
}

TEST(MakeId, SpellsTheUlidSpecificationsTimestamp) {
  // The specification's example: 1469918176385 ms is 01ARYZ6S41.
  EXPECT_EQ(make_id(at_ms(1469918176385), 0, 0), "01ARYZ6S410000000000000000");
}

TEST(MakeId, UsesAllEightyRandomBits) {
  constexpr std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(make_id(at_ms(0), all, all), "0000000000ZZZZZZZZZZZZZZZZ");
  EXPECT_EQ(make_id(at_ms(0), 0, 1), "00000000000000000000000001");
  EXPECT_EQ(make_id(at_ms(0), 1, 0), "0000000000000G000000000000" + std::string());
  std::set<std::string> ids;
  for (int bit = 0; bit < 64; ++bit) ids.insert(make_id(at_ms(5), 0, std::uint64_t{1} << bit));
  for (int bit = 0; bit < 16; ++bit) ids.insert(make_id(at_ms(5), std::uint64_t{1} << bit, 0));
  EXPECT_EQ(ids.size(), 80U);
}

TEST(MakeId, SortsByTimeWhateverTheRandomness) {
  const std::string early = make_id(at_ms(1'700'000'000'000), ~std::uint64_t{0}, ~std::uint64_t{0});
  const std::string late = make_id(at_ms(1'700'000'000'001), 0, 0);
  EXPECT_LT(early, late);
}

TEST(MakeId, TakesATimeBeforeTheEpochForTheEpoch) {
  EXPECT_EQ(make_id(at_ms(-1), 0, 0), std::string(26, '0'));
}

}  // namespace
}  // namespace cork::audit
