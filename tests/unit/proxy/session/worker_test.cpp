#include "proxy/session/worker.h"

#include "proxy/io/tcp_stream.h"
#include "tests/support/fake_stream.h"
#include "tests/support/test_worker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace cork::session {
namespace {

class Guest final : public Member {
 public:
  explicit Guest(Worker& worker) : worker_(worker) { worker.join(*this); }
  ~Guest() { worker_.left(); }
  Guest(const Guest&) = delete;
  Guest& operator=(const Guest&) = delete;
  int drains = 0, reloads = 0, cuts = 0;
  bool out_of_memory = false;

 private:
  void on_drain() noexcept override { ++drains; }
  void on_reload() override {
    ++reloads;
    if (out_of_memory) throw std::bad_alloc();
  }
  void cut() noexcept override { ++cuts; }
  Worker& worker_;
};

class WorkerTest : public ::testing::Test {
 protected:
  Worker& worker() { return test.worker(); }
  void pool_one() {
    Upstream upstream{std::make_unique<test::FakeStream>(), io::ReadBuffer(worker().buffers()),
                      IpAddress{}, "192.0.2.1:443", false};
    worker().upstreams().put("key", std::move(upstream));
  }
  test::TestWorker test;
  int empties = 0;
};

TEST_F(WorkerTest, CountsItsConnections) {
  Guest first(worker());
  {
    Guest second(worker());
    EXPECT_EQ(worker().open_connections(), 2U);
  }
  EXPECT_EQ(worker().open_connections(), 1U);
}

TEST_F(WorkerTest, AdoptsAnotherSnapshotAndTellsEveryConnection) {
  Guest first(worker()), second(worker());
  pool_one();
  auto next = std::make_shared<Snapshot>(*test.snapshot);
  next->generation = 2;
  worker().adopt(next);
  EXPECT_EQ(worker().snapshot(), next);
  EXPECT_EQ(first.reloads, 1);
  EXPECT_EQ(second.reloads, 1);
  EXPECT_EQ(worker().upstreams().size(), 0U);  // dialled under the configuration before
}

TEST_F(WorkerTest, AConnectionThatCannotBeDecidedAgainIsCutAndTheOthersAreDecided) {
  Guest first(worker()), second(worker()), third(worker());
  second.out_of_memory = true;
  auto next = std::make_shared<Snapshot>(*test.snapshot);
  worker().adopt(next);
  EXPECT_EQ(worker().snapshot(), next);
  EXPECT_EQ(first.cuts + third.cuts, 0);
  EXPECT_EQ(second.cuts, 1);
  EXPECT_EQ(third.reloads, 1);
}

TEST_F(WorkerTest, DrainTellsEveryConnectionAndWaitsForTheLast) {
  auto first = std::make_unique<Guest>(worker());
  auto second = std::make_unique<Guest>(worker());
  pool_one();
  EXPECT_FALSE(worker().draining());
  worker().drain([&] { ++empties; });
  EXPECT_TRUE(worker().draining());
  EXPECT_EQ(worker().upstreams().size(), 0U);
  EXPECT_EQ(first->drains, 1);
  EXPECT_EQ(second->drains, 1);
  first.reset();
  EXPECT_EQ(empties, 0);
  second.reset();
  EXPECT_EQ(empties, 1);
}

TEST_F(WorkerTest, AnEmptyOneHasDrainedAtOnce) {
  worker().drain([&] { ++empties; });
  EXPECT_EQ(empties, 1);
  worker().end([&] { ++empties; });
  EXPECT_EQ(empties, 2);
}

TEST_F(WorkerTest, EndPutsEveryWaitPastItsDeadline) {
  auto guest = std::make_unique<Guest>(worker());
  auto [near_end, far_end] = test.loop.unix_pair();
  io::TcpStream stream(std::move(near_end), worker().deadlines());
  test::Running<io::IoResult<void>> waiting;
  test.loop.start(stream.wait_readable(), waiting);
  test.loop.run_for(std::chrono::milliseconds(2));
  worker().end([&] { ++empties; });
  ASSERT_TRUE(test.loop.finish(waiting));
  EXPECT_FALSE(*waiting.result);
  EXPECT_EQ(empties, 0);
  guest.reset();
  EXPECT_EQ(empties, 1);
}

TEST_F(WorkerTest, SweepLeavesWhatIsFresh) {
  pool_one();
  worker().sweep();
  EXPECT_EQ(worker().upstreams().size(), 1U);
}

TEST_F(WorkerTest, WhatWasCountedTogetherIsWrittenOnceTheLastConnectionHasEnded) {
  test.services.audit.alike_burst = 0;
  auto guest = std::make_unique<Guest>(worker());
  audit::Record record;
  record.bottle = "dev";
  (void)worker().folding().add(record, io::SteadyClock::now());
  worker().sweep();  // its window has not ended
  worker().drain([&] { ++empties; });
  EXPECT_TRUE(test.log_lines().empty());
  guest.reset();
  EXPECT_EQ(empties, 1);
  ASSERT_EQ(test.log_lines().size(), 1U);
  EXPECT_NE(test.log_lines()[0].find(R"("event":"repeated")"), std::string::npos);
}

TEST_F(WorkerTest, SweepWritesWhatHasBeenCountedToItsEnd) {
  test.services.audit.alike_burst = 0;
  test.services.audit.fold_ms = 0;
  audit::Record record;
  record.bottle = "dev";
  (void)worker().folding().add(record, io::SteadyClock::now());
  worker().sweep();
  ASSERT_EQ(test.log_lines().size(), 1U);
  EXPECT_NE(test.log_lines()[0].find(R"("repeated":{"count":1)"), std::string::npos);
}

TEST_F(WorkerTest, WhatWasCountedIsChargedToWhomItWasRefused) {
  test.services.audit.alike_burst = 0;
  test.services.audit.fold_ms = 0;
  test.folder.write("audit.jsonl", std::string(8 * kMiB - 512 * kKiB, 'x') + "\n");
  test.log->limit(8 * kMiB);
  ASSERT_TRUE(test.log->room().is_short());
  audit::Record record;
  record.bottle = "dev";
  (void)worker().folding().add(record, io::SteadyClock::now());
  record.bottle = "";
  record.door = 0;
  (void)worker().folding().add(record, io::SteadyClock::now());
  worker().sweep();
  EXPECT_GT(test.ledger.of("dev").log_share().used(), 0U);
  EXPECT_GT(test.ledger.of_door(0).log_share().used(), 0U);
  EXPECT_EQ(test.ledger.of("").log_share().used(), 0U);
}

TEST_F(WorkerTest, IdsDoNotRepeat) {
  std::vector<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.push_back(worker().next_id());
  std::ranges::sort(ids);
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
}

}  // namespace
}  // namespace cork::session
