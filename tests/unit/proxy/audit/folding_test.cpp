#include "proxy/audit/folding.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace cork::audit {
namespace {

using How = Folding::How;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Folding::Time kStart{std::chrono::hours(1000)};
constexpr AuditLimits kLimits{.alike_burst = 3,
                              .alike_per_second = 1,
                              .refused_burst = 10,
                              .refused_per_second = 1,
                              .folds = 4,
                              .fold_ms = 10'000,
                              .exhausted_fold_ms = 3'600'000};

class FoldingTest : public ::testing::Test {
 protected:
  Record refused(const std::string& host = "a.example",
                 policy::Reason reason = policy::Reason::host_not_allowed,
                 const std::string& bottle = "dev") {
    Record record;
    record.id = fmt::format("01{:04}", ++ids_);
    record.time = WallClock::time_point(seconds(1'767'323'045) + milliseconds(ids_));
    record.bottle = bottle;
    record.host = host;
    record.port = 443;
    record.decision.reason = reason;
    return record;
  }

  Folding folding_{kLimits};
  int ids_ = 0;
};

TEST_F(FoldingTest, OrdinaryRefusalsHaveALineEach) {
  std::set<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    const auto answer = folding_.add(refused(), kStart);
    EXPECT_EQ(answer.how, How::whole);
    ids.insert(answer.id);
  }
  EXPECT_EQ(ids.size(), 3U);
  // At its rate that goes on for ever.
  for (int i = 1; i < 100; ++i) {
    EXPECT_EQ(folding_.add(refused(), kStart + seconds(i)).how, How::whole) << i;
  }
  EXPECT_TRUE(folding_.take_all().empty());
}

TEST_F(FoldingTest, RepeatedDenialsAreCountedInOneRecordWhoseIdTheyAllHave) {
  for (int i = 0; i < 3; ++i) (void)folding_.add(refused(), kStart);
  const Record first = refused();
  const auto begins = folding_.add(first, kStart);
  EXPECT_EQ(begins.how, How::begins);
  EXPECT_EQ(begins.id, first.id);
  Record last;
  for (int i = 0; i < 1000; ++i) {
    last = refused();
    const auto answer = folding_.add(last, kStart + milliseconds(i));
    EXPECT_EQ(answer.how, How::counted);
    EXPECT_EQ(answer.id, first.id);
  }
  EXPECT_TRUE(folding_.take_ended(kStart + seconds(9)).empty());
  const auto ended = folding_.take_ended(kStart + seconds(10));
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].first.id, first.id);
  EXPECT_EQ(ended[0].count, 1001U);
  EXPECT_EQ(ended[0].first.time, first.time);
  EXPECT_EQ(ended[0].last, last.time);
  EXPECT_FALSE(ended[0].several_hosts);
  EXPECT_FALSE(ended[0].several_requests);
  EXPECT_TRUE(folding_.take_ended(kStart + seconds(99)).empty());
}

TEST_F(FoldingTest, SaysWhereOtherMethodsOrPathsAreCountedWithTheFirst) {
  for (int i = 0; i < 4; ++i) (void)folding_.add(refused(), kStart);
  Record other = refused();
  other.path = "/elsewhere";
  EXPECT_EQ(folding_.add(other, kStart).how, How::counted);
  const auto ended = folding_.take_all();
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_TRUE(ended[0].several_requests);
  EXPECT_FALSE(ended[0].several_hosts);
}

