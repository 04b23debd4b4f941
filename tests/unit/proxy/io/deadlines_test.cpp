#include "proxy/io/deadlines.h"

#include "tests/support/io_loop.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <memory>

namespace cork::io {
namespace {

using std::chrono::milliseconds;
using test::IoLoop;

constexpr std::uint64_t kLongMs = 600'000;

class Counted final : public Timed {
 public:
  explicit Counted(Deadlines& deadlines) : Timed(deadlines) {}
  int expiries = 0;

 private:
  void on_expiry() noexcept override { ++expiries; }
};

TEST(Deadlines, ExpireLateButNeverEarly) {
  IoLoop loop;
  Counted timed(loop.deadlines);
  const auto begin = SteadyClock::now();
  timed.expire_read_after(25);
  EXPECT_FALSE(timed.read_expired(SteadyClock::now()));
  ASSERT_TRUE(loop.run_until([&] { return timed.expiries > 0; }));
  EXPECT_GE(SteadyClock::now() - begin, milliseconds(25));
  EXPECT_TRUE(timed.read_expired(SteadyClock::now()));
}

TEST(Deadlines, NothingExpiresBeforeADeadlineIsSet) {
  IoLoop loop;
  Counted timed(loop.deadlines);
  EXPECT_FALSE(timed.read_expired(SteadyClock::now()));
  EXPECT_FALSE(timed.write_expired(SteadyClock::now()));
}

TEST(Deadlines, EachDirectionHasItsOwn) {
  IoLoop loop;
  Counted reads(loop.deadlines);
  Counted writes(loop.deadlines);
  reads.expire_read_after(10);
  reads.expire_write_after(kLongMs);
  writes.expire_write_after(10);
  writes.expire_read_after(kLongMs);
  ASSERT_TRUE(loop.run_until([&] { return reads.expiries > 0 && writes.expiries > 0; }));
  const auto now = SteadyClock::now();
  EXPECT_TRUE(reads.read_expired(now));
  EXPECT_FALSE(reads.write_expired(now));
  EXPECT_TRUE(writes.write_expired(now));
  EXPECT_FALSE(writes.read_expired(now));
}

TEST(Deadlines, BothDirectionsAreToldOneAfterTheOther) {
  IoLoop loop;
  Counted timed(loop.deadlines);
  timed.expire_read_after(10);
  timed.expire_write_after(60);
  ASSERT_TRUE(loop.run_until([&] { return timed.expiries == 1; }));
  EXPECT_FALSE(timed.write_expired(SteadyClock::now()));
  ASSERT_TRUE(loop.run_until([&] { return timed.expiries == 2; }));
  EXPECT_TRUE(timed.write_expired(SteadyClock::now()));
}

TEST(Deadlines, OneThatWasMovedAwayDoesNotExpire) {
  IoLoop loop;
  Counted moved(loop.deadlines);
  Counted later(loop.deadlines);
  moved.expire_read_after(10);
  moved.expire_read_after(kLongMs);
  later.expire_read_after(40);
  ASSERT_TRUE(loop.run_until([&] { return later.expiries > 0; }));
  EXPECT_EQ(moved.expiries, 0);
}

TEST(Deadlines, AShorterOneOvertakesALongerOne) {
  IoLoop loop;
  Counted timed(loop.deadlines);
  timed.expire_read_after(kLongMs);
  timed.expire_read_after(10);
  EXPECT_TRUE(loop.run_until([&] { return timed.expiries > 0; }));
}

TEST(Deadlines, AreToldOnceAndAgainWhenSetAgain) {
  IoLoop loop;
  Counted timed(loop.deadlines);
  timed.expire_read_after(1);
  ASSERT_TRUE(loop.run_until([&] { return timed.expiries == 1; }));
  Counted later(loop.deadlines);
  later.expire_read_after(30);
  ASSERT_TRUE(loop.run_until([&] { return later.expiries == 1; }));
  EXPECT_EQ(timed.expiries, 1);
  timed.expire_read_after(1);
  EXPECT_TRUE(loop.run_until([&] { return timed.expiries == 2; }));
}

TEST(Deadlines, ShortOnesThatKeepComingDoNotHoldTheOthersUp) {
  IoLoop loop;
  Counted waiting(loop.deadlines);
  Counted busy(loop.deadlines);
  waiting.expire_read_after(15);
  EXPECT_TRUE(loop.run_until([&] {
    busy.expire_read_after(0);
    return waiting.expiries > 0;
  }));
}

TEST(Deadlines, OneFarBeyondTheClockIsNever) {
  IoLoop loop;
  Counted timed(loop.deadlines);
  timed.expire_read_after(std::numeric_limits<std::uint64_t>::max());
  EXPECT_FALSE(timed.read_expired(SteadyClock::now() + std::chrono::hours(24)));
}

TEST(Deadlines, EndPutsEverythingPastItsDeadline) {
  IoLoop loop;
  Counted early(loop.deadlines);
  early.expire_read_after(kLongMs);
  loop.deadlines.end();
  EXPECT_EQ(early.expiries, 1);
  EXPECT_TRUE(early.read_expired(SteadyClock::now()));
  EXPECT_TRUE(early.write_expired(SteadyClock::now()));
  Counted late(loop.deadlines);
  late.expire_read_after(kLongMs);
  EXPECT_TRUE(late.read_expired(SteadyClock::now()));
}

TEST(Deadlines, AStreamMayGoBeforeItsDeadline) {
  IoLoop loop;
  Counted stays(loop.deadlines);
  {
    Counted goes(loop.deadlines);
    goes.expire_read_after(5);
    stays.expire_read_after(20);
  }
  EXPECT_TRUE(loop.run_until([&] { return stays.expiries > 0; }));
}

TEST(Deadlines, MayGoBeforeTheirStreams) {
  IoLoop loop;
  auto deadlines = std::make_unique<Deadlines>(loop.executor());
  Counted timed(*deadlines);
  timed.expire_read_after(10);
  deadlines.reset();
  loop.run_for(milliseconds(20));
  EXPECT_EQ(timed.expiries, 0);
}

}  // namespace
}  // namespace cork::io
