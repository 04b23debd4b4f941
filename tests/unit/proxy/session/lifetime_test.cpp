#include "proxy/session/lifetime.h"

#include "tests/support/io_loop.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace cork::session {
namespace {

using test::IoLoop;

TEST(Lifetime, EndsOnceAndNeverEarly) {
  IoLoop loop;
  int ended = 0;
  const auto begin = io::SteadyClock::now();
  const Lifetime lifetime(loop.deadlines, 25, [&] { ++ended; });
  EXPECT_EQ(ended, 0);
  ASSERT_TRUE(loop.run_until([&] { return ended > 0; }));
  EXPECT_GE(io::SteadyClock::now() - begin, std::chrono::milliseconds(25));
  const Lifetime later(loop.deadlines, 25, [&] { ended += 10; });
  ASSERT_TRUE(loop.run_until([&] { return ended >= 10; }));
  EXPECT_EQ(ended, 11);
}

TEST(Lifetime, OfWhatIsGoneEndsNothing) {
  IoLoop loop;
  bool gone = false, ended = false;
  {
    const Lifetime lifetime(loop.deadlines, 10, [&] { gone = true; });
  }
  const Lifetime lifetime(loop.deadlines, 30, [&] { ended = true; });
  ASSERT_TRUE(loop.run_until([&] { return ended; }));
  EXPECT_FALSE(gone);
}

// That everything waiting is woken then does not mean that it is old.
TEST(Lifetime, IsNotOverBecauseTheWorkerEnds) {
  IoLoop loop;
  bool ended = false;
  const Lifetime lifetime(loop.deadlines, std::numeric_limits<std::uint64_t>::max(),
                          [&] { ended = true; });
  loop.deadlines.end();
  EXPECT_FALSE(ended);
}

TEST(Lifetime, SaysWhatOutlivedItsTime) {
  const policy::Decision decision = outlived("exchange", 1'500);
  EXPECT_EQ(decision.reason, policy::Reason::timeout);
  EXPECT_EQ(decision.detail, "the exchange has lasted 1.5 s, as long as any may.");
  EXPECT_EQ(outlived("tunnel", 43'200'000).detail,
            "the tunnel has lasted 43200 s, as long as any may.");
}

}  // namespace
}  // namespace cork::session
