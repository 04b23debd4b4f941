#include "proxy/app/signals.h"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>

namespace cork::app {
namespace {

// Puts the process's handling of signals back as it was.
class Signals : public ::testing::Test {
 protected:
  Signals() {
    ::pthread_sigmask(SIG_BLOCK, nullptr, &mask_);
    ::sigaction(SIGPIPE, nullptr, &pipe_);
    block_signals();
  }
  ~Signals() override {
    while (poll_signal(0) != 0) {
    }
    ::sigaction(SIGPIPE, &pipe_, nullptr);
    ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
  }

 private:
  sigset_t mask_{};
  struct sigaction pipe_{};
};

TEST_F(Signals, AreKeptUntilSomebodyWaitsForThem) {
  ASSERT_EQ(::raise(SIGTERM), 0);
  EXPECT_EQ(wait_for_signal(60'000), SIGTERM);
  ASSERT_EQ(::raise(SIGINT), 0);
  EXPECT_EQ(wait_for_signal(60'000), SIGINT);
}

TEST_F(Signals, WaitingEndsWithoutOneToo) {
  EXPECT_EQ(wait_for_signal(1), 0);
}

TEST_F(Signals, PollTakesOneThatIsThereAndDoesNotWaitForMore) {
  EXPECT_EQ(poll_signal(0), 0);
  ASSERT_EQ(::raise(SIGTERM), 0);
  EXPECT_EQ(poll_signal(60'000), SIGTERM);
  EXPECT_EQ(poll_signal(0), 0);
}

TEST_F(Signals, PollWaitsNoLongerThanItWasTold) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(poll_signal(20), 0);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(20));
}

TEST_F(Signals, AHangupIsWaitedForButCutsNoDrainingShort) {
  ASSERT_EQ(::raise(SIGHUP), 0);
  EXPECT_EQ(poll_signal(0), 0);
  EXPECT_EQ(wait_for_signal(60'000), SIGHUP);
}

TEST_F(Signals, ABrokenPipeEndsNothing) {
  EXPECT_EQ(::raise(SIGPIPE), 0);
}

TEST(SignalName, IsTheUsualOne) {
  EXPECT_EQ(signal_name(SIGINT), "SIGINT");
  EXPECT_EQ(signal_name(SIGTERM), "SIGTERM");
  EXPECT_EQ(signal_name(SIGHUP), "SIGHUP");
}

}  // namespace
}  // namespace cork::app
