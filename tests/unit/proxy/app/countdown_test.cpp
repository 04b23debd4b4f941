#include "proxy/app/countdown.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace cork::app {
namespace {

using std::chrono::milliseconds;

TEST(Countdown, EndsTheWaitOnceAllAreDone) {
  const auto left = std::make_shared<Countdown>(2);
  left->one_less();
  EXPECT_FALSE(left->wait_for(milliseconds(1)));
  std::jthread last([left] { left->one_less(); });
  left->wait();
  EXPECT_TRUE(left->wait_for(milliseconds(0)));
}

TEST(Countdown, OfNobodyIsOver) {
  Countdown none(0);
  none.wait();
  EXPECT_TRUE(none.wait_for(milliseconds(0)));
}

}  // namespace
}  // namespace cork::app
