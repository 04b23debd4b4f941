#include "proxy/session/lockout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace cork::session {
namespace {

using testing::HasSubstr;

TEST(Lockout, RefusesEverythingOfALockedBottleAndSaysNothingOfWhatItSent) {
  BottleLimits limits;
  limits.known_hits = 2;
  ledger::Account account(limits);
  const ledger::Time now = std::chrono::steady_clock::now();
  EXPECT_FALSE(account.count_known(now));
  EXPECT_FALSE(lockout("dev", account, now));
  EXPECT_TRUE(account.count_known(now));
  const auto no = lockout("dev", account, now);
  ASSERT_TRUE(no);
  EXPECT_EQ(no->reason, policy::Reason::bottle_limit);
  EXPECT_THAT(no->detail, HasSubstr("bottle 'dev' is locked"));
}

}  // namespace
}  // namespace cork::session
