#include "proxy/io/resolver.h"

#include "tests/support/io_loop.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cork::io {
namespace {

using test::IoLoop;
using test::Running;
using Kind = IoError::Kind;
using Answer = IoResult<std::vector<IpAddress>>;

constexpr std::uint64_t kLongMs = 60'000;

TEST(SystemResolver, HonoursTheHostsFile) {
  IoLoop loop;
  SystemResolver resolver({.threads = 2, .queue = 8});
  const auto found = loop.run(resolver.resolve("localhost", "dev", kLongMs));
  ASSERT_TRUE(found) << found.error().what;
  ASSERT_FALSE(found->empty());
  for (const IpAddress& address : *found) {
    EXPECT_TRUE(address.to_string() == "127.0.0.1" || address.to_string() == "::1")
        << address.to_string();
  }
}

TEST(SystemResolver, GivesEachAddressOnce) {
  IoLoop loop;
  SystemResolver resolver({.threads = 1, .queue = 8});
  const auto found = loop.run(resolver.resolve("192.0.2.1", "dev", kLongMs));
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, std::vector{*IpAddress::parse("192.0.2.1")});
  const auto six = loop.run(resolver.resolve("2001:db8::1", "dev", kLongMs));
  ASSERT_TRUE(six);
  EXPECT_EQ(*six, std::vector{*IpAddress::parse("2001:db8::1")});
}

TEST(SystemResolver, ANameThatCannotBeIsRefused) {
  IoLoop loop;
  SystemResolver resolver({.threads = 1, .queue = 8});
  const auto found = loop.run(resolver.resolve(std::string(300, 'a'), "dev", kLongMs));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, Kind::refused);
  EXPECT_FALSE(found.error().what.empty());
}

TEST(SystemResolver, AnswersManyAtOnce) {
  IoLoop loop;
  SystemResolver resolver({.threads = 4, .queue = 100});
  std::vector<Running<Answer>> running(100);
  for (auto& one : running) loop.start(resolver.resolve("127.0.0.1", "dev", kLongMs), one);
  for (auto& one : running) {
    ASSERT_TRUE(loop.finish(one));
    ASSERT_TRUE(*one.result) << one.result->error().what;
    EXPECT_EQ((**one.result).size(), 1U);
  }
}

// Without a thread no lookup is ever answered.
const SystemResolver::Options kNobodyAnswers{.threads = 0, .queue = 2};

TEST(SystemResolver, AbandonsALookupAtItsDeadline) {
  IoLoop loop;
  SystemResolver resolver(kNobodyAnswers);
  const auto begin = SteadyClock::now();
  const auto found = loop.run(resolver.resolve("localhost", "dev", 20));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, Kind::timeout);
  EXPECT_GE(SteadyClock::now() - begin, std::chrono::milliseconds(20));
}

TEST(SystemResolver, RefusesMoreLookupsThanItsQueueHolds) {
  IoLoop loop;
  SystemResolver resolver(kNobodyAnswers);
  std::vector<Running<Answer>> waiting(2);
  for (auto& one : waiting) loop.start(resolver.resolve("localhost", "dev", 200), one);
  const auto found = loop.run(resolver.resolve("localhost", "dev", kLongMs));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, Kind::refused);
  EXPECT_EQ(found.error().what, "too many lookups in progress");
  for (auto& one : waiting) EXPECT_TRUE(loop.finish(one));
}

// Lookups that hang until the test lets them go.
struct Hanging {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t hanging = 0;
  bool released = false;

  Answer operator()(const std::string& name) {
    std::unique_lock lock(mutex);
    if (name == "slow.test") {
      ++hanging;
      changed.notify_all();
      changed.wait(lock, [this] { return released; });
    }
    return std::vector{*IpAddress::parse("192.0.2.1")};
  }
  void release() {
    const std::lock_guard lock(mutex);
    released = true;
    changed.notify_all();
  }
};

TEST(SystemResolver, SlowLookupsOfOneAskerKeepNoOtherWaiting) {
  IoLoop loop;
  Hanging hanging;
  SystemResolver resolver({.threads = 6, .share = 4, .queue = 100, .look_up = std::ref(hanging)});
  std::vector<Running<Answer>> slow(20);
  for (auto& one : slow) loop.start(resolver.resolve("slow.test", "greedy", kLongMs), one);
  ASSERT_TRUE(loop.run_until([&] {
    const std::lock_guard lock(hanging.mutex);
    return hanging.hanging == 4;
  }));
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(loop.run(resolver.resolve("quick.test", "dev", kLongMs)));
  }
  {
    const std::lock_guard lock(hanging.mutex);
    EXPECT_EQ(hanging.hanging, 4U);  // its share and no more
  }
  hanging.release();
  for (auto& one : slow) {
    ASSERT_TRUE(loop.finish(one));
    EXPECT_TRUE(*one.result);
  }
}

TEST(SystemResolver, MayGoWithLookupsThatNobodyWaitsForAnyMore) {
  IoLoop loop;
  auto resolver = std::make_unique<SystemResolver>(kNobodyAnswers);
  EXPECT_FALSE(loop.run(resolver->resolve("localhost", "dev", 1)));
  EXPECT_FALSE(loop.run(resolver->resolve("localhost", "dev", 1)));
  resolver.reset();
  loop.run_for(std::chrono::milliseconds(5));
}

}  // namespace
}  // namespace cork::io
