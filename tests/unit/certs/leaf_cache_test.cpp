#include "certs/leaf_cache.h"

#include "certs/certificate.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <latch>
#include <string>
#include <thread>
#include <vector>

namespace cork::certs {
namespace {

using std::chrono::days;
using std::chrono::hours;

class LeafCacheTest : public testing::Test {
 protected:
  test::TemporaryFolder folder;
  Clock::time_point now = Clock::now();
  std::shared_ptr<const Authority> authority =
      std::make_shared<Authority>(Authority::create(folder.path(), now).value());

  static Host host(std::string_view text) { return Host::parse(text).value(); }
};

TEST_F(LeafCacheTest, GivesTheSameContextForTheSameHost) {
  LeafCache cache(authority, {});
  const auto one = cache.get(host("one.example"), now).value();
  EXPECT_EQ(cache.get(host("ONE.example."), now).value(), one);
  EXPECT_NE(cache.get(host("two.example"), now).value(), one);
  const auto stats = cache.stats();
  EXPECT_EQ(stats.hits, 1U);
  EXPECT_EQ(stats.misses, 2U);
  EXPECT_EQ(stats.evictions, 0U);
  EXPECT_EQ(stats.size, 2U);
}

TEST_F(LeafCacheTest, LetsTheLeastRecentlyUsedHostGo) {
  LeafCache cache(authority, {.capacity = 2});
  const auto one = cache.get(host("one.example"), now).value();
  const auto two = cache.get(host("two.example"), now).value();
  EXPECT_EQ(cache.get(host("one.example"), now).value(), one);
  const auto three = cache.get(host("three.example"), now).value();  // two goes
  EXPECT_EQ(cache.stats().evictions, 1U);
  EXPECT_EQ(cache.stats().size, 2U);
  EXPECT_EQ(cache.get(host("one.example"), now).value(), one);
  EXPECT_EQ(cache.get(host("three.example"), now).value(), three);
  EXPECT_EQ(cache.stats().misses, 3U);
  EXPECT_NE(cache.get(host("two.example"), now).value(), two);
  EXPECT_EQ(cache.stats().misses, 4U);
}

TEST_F(LeafCacheTest, WorksWithoutRoomForAnything) {
  LeafCache cache(authority, {.capacity = 0});
  EXPECT_TRUE(cache.get(host("one.example"), now).has_value());
  EXPECT_EQ(cache.stats().size, 0U);
}

TEST_F(LeafCacheTest, MintsAgainADayBeforeTheLeafExpires) {
  LeafCache cache(authority, {});
  const auto first = cache.get(host("one.example"), now).value();
  EXPECT_EQ(cache.get(host("one.example"), now + days{29} - hours{1}).value(), first);
  const auto second = cache.get(host("one.example"), now + days{29} + hours{1}).value();
  EXPECT_NE(second, first);
  const auto dates = validity_of(SSL_CTX_get0_certificate(second.get())).value();
  EXPECT_GT(dates.not_after, now + days{58});
  EXPECT_EQ(cache.stats().size, 1U);
  EXPECT_EQ(cache.stats().misses, 2U);
}

TEST_F(LeafCacheTest, KeepsCachingOnTheCasLastDayAndFailsAfterIt) {
  LeafCache cache(authority, {});
  const auto last_day = authority->not_after() - hours{1};
  const auto first = cache.get(host("one.example"), last_day).value();
  EXPECT_EQ(cache.get(host("one.example"), last_day).value(), first);
  EXPECT_EQ(cache.get(host("one.example"), authority->not_after()).error().what,
            "the CA has expired");
}

TEST_F(LeafCacheTest, MintsOnceHoweverManyAskAtOnce) {
  constexpr std::size_t kThreads = 8;
  constexpr int kHosts = 25;
  LeafCache cache(authority, {});
  std::latch start(kThreads);
  std::vector<std::vector<SslCtxRef>> got(kThreads);
  std::vector<std::thread> threads;
  for (auto& mine : got) {
    threads.emplace_back([&] {
      start.arrive_and_wait();
      for (int i = 0; i < kHosts; ++i) {
        const auto context = cache.get(host("h" + std::to_string(i) + ".example"), now);
        mine.push_back(context ? *context : nullptr);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(got, testing::Each(got.front()));
  EXPECT_THAT(got.front(), testing::Each(testing::NotNull()));
  EXPECT_EQ(cache.stats().misses, static_cast<std::uint64_t>(kHosts));
  EXPECT_EQ(cache.stats().hits, kHosts * (kThreads - 1));
}

TEST_F(LeafCacheTest, StaysBoundedUnderManyThreadsAndHosts) {
  LeafCache cache(authority, {.capacity = 4});
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 40; ++i) {
        const auto name = "h" + std::to_string((i * (t + 1)) % 11) + ".example";
        if (!cache.get(host(name), now)) ++failures;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const auto stats = cache.stats();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(stats.size, 4U);
  EXPECT_EQ(stats.hits + stats.misses, 160U);
  EXPECT_EQ(stats.misses - stats.evictions, stats.size);
}

TEST_F(LeafCacheTest, LetsAClientResumeAfterAnEvictionButNotUnderAnotherName) {
  LeafCache cache(authority, {.capacity = 1});
  const auto client = test::client_context(authority->certificate_pem());
  const auto before_context = cache.get(host("one.example"), now).value();
  test::TestTlsPair before(client, before_context);
  ASSERT_TRUE(before.shake_hands()) << before.problem();
  const std::unique_ptr<SSL_SESSION, FreeWith<&SSL_SESSION_free>> session(
      SSL_get1_session(before.client()));

  const auto other_context = cache.get(host("two.example"), now).value();
  test::TestTlsPair other(client, other_context);
  const std::unique_ptr<SSL_SESSION, FreeWith<&SSL_SESSION_free>> copy(
      SSL_SESSION_dup(session.get()));
  SSL_set_session(other.client(), copy.get());
  ASSERT_TRUE(other.shake_hands()) << other.problem();
  EXPECT_EQ(SSL_session_reused(other.client()), 0);

  const auto after_context = cache.get(host("one.example"), now).value();
  ASSERT_NE(after_context, before_context);
  test::TestTlsPair after(client, after_context);
  SSL_set_session(after.client(), session.get());
  ASSERT_TRUE(after.shake_hands()) << after.problem();
  EXPECT_EQ(SSL_session_reused(after.client()), 1);
}

TEST_F(LeafCacheTest, ContextsOutliveTheCache) {
  SslCtxRef context;
  {
    LeafCache cache(authority, {});
    context = cache.get(host("one.example"), now).value();
  }
  test::TestTlsPair pair(test::client_context(authority->certificate_pem()), context);
  EXPECT_TRUE(pair.shake_hands()) << pair.problem();
}

}  // namespace
}  // namespace cork::certs
