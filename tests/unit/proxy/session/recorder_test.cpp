#include "proxy/session/recorder.h"

#include "proxy/session/refusal.h"
#include "tests/support/test_worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cork::session {
namespace {

using ::testing::HasSubstr;

class RecorderTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::vector<boost::json::object> lines() const {
    std::vector<boost::json::object> parsed;
    for (const auto& line : test.log_lines()) {
      if (line.starts_with('x')) continue;  // what takes up room
      parsed.push_back(boost::json::parse(line).as_object());
    }
    return parsed;
  }
  [[nodiscard]] ledger::Account& account() { return *test.snapshot->accounts[0]; }
  // A recorder of a refusal, as the exchange leaves it.
  void fill(Recorder& recorder, policy::Reason reason = policy::Reason::host_not_allowed) {
    recorder.record().bottle = "dev";
    recorder.record().host = "a.example";
    recorder.record().decision.reason = reason;
  }
  // Of two bottles, with so many bytes left for both.
  void make_room_short(std::uint64_t left) {
    test.snapshot->log_sharers = 2;
    const std::string filler(8 * kMiB - left - 1, 'x');
    test.folder.write("audit.jsonl", filler + "\n");
    test.log->limit(8 * kMiB);
  }
  // Of one of two, without a line of its own in the log.
  void use_up_share(ledger::Account& of) {
    make_room_short(512 * kKiB);
    ASSERT_TRUE(of.log_share().take({test.log->room().period, 256 * kKiB}, 256 * kKiB));
  }

  test::TestWorker test;
};

TEST_F(RecorderTest, AnExchangeIsOpenedAndClosedUnderOneId) {
  Recorder recorder(test.worker(), *test.snapshot, account());
  recorder.record().bottle = "dev";
  EXPECT_FALSE(recorder.is_open());
  ASSERT_TRUE(recorder.open());
  EXPECT_TRUE(recorder.is_open());
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0].at("event"), "open");
  recorder.close();
  ASSERT_EQ(lines().size(), 2U);
  EXPECT_EQ(lines()[1].at("event"), "close");
  EXPECT_EQ(lines()[0].at("id"), lines()[1].at("id"));
  EXPECT_EQ(lines()[0].at("id").as_string(), recorder.record().id);
}

TEST_F(RecorderTest, WhatNeverLeftIsOneRefusedLine) {
  {
    Recorder recorder(test.worker(), *test.snapshot, account());
    recorder.record().decision.reason = policy::Reason::bad_request;
    recorder.close();
    recorder.close();
  }
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0].at("event"), "refused");
}

TEST_F(RecorderTest, ClosesItselfOnEveryWayOut) {
  {
    Recorder recorder(test.worker(), *test.snapshot, account());
    ASSERT_TRUE(recorder.open());
  }
  {
    const Recorder never_opened(test.worker(), *test.snapshot, account());
  }
  ASSERT_EQ(lines().size(), 3U);
  EXPECT_EQ(lines()[1].at("event"), "close");
  EXPECT_EQ(lines()[2].at("event"), "refused");
  EXPECT_THAT(test.log_lines()[1], HasSubstr("ended early"));
}

TEST_F(RecorderTest, IsNotOpenWhereTheLogDoesNotTakeTheLine) {
  std::filesystem::remove(test.folder / "audit.jsonl");
  std::filesystem::create_directory(test.folder / "audit.jsonl");
  Recorder recorder(test.worker(), *test.snapshot, account());
  EXPECT_FALSE(recorder.open());
  EXPECT_FALSE(recorder.is_open());
  EXPECT_FALSE(test.log->healthy());
  recorder.close();
}

TEST_F(RecorderTest, ARefusalIsInTheLogBeforeTheClientIsToldItsId) {
  Recorder recorder(test.worker(), *test.snapshot, account());
  fill(recorder);
  recorder.refuse();
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0].at("event"), "refused");
  EXPECT_EQ(lines()[0].at("id").as_string(), recorder.record().id);
  EXPECT_EQ(lines()[0].at("status"), 403);
  recorder.close();
  EXPECT_EQ(lines().size(), 1U);
  const auto kept = account().refusals().find(recorder.record().id);
  ASSERT_TRUE(kept);
  EXPECT_THAT(*kept, HasSubstr("host_not_allowed"));
}

TEST_F(RecorderTest, ARefusalThatTheLogDoesNotTakeShowsNoIdAndSaysSo) {
  std::filesystem::remove(test.folder / "audit.jsonl");
  std::filesystem::create_directory(test.folder / "audit.jsonl");
  Recorder recorder(test.worker(), *test.snapshot, account());
  fill(recorder);
  const std::string id = recorder.record().id;
  recorder.refuse();
  EXPECT_EQ(recorder.record().decision.reason, policy::Reason::host_not_allowed);
  EXPECT_EQ(recorder.record().id, "");
  EXPECT_THAT(recorder.record().decision.detail, HasSubstr("could not take this refusal"));
  EXPECT_FALSE(account().refusals().find(id));
}