TEST_F(FoldingTest, AFloodThatGoesOnCostsTwoLinesAWindow) {
  int whole = 0, begun = 0;
  std::uint64_t counted = 0;
  for (int ms = 0; ms < 60'000; ms += 5) {
    const auto how = folding_.add(refused(), kStart + milliseconds(ms)).how;
    whole += how == How::whole ? 1 : 0;
    begun += how == How::begins ? 1 : 0;
  }
  for (const auto& one : folding_.take_all()) counted += one.count;
  EXPECT_EQ(whole, 3);
  EXPECT_EQ(begun, 6);
  EXPECT_EQ(static_cast<std::uint64_t>(whole) + counted, 12'000U) << "every one is accounted for";
}

TEST_F(FoldingTest, AWindowThatEndedIsKeptUntilItIsTakenEvenWhereTheNextHasBegun) {
  std::uint64_t whole = 0, counted = 0;
  for (int i = 0; i < 5; ++i) {
    for (int j = 0; j < 40; ++j) {
      const auto how = folding_.add(refused(), kStart + seconds(10 * i)).how;
      whole += how == How::whole ? 1 : 0;
    }
  }
  const auto ended = folding_.take_all();
  for (const auto& one : ended) counted += one.count;
  EXPECT_EQ(ended.size(), 5U);
  EXPECT_EQ(whole, 15U);
  EXPECT_EQ(whole + counted, 200U);
}

TEST_F(FoldingTest, AfterTheFloodThereAreLinesAgain) {
  for (int i = 0; i < 50; ++i) (void)folding_.add(refused(), kStart);
  ASSERT_EQ(folding_.take_ended(kStart + seconds(10)).size(), 1U);
  EXPECT_EQ(folding_.add(refused(), kStart + seconds(11)).how, How::whole);
}

TEST_F(FoldingTest, OtherReasonsHostsPortsAndBottlesAreCountedApart) {
  for (int i = 0; i < 4; ++i) (void)folding_.add(refused(), kStart);
  EXPECT_EQ(folding_.add(refused(), kStart).how, How::counted);
  EXPECT_EQ(folding_.add(refused("b.example"), kStart).how, How::whole);
  EXPECT_EQ(folding_.add(refused("a.example", policy::Reason::path_not_allowed), kStart).how,
            How::whole);
  Record port = refused();
  port.port = 8443;
  EXPECT_EQ(folding_.add(port, kStart).how, How::whole);
  EXPECT_EQ(
      folding_.add(refused("a.example", policy::Reason::host_not_allowed, "other"), kStart).how,
      How::whole);
}

TEST_F(FoldingTest, HostsThatAreNeverTheSameAreCountedTogetherInBoundedMemory) {
  int whole = 0;
  std::set<std::string> records;
  for (int i = 0; i < 5000; ++i) {
    const auto answer = folding_.add(refused(fmt::format("h{}.example", i)), kStart);
    whole += answer.how == How::whole ? 1 : 0;
    if (answer.how != How::whole) records.insert(answer.id);
  }
  EXPECT_EQ(whole, 4 + 3);  // one of each host that has a place of its own, then the burst of all
  EXPECT_EQ(records.size(), 1U);
  const auto ended = folding_.take_all();
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_TRUE(ended[0].several_hosts);
  EXPECT_EQ(ended[0].count, 5000U - 7U);
}

TEST_F(FoldingTest, ABottleHasARateOverAllThatItIsRefused) {
  AuditLimits limits = kLimits;
  limits.folds = 1000;
  Folding folding(limits);
  int whole = 0;
  for (int i = 0; i < 100; ++i) {
    whole += folding.add(refused(fmt::format("h{}.example", i)), kStart).how == How::whole ? 1 : 0;
  }
  EXPECT_EQ(whole, 10);
  EXPECT_EQ(folding.add(refused("a.example", policy::Reason::leak, "quiet"), kStart).how,
            How::whole);
}

TEST_F(FoldingTest, ForgetsWhomNobodyAskedForInAWhile) {
  for (int i = 0; i < 4; ++i) (void)folding_.add(refused(fmt::format("h{}.example", i)), kStart);
  EXPECT_TRUE(folding_.take_ended(kStart + seconds(60)).empty());
  // All four places are free again.
  for (int i = 10; i < 14; ++i) {
    for (int j = 0; j < 2; ++j) {
      EXPECT_EQ(folding_.add(refused(fmt::format("h{}.example", i)), kStart + seconds(60)).how,
                How::whole);
    }
  }
}

TEST_F(FoldingTest, ARecordThatCouldNotBeWrittenCountsNothing) {
  for (int i = 0; i < 3; ++i) (void)folding_.add(refused(), kStart);
  const Record first = refused();
  ASSERT_EQ(folding_.add(first, kStart).how, How::begins);
  Record of_nobody = first;
  of_nobody.bottle = "nobody";
  folding_.forget(of_nobody);
  EXPECT_EQ(folding_.add(refused(), kStart).id, first.id);
  folding_.forget(first);
  EXPECT_TRUE(folding_.take_all().empty());
  EXPECT_EQ(folding_.add(refused(), kStart).how, How::begins);
}

TEST_F(FoldingTest, WhatAnExhaustedBottleIsRefusedIsOneRecordWhateverTheHost) {
  const auto first =
      folding_.add_exhausted(refused("a.example", policy::Reason::bottle_limit), kStart);
  EXPECT_EQ(first.how, How::begins);
  for (int i = 0; i < 1000; ++i) {
    const auto answer = folding_.add_exhausted(
        refused(fmt::format("h{}.example", i), policy::Reason::bottle_limit), kStart + seconds(i));
    EXPECT_EQ(answer.how, How::counted);
    EXPECT_EQ(answer.id, first.id);
  }
  EXPECT_TRUE(folding_.take_ended(kStart + seconds(3599)).empty());
  const auto ended = folding_.take_ended(kStart + seconds(3600));
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_EQ(ended[0].count, 1001U);
  EXPECT_TRUE(ended[0].several_hosts);
}

TEST_F(FoldingTest, StrangersOfOneDoorAreNotCountedWithThoseOfAnother) {
  const auto stranger = [&](std::size_t door) {
    Record record = refused("", policy::Reason::unknown_client, "");
    record.door = door;
    return record;
  };
  for (int i = 0; i < 3; ++i) (void)folding_.add(stranger(0), kStart);
  const auto first = folding_.add(stranger(0), kStart);
  ASSERT_EQ(first.how, How::begins);
  EXPECT_EQ(folding_.add(stranger(0), kStart).id, first.id);
  EXPECT_EQ(folding_.add(stranger(1), kStart).how, How::whole) << "nor do they use up its rate";
  const auto exhausted = folding_.add_exhausted(stranger(2), kStart);
  EXPECT_NE(folding_.add_exhausted(stranger(3), kStart).id, exhausted.id);
  for (const auto& one : folding_.take_all()) EXPECT_TRUE(one.first.door);
}

TEST_F(FoldingTest, LeaksOfAnExhaustedBottleAreCountedApartAndByRule) {
  const auto leak = [&](const std::vector<std::string>& rules) {
    Record record = refused("a.example", policy::Reason::leak);
    for (const auto& rule : rules) record.findings.push_back({rule, {}});
    return record;
  };
  Record recorded = leak({"quiet"});
  recorded.findings[0].finding.blocking = false;
  const auto other = folding_.add_exhausted(recorded, kStart);
  const auto first = folding_.add_exhausted(leak({"a"}), kStart);
  EXPECT_EQ(first.how, How::begins);
  EXPECT_NE(first.id, other.id);
  EXPECT_EQ(folding_.add_exhausted(leak({"a"}), kStart).id, first.id);
  // A rule that is tried behind another one is not lost.
  EXPECT_EQ(folding_.add_exhausted(leak({"a", "b"}), kStart).id, first.id);
  const auto all = folding_.take_all();
  ASSERT_EQ(all.size(), 2U);
  const auto& counted = all[all[0].first.id == first.id ? 0 : 1];
  EXPECT_EQ(counted.count, 3U);
  EXPECT_EQ(counted.rules, (std::map<std::string, std::uint64_t>{{"a", 3}, {"b", 1}}));
  EXPECT_TRUE(all[all[0].first.id == first.id ? 1 : 0].rules.empty());
}

}  // namespace
}  // namespace cork::audit
