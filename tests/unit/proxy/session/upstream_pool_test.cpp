#include "proxy/session/upstream_pool.h"

#include "tests/support/fake_stream.h"
#include "tests/support/io_loop.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace cork::session {
namespace {

using std::chrono::hours;
using test::FakeStream;

Endpoint endpoint(std::string_view text) {
  return Endpoint::parse(text).value();
}

TEST(PoolKey, HoldsAllThatMakesReuseUnsafe) {
  const auto key = pool_key(Scheme::https, endpoint("example.com:443"), "dev", 1);
  EXPECT_EQ(key, pool_key(Scheme::https, endpoint("EXAMPLE.com:443"), "dev", 1));
  EXPECT_NE(key, pool_key(Scheme::http, endpoint("example.com:443"), "dev", 1));
  EXPECT_NE(key, pool_key(Scheme::https, endpoint("example.net:443"), "dev", 1));
  EXPECT_NE(key, pool_key(Scheme::https, endpoint("example.com:8443"), "dev", 1));
  EXPECT_NE(key, pool_key(Scheme::https, endpoint("example.com:443"), "ops", 1));
  EXPECT_NE(key, pool_key(Scheme::https, endpoint("example.com:443"), "dev", 2));
}

class UpstreamPoolTest : public ::testing::Test {
 protected:
  // A connection that counts when it is closed, told apart by its address.
  Upstream upstream(std::string address) {
    auto stream = std::make_unique<FakeStream>();
    stream->destroyed = &closed;
    last = stream.get();
    return {std::move(stream), io::ReadBuffer(buffers), IpAddress{}, std::move(address), false};
  }
  static UpstreamPool::Options options() {
    return {.per_key = 2, .total = 3, .idle_ms = 60'000, .lifetime_ms = 600'000};
  }

  int closed = 0;
  FakeStream* last = nullptr;
  io::BufferPool buffers;
  UpstreamPool pool{options()};
};

TEST_F(UpstreamPoolTest, GivesBackWhatWasPutThereLast) {
  pool.put("key", upstream("first"));
  pool.put("key", upstream("second"));
  auto taken = pool.take("key");
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->address, "second");
  EXPECT_TRUE(taken->reused);
  EXPECT_EQ(pool.size(), 1U);
  taken = pool.take("key");
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->address, "first");
  EXPECT_FALSE(pool.take("key"));
  EXPECT_EQ(pool.size(), 0U);
}

TEST_F(UpstreamPoolTest, GivesNothingThatWasDialledTooLongAgo) {
  auto old = upstream("old");
  old.dialled -= std::chrono::milliseconds(600'000);
  pool.put("key", std::move(old));
  EXPECT_FALSE(pool.take("key"));
  EXPECT_EQ(closed, 1);
  auto swept = upstream("swept");
  swept.dialled -= std::chrono::milliseconds(600'000);
  pool.put("key", std::move(swept));
  pool.put("key", upstream("young"));
  pool.sweep(io::SteadyClock::now());
  EXPECT_EQ(closed, 2);
  EXPECT_EQ(pool.take("key")->address, "young");
}

TEST_F(UpstreamPoolTest, NeverGivesWhatIsOfAnotherKey) {
  pool.put("key", upstream("first"));
  EXPECT_FALSE(pool.take("other"));
  EXPECT_EQ(pool.size(), 1U);
}

TEST_F(UpstreamPoolTest, ClosesAConnectionOnWhichSomethingArrivedAndTakesTheNext) {
  pool.put("key", upstream("quiet"));
  pool.put("key", upstream("talks"));
  last->something_arrived = true;
  const auto taken = pool.take("key");
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->address, "quiet");
  EXPECT_EQ(closed, 1);
  EXPECT_EQ(pool.size(), 0U);
}

TEST_F(UpstreamPoolTest, ClosesAConnectionThatHoldsBytesNobodyAskedFor) {
  test::IoLoop loop;
  FakeStream source({"HTTP/1.1 200 OK\r\n"});
  auto loaded = upstream("loaded");
  ASSERT_TRUE(loop.run(loaded.buffer.fill(source)));
  pool.put("key", std::move(loaded));
  EXPECT_EQ(pool.size(), 0U);
  EXPECT_EQ(closed, 1);
}

TEST_F(UpstreamPoolTest, ClosesWhatIsTooManyForOneKey) {
  for (const char* address : {"1", "2", "3"}) pool.put("key", upstream(address));
  EXPECT_EQ(pool.size(), 2U);
  EXPECT_EQ(closed, 1);
  EXPECT_EQ(pool.take("key")->address, "2");
}

TEST_F(UpstreamPoolTest, ClosesWhatIsTooManyInAll) {
  for (const char* key : {"a", "b", "c", "d"}) pool.put(key, upstream(key));
  EXPECT_EQ(pool.size(), 3U);
  EXPECT_EQ(closed, 1);
  EXPECT_FALSE(pool.take("d"));
}

TEST_F(UpstreamPoolTest, KeepsNothingWhereNothingMayBeKept) {
  UpstreamPool none({.per_key = 0, .total = 3, .idle_ms = 60'000, .lifetime_ms = 600'000});
  none.put("key", upstream("1"));
  EXPECT_EQ(none.size(), 0U);
  EXPECT_EQ(closed, 1);
}

TEST_F(UpstreamPoolTest, DoesNotGiveWhatHasIdledTooLong) {
  UpstreamPool brief({.per_key = 2, .total = 3, .idle_ms = 1, .lifetime_ms = 600'000});
  brief.put("key", upstream("old"));
  const auto until = io::SteadyClock::now() + std::chrono::milliseconds(3);
  while (io::SteadyClock::now() < until) {
  }
  EXPECT_FALSE(brief.take("key"));
  EXPECT_EQ(closed, 1);
  EXPECT_EQ(brief.size(), 0U);
}

TEST_F(UpstreamPoolTest, SweepClosesWhatHasIdledTooLong) {
  pool.put("a", upstream("1"));
  pool.put("b", upstream("2"));
  pool.sweep(io::SteadyClock::now());
  EXPECT_EQ(pool.size(), 2U);
  pool.sweep(io::SteadyClock::now() + hours(1));
  EXPECT_EQ(pool.size(), 0U);
  EXPECT_EQ(closed, 2);
}

TEST_F(UpstreamPoolTest, SweepClosesWhatItsPeerHasClosed) {
  pool.put("a", upstream("1"));
  last->something_arrived = true;
  pool.put("a", upstream("2"));
  pool.sweep(io::SteadyClock::now());
  EXPECT_EQ(pool.size(), 1U);
  EXPECT_EQ(pool.take("a")->address, "2");
}

TEST_F(UpstreamPoolTest, ClearClosesEverything) {
  pool.put("a", upstream("1"));
  pool.put("b", upstream("2"));
  pool.clear();
  EXPECT_EQ(pool.size(), 0U);
  EXPECT_EQ(closed, 2);
  pool.put("a", upstream("3"));
  EXPECT_EQ(pool.size(), 1U);
}

}  // namespace
}  // namespace cork::session
