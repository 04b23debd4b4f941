#include "proxy/ledger/sources.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cork::ledger {
namespace {

TEST(Sources, OneSourceHasItsPartAndTheOthersHaveTheirs) {
  Sources sources(2);
  const auto first = sources.take("192.0.2.1");
  const auto second = sources.take("192.0.2.1");
  EXPECT_TRUE(first);
  EXPECT_TRUE(second);
  EXPECT_FALSE(sources.take("192.0.2.1"));
  EXPECT_TRUE(sources.take("192.0.2.2"));
}

TEST(Sources, HoldsASourceOnlyWhileSomethingOfItIsOpen) {
  Sources sources(1);
  for (int i = 0; i < 1000; ++i) {
    const auto place = sources.take(std::to_string(i));
    EXPECT_TRUE(place);
    EXPECT_EQ(sources.count(), 1U);
  }
  EXPECT_EQ(sources.count(), 0U);
}

TEST(Sources, WhatIsRefusedHoldsNothing) {
  Sources none(0);
  EXPECT_FALSE(none.take("192.0.2.1"));
  EXPECT_EQ(none.count(), 0U);
}

TEST(Sources, AMovedPlaceGivesBackOnce) {
  Sources sources(1);
  auto first = sources.take("192.0.2.1");
  auto moved = std::move(first);
  EXPECT_FALSE(first);
  EXPECT_FALSE(sources.take("192.0.2.1"));
  moved = {};
  EXPECT_TRUE(sources.take("192.0.2.1"));
}

TEST(Sources, NeverGivesMoreThanThatWhoeverAsks) {
  Sources sources(3);
  std::atomic<int> given = 0, most = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 2000; ++j) {
        const auto place = sources.take("192.0.2.1");
        if (!place) continue;
        const int now = ++given;
        for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
        }
        --given;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LE(most, 3);
  EXPECT_EQ(sources.count(), 0U);
}

}  // namespace
}  // namespace cork::ledger
