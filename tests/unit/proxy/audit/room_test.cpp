#include "proxy/audit/room.h"

#include "proxy/audit/record.h"

#include <gtest/gtest.h>

namespace cork::audit {
namespace {

constexpr AuditLimits kLimits{.reserve_bytes = 1'000'000, .reserve_part = 8};

TEST(Room, TheReserveIsAPartOfASmallDiskAndNoMoreThanItsBoundOfALargeOne) {
  EXPECT_EQ(reserve_of({.capacity = 800'000, .left = 0}, kLimits), 100'000U);
  EXPECT_EQ(reserve_of({.capacity = 80'000'000'000, .left = 0}, kLimits), 1'000'000U);
  EXPECT_EQ(reserve_of({}, kLimits), 1'000'000U);
  EXPECT_EQ(reserve_of({.capacity = 0, .left = 0}, kLimits), 0U);
}

TEST(Room, IsShortBelowTheReserveAndUntilThereIsClearlyMore) {
  RoomWatch watch(kLimits);
  EXPECT_FALSE(watch.room().is_short());
  watch.look({.capacity = 8'000'000, .left = 1'000'000});
  EXPECT_FALSE(watch.room().is_short());
  watch.look({.capacity = 8'000'000, .left = 999'999});
  ASSERT_TRUE(watch.room().is_short());
  EXPECT_EQ(watch.room().bytes, 999'999U);
  const std::uint64_t first = watch.room().period;
  // Less and less is left: what each may write was settled when it began.
  for (const std::uint64_t left : {500'000U, 0U, 1'000'000U, 1'249'999U}) {
    watch.look({.capacity = 8'000'000, .left = left});
    EXPECT_EQ(watch.room().period, first) << left;
    EXPECT_EQ(watch.room().bytes, 999'999U) << left;
  }
  watch.look({.capacity = 8'000'000, .left = 1'250'000});
  EXPECT_FALSE(watch.room().is_short());
  watch.look({.capacity = 8'000'000, .left = 400'000});
  EXPECT_GT(watch.room().period, first);
  EXPECT_EQ(watch.room().bytes, 400'000U);
}

TEST(Room, WithoutABoundIsNeverShort) {
  RoomWatch watch(kLimits);
  watch.look({});
  EXPECT_FALSE(watch.room().is_short());
}

TEST(Room, IsSharedEquallyWhereItIsShortAndThereIsSomebodyToShareItWith) {
  const Room room{.period = 1, .bytes = 10 * kExchangeBytes};
  EXPECT_EQ(share_of(room, 2), 5 * kExchangeBytes);
  EXPECT_EQ(share_of(room, 10), kExchangeBytes);
  EXPECT_EQ(share_of(room, 11), std::nullopt) << "not enough for one exchange each";
  EXPECT_EQ(share_of(room, 1), std::nullopt);
  EXPECT_EQ(share_of(room, 0), std::nullopt);
  EXPECT_EQ(share_of({}, 2), std::nullopt);
}

}  // namespace
}  // namespace cork::audit
