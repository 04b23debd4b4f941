#include "proxy/session/recorder.h"

#include "tests/support/test_worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

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
    for (const auto& line : test.log_lines())
      parsed.push_back(boost::json::parse(line).as_object());
    return parsed;
  }
  test::TestWorker test;
};

TEST_F(RecorderTest, AnExchangeIsOpenedAndClosedUnderOneId) {
  Recorder recorder(test.worker(), *test.snapshot);
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
    Recorder recorder(test.worker(), *test.snapshot);
    recorder.record().decision.reason = policy::Reason::bad_request;
    recorder.close();
    recorder.close();
  }
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0].at("event"), "refused");
}

TEST_F(RecorderTest, ClosesItselfOnEveryWayOut) {
  {
    Recorder recorder(test.worker(), *test.snapshot);
    ASSERT_TRUE(recorder.open());
  }
  {
    const Recorder never_opened(test.worker(), *test.snapshot);
  }
  ASSERT_EQ(lines().size(), 3U);
  EXPECT_EQ(lines()[1].at("event"), "close");
  EXPECT_EQ(lines()[2].at("event"), "refused");
  EXPECT_THAT(test.log_lines()[1], HasSubstr("ended early"));
}

TEST_F(RecorderTest, WhatWasNoExchangeAfterAllLeavesNoLine) {
  {
    Recorder recorder(test.worker(), *test.snapshot);
    recorder.discard();
  }
  EXPECT_TRUE(lines().empty());
}

TEST_F(RecorderTest, IsNotOpenWhereTheLogDoesNotTakeTheLine) {
  std::filesystem::remove(test.folder / "audit.jsonl");
  std::filesystem::create_directory(test.folder / "audit.jsonl");
  Recorder recorder(test.worker(), *test.snapshot);
  EXPECT_FALSE(recorder.open());
  EXPECT_FALSE(recorder.is_open());
  EXPECT_FALSE(test.log->healthy());
  recorder.close();
}

TEST_F(RecorderTest, EachHasAnIdOfItsOwn) {
  Recorder first(test.worker(), *test.snapshot);
  Recorder second(test.worker(), *test.snapshot);
  EXPECT_EQ(first.record().id.size(), 26U);
  EXPECT_NE(first.record().id, second.record().id);
}

TEST_F(RecorderTest, FindingsKeepTheirRuleByName) {
  Recorder recorder(test.worker(), *test.snapshot);
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
  Recorder recorder(test.worker(), *test.snapshot);
  recorder.record().bottle = "dev";
  ASSERT_TRUE(recorder.open());
  EXPECT_FALSE(counted());
  recorder.close();
  recorder.close();
  EXPECT_TRUE(counted());
}

TEST_F(RecorderTest, MeasuresFromItsBeginning) {
  Recorder recorder(test.worker(), *test.snapshot);
  test.loop.run_for(std::chrono::milliseconds(3));
  EXPECT_GE(recorder.elapsed_us(), 3000U);
  recorder.close();
  EXPECT_GE(recorder.record().total_us, 3000U);
}

}  // namespace
}  // namespace cork::session
