#include "proxy/io/resolver.h"

#include "tests/support/io_loop.h"

#include <gtest/gtest.h>

#include <memory>
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
  const auto found = loop.run(resolver.resolve("localhost", kLongMs));
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
  const auto found = loop.run(resolver.resolve("192.0.2.1", kLongMs));
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, std::vector{*IpAddress::parse("192.0.2.1")});
  const auto six = loop.run(resolver.resolve("2001:db8::1", kLongMs));
  ASSERT_TRUE(six);
  EXPECT_EQ(*six, std::vector{*IpAddress::parse("2001:db8::1")});
}

TEST(SystemResolver, ANameThatCannotBeIsRefused) {
  IoLoop loop;
  SystemResolver resolver({.threads = 1, .queue = 8});
  const auto found = loop.run(resolver.resolve(std::string(300, 'a'), kLongMs));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, Kind::refused);
  EXPECT_FALSE(found.error().what.empty());
}

TEST(SystemResolver, AnswersManyAtOnce) {
  IoLoop loop;
  SystemResolver resolver({.threads = 4, .queue = 100});
  std::vector<Running<Answer>> running(100);
  for (auto& one : running) loop.start(resolver.resolve("127.0.0.1", kLongMs), one);
  for (auto& one : running) {
    ASSERT_TRUE(loop.finish(one));
    ASSERT_TRUE(*one.result) << one.result->error().what;
    EXPECT_EQ((**one.result).size(), 1U);
  }
}

// Without a thread no lookup is ever answered.
constexpr SystemResolver::Options kNobodyAnswers{.threads = 0, .queue = 2};

TEST(SystemResolver, AbandonsALookupAtItsDeadline) {
  IoLoop loop;
  SystemResolver resolver(kNobodyAnswers);
  const auto begin = SteadyClock::now();
  const auto found = loop.run(resolver.resolve("localhost", 20));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, Kind::timeout);
  EXPECT_GE(SteadyClock::now() - begin, std::chrono::milliseconds(20));
}

TEST(SystemResolver, RefusesMoreLookupsThanItsQueueHolds) {
  IoLoop loop;
  SystemResolver resolver(kNobodyAnswers);
  std::vector<Running<Answer>> waiting(2);
  for (auto& one : waiting) loop.start(resolver.resolve("localhost", 200), one);
  const auto found = loop.run(resolver.resolve("localhost", kLongMs));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, Kind::refused);
  EXPECT_EQ(found.error().what, "too many lookups in progress");
  for (auto& one : waiting) EXPECT_TRUE(loop.finish(one));
}

TEST(SystemResolver, MayGoWithLookupsThatNobodyWaitsForAnyMore) {
  IoLoop loop;
  auto resolver = std::make_unique<SystemResolver>(kNobodyAnswers);
  EXPECT_FALSE(loop.run(resolver->resolve("localhost", 1)));
  EXPECT_FALSE(loop.run(resolver->resolve("localhost", 1)));
  resolver.reset();
  loop.run_for(std::chrono::milliseconds(5));
}

}  // namespace
}  // namespace cork::io