TEST_F(RecorderTest, RepeatedDenialsAreCountedInOneRecordAndByTheMetricsEachByItself) {
  test.services.audit.alike_burst = 2;
  std::vector<std::string> ids;
  for (int i = 0; i < 50; ++i) {
    Recorder recorder(test.worker(), *test.snapshot, account());
    fill(recorder);
    recorder.refuse();
    ids.push_back(recorder.record().id);
    recorder.close();
  }
  ASSERT_EQ(lines().size(), 3U);
  std::vector<std::string> written;
  for (const auto& line : lines()) written.emplace_back(line.at("id").as_string());
  for (const auto& id : ids) {
    EXPECT_THAT(written, ::testing::Contains(id));
    EXPECT_TRUE(account().refusals().find(id));
  }
  EXPECT_EQ(ids[49], ids[2]);
  EXPECT_TRUE(lines()[2].contains("repeated"));

  bool empty = false;
  test.worker().drain([&] { empty = true; });
  EXPECT_TRUE(empty);
  ASSERT_EQ(lines().size(), 4U);
  EXPECT_EQ(lines()[3].at("event"), "repeated");
  EXPECT_EQ(lines()[3].at("id").as_string(), ids[2]);
  EXPECT_EQ(lines()[3].at("repeated").at("count"), 48);
  const std::string metrics = test.metrics.text();
  EXPECT_THAT(metrics, HasSubstr("cork_exchanges_total{bottle=\"dev\",decision=\"deny\","
                                 "reason=\"host_not_allowed\"} 50"));
  EXPECT_THAT(metrics, HasSubstr("cork_refusals_folded_total{bottle=\"dev\"} 47"));
}

TEST_F(RecorderTest, WhatHasAFindingOrWasOpenedIsNeverCountedTogether) {
  test.services.audit.alike_burst = 0;
  test.services.audit.refused_burst = 0;
  for (int i = 0; i < 5; ++i) {
    Recorder recorder(test.worker(), *test.snapshot, account());
    fill(recorder, policy::Reason::leak);
    recorder.add(std::vector<secrets::Finding>(1));
    recorder.refuse();
    Recorder late(test.worker(), *test.snapshot, account());
    fill(late, policy::Reason::leak);
    ASSERT_TRUE(late.open());
    late.refuse();
  }
  EXPECT_EQ(lines().size(), 15U);
  for (const auto& line : lines()) EXPECT_FALSE(line.contains("repeated"));
}

TEST_F(RecorderTest, CountsWhatLeftAndWhatWasFoundForTheBottle) {
  {
    Recorder recorder(test.worker(), *test.snapshot, account());
    fill(recorder);
    ASSERT_TRUE(recorder.open());
    recorder.add(std::vector<secrets::Finding>(2));
    recorder.record().sent_bytes = 17;
  }
  EXPECT_EQ(account().read().sent_bytes, 17U);
  EXPECT_EQ(account().read().findings, 2U);
}

TEST_F(RecorderTest, ABottleThatHasUsedItsShareOfTheDiskIsRefusedAloneAndCounted) {
  make_room_short(512 * kKiB);
  ASSERT_TRUE(test.log->room().is_short());
  ledger::Account& other = test.ledger.of("other");
  int opened = 0;
  for (int i = 0; i < 2000; ++i) {
    Recorder recorder(test.worker(), *test.snapshot, account());
    fill(recorder, policy::Reason::allowed);
    if (!recorder.make_room()) break;
    ASSERT_TRUE(recorder.open());
    ++opened;
  }
  EXPECT_GT(opened, 100);
  EXPECT_LE(account().log_share().used(), 256 * kKiB);
  const auto size = std::filesystem::file_size(test.folder / "audit.jsonl");
  // Whatever the reason was, and with a finding that is only recorded or without.
  std::vector<secrets::Finding> recorded(1);
  recorded[0].blocking = false;
  for (int i = 0; i < 500; ++i) {
    Recorder recorder(test.worker(), *test.snapshot, account());
    fill(recorder);
    recorder.record().host = "h" + std::to_string(i) + ".example";
    if (i % 2 == 0) recorder.add(recorded);
    recorder.refuse();
    EXPECT_EQ(recorder.record().decision.reason, policy::Reason::bottle_limit);
    EXPECT_TRUE(account().refusals().find(recorder.record().id));
  }
  EXPECT_LT(std::filesystem::file_size(test.folder / "audit.jsonl"), size + 2048);
  Recorder recorder(test.worker(), *test.snapshot, other);
  EXPECT_TRUE(recorder.make_room());
  EXPECT_TRUE(recorder.open());
}

