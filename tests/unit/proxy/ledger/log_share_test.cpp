#include "proxy/ledger/log_share.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace cork::ledger {
namespace {

TEST(LogShare, GivesNoMoreThanTheAllotment) {
  LogShare share;
  EXPECT_TRUE(share.take({1, 100}, 60));
  EXPECT_FALSE(share.take({1, 100}, 41));
  EXPECT_TRUE(share.take({1, 100}, 40));
  EXPECT_FALSE(share.take({1, 100}, 1));
}

TEST(LogShare, TakesBackWhatWasNotWritten) {
  LogShare share;
  ASSERT_TRUE(share.take({1, 100}, 90));
  share.settle(1, 90, 10);
  EXPECT_EQ(share.used(), 10U);
  EXPECT_TRUE(share.take({1, 100}, 90));
}

TEST(LogShare, WhatHadToBeWrittenCountsEvenPastTheAllotment) {
  LogShare share;
  ASSERT_TRUE(share.take({1, 100}, 90));
  share.settle(1, 0, 500);
  EXPECT_EQ(share.used(), 590U);
  EXPECT_FALSE(share.take({1, 100}, 1));
}

TEST(LogShare, BeginsAnewWithEachPeriodAndForgetsWhatIsLeftOfTheOneBefore) {
  LogShare share;
  ASSERT_TRUE(share.take({1, 100}, 100));
  EXPECT_TRUE(share.take({2, 100}, 30));
  share.settle(1, 100, 100);
  EXPECT_EQ(share.used(), 30U);
  share.settle(0, 0, 7);
  EXPECT_EQ(share.used(), 30U);
}

TEST(LogShare, IsNeverOverdrawnWhoeverTakes) {
  LogShare share;
  std::atomic<int> given = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) given += share.take({1, 1000}, 1) ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(given, 1000);
  EXPECT_EQ(share.used(), 1000U);
}

}  // namespace
}  // namespace cork::ledger