TEST_F(RecorderTest, ALeakHasALinePastTheShareUpToARateAndIsThenCountedByRule) {
  use_up_share(account());
  const auto used = account().log_share().used();
  const auto most = account().limits().exhausted_leaks_per_minute;
  std::vector<std::string> ids;
  for (int i = 0; i < 500; ++i) {
    Recorder recorder(test.worker(), *test.snapshot, account());
    fill(recorder, policy::Reason::leak);
    recorder.record().host = "h" + std::to_string(i) + ".example";
    recorder.add(std::vector<secrets::Finding>(1));
    recorder.refuse();
    EXPECT_EQ(recorder.record().decision.reason, policy::Reason::leak);
    ids.push_back(recorder.record().id);
  }
  const auto written = lines();
  ASSERT_EQ(written.size(), most + 1) << "one that begins to count";
  for (std::size_t i = 0; i < written.size(); ++i) {
    EXPECT_EQ(written[i].at("reason"), "leak");
    EXPECT_EQ(written[i].at("findings").as_array()[0].at("rule"), "test-token");
    EXPECT_EQ(written[i].at("id").as_string(), ids[i]);
  }
  EXPECT_EQ(ids.back(), ids[most]);
  EXPECT_GT(account().log_share().used(), used) << "charged all the same";
  test.worker().drain([] {});
  const auto repeated = lines().back().at("repeated").as_object();
  EXPECT_EQ(repeated.at("count").as_int64(), static_cast<std::int64_t>(500 - most));
  EXPECT_EQ(repeated.at("rules").as_array()[0].at("rule"), "test-token");
}

TEST_F(RecorderTest, AUsedUpShareFoldsTheRecordOf407AndDoesNotReplaceIt) {
  ledger::Account& door = test.ledger.of_door(0);
  use_up_share(door);
  for (int i = 0; i < 50; ++i) {
    Recorder recorder(test.worker(), *test.snapshot, door);
    recorder.record().door = 0;
    recorder.record().decision.reason = policy::Reason::unknown_client;
    recorder.refuse(true, kAskCredentials);
    EXPECT_EQ(recorder.record().decision.reason, policy::Reason::unknown_client);
    EXPECT_EQ(recorder.record().status, 407);
  }
  EXPECT_EQ(lines().size(), 1U);
  Recorder recorder(test.worker(), *test.snapshot, door);
  recorder.record().decision.reason = policy::Reason::unknown_client;
  recorder.refuse();
  EXPECT_EQ(recorder.record().status, 403);
  EXPECT_THAT(recorder.record().decision.detail, HasSubstr("those at this listener"));
}

TEST_F(RecorderTest, TheShareComesBackWithTheRoom) {
  make_room_short(512 * kKiB);
  const auto period = test.log->room().period;
  ASSERT_TRUE(account().log_share().take({period, 256 * kKiB}, 256 * kKiB));
  {
    Recorder recorder(test.worker(), *test.snapshot, account());
    EXPECT_FALSE(recorder.make_room());
  }
  std::filesystem::remove(test.folder / "audit.jsonl");
  ASSERT_TRUE(test.log->reopen());
  Recorder recorder(test.worker(), *test.snapshot, account());
  EXPECT_TRUE(recorder.make_room());
}

TEST_F(RecorderTest, OneBottleAloneSharesWithNobody) {
  make_room_short(512 * kKiB);
  test.snapshot->log_sharers = 1;
  for (int i = 0; i < 700; ++i) {
    Recorder recorder(test.worker(), *test.snapshot, account());
    fill(recorder, policy::Reason::allowed);
    EXPECT_TRUE(recorder.make_room());
    ASSERT_TRUE(recorder.open());
  }
}

TEST_F(RecorderTest, AnAnswerOfCorksOwnIsOneLine) {
  Recorder recorder(test.worker(), *test.snapshot, account());
  fill(recorder, policy::Reason::allowed);
  ASSERT_TRUE(recorder.answer());
  recorder.close();
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0].at("event"), "answered");
}

TEST_F(RecorderTest, EachHasAnIdOfItsOwn) {
  Recorder first(test.worker(), *test.snapshot, account());
  Recorder second(test.worker(), *test.snapshot, account());
  EXPECT_EQ(first.record().id.size(), 26U);
  EXPECT_NE(first.record().id, second.record().id);
}

TEST_F(RecorderTest, FindingsKeepTheirRuleByName) {
  Recorder recorder(test.worker(), *test.snapshot, account());
  const std::vector<secrets::Finding> findings(2);
  recorder.add(findings);
  recorder.add(findings);
  ASSERT_EQ(recorder.record().findings.size(), 4U);
  EXPECT_EQ(recorder.record().findings[3].rule, "test-token");
}

TEST_F(RecorderTest, IsCountedOnceAtItsEnd) {
  const auto counted = [&] {
    return test.metrics.text().find("cork_exchange_duration_seconds_count{bottle=\"dev\"} 1") !=
           std::string::npos;
  };
  Recorder recorder(test.worker(), *test.snapshot, account());
  recorder.record().bottle = "dev";
  ASSERT_TRUE(recorder.open());
  EXPECT_FALSE(counted());
  recorder.close();
  recorder.close();
  EXPECT_TRUE(counted());
}

TEST_F(RecorderTest, MeasuresFromItsBeginning) {
  Recorder recorder(test.worker(), *test.snapshot, account());
  test.loop.run_for(std::chrono::milliseconds(3));
  EXPECT_GE(recorder.elapsed_us(), 3000U);
  recorder.close();
  EXPECT_GE(recorder.record().total_us, 3000U);
}

}  // namespace
}  // namespace cork::session
