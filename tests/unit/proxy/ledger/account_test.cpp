#include "proxy/ledger/account.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace cork::ledger {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr Time kStart{std::chrono::hours(1000)};

TEST(Account, GivesUpToItsCapAndTakesBack) {
  Account account({.connections = 2, .handshakes = 1, .exchanges = 1});
  Lease first = account.take(Use::connection);
  {
    const Lease second = account.take(Use::connection);
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(account.take(Use::connection));
    EXPECT_TRUE(account.take(Use::exchange));  // each use has a cap of its own
  }
  EXPECT_TRUE(account.take(Use::connection));
  EXPECT_EQ(account.read().in_use[0], 1U);
  EXPECT_EQ(account.read().refused, 1U);
  first = Lease();
  EXPECT_EQ(account.read().in_use[0], 0U);
}

TEST(Account, AMovedLeaseGivesBackOnce) {
  Account account({.connections = 2, .handshakes = 1, .exchanges = 1});
  Lease first = account.take(Use::connection);
  Lease second = std::move(first);
  EXPECT_FALSE(first);
  EXPECT_TRUE(second);
  EXPECT_EQ(account.read().in_use[0], 1U);
}

TEST(Account, NeverGivesMoreThanItsCapWhoeverAsks) {
  Account account({.connections = 5});
  std::atomic<std::size_t> most = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 20'000; ++round) {
        const Lease one = account.take(Use::connection), two = account.take(Use::connection);
        const std::size_t seen = (one ? 1 : 0) + (two ? 1 : 0);
        if (seen > most) most = seen;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(account.read().in_use[0], 0U);
  EXPECT_GE(most, 1U);
}

TEST(Account, DeniesAtLengthAsOftenAsItsRateAllows) {
  Account account({.denials_per_second = 10, .denials_burst = 3});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(account.may_deny_at_length(kStart)) << i;
  EXPECT_FALSE(account.may_deny_at_length(kStart));
  EXPECT_FALSE(account.may_deny_at_length(kStart + milliseconds(50)));
  EXPECT_TRUE(account.may_deny_at_length(kStart + milliseconds(101)));
  EXPECT_FALSE(account.may_deny_at_length(kStart + milliseconds(120)));
  // A clock that another worker read a little earlier gives nothing and takes nothing.
  EXPECT_FALSE(account.may_deny_at_length(kStart));
  int allowed = 0;
  for (int i = 0; i < 10; ++i) allowed += account.may_deny_at_length(kStart + minutes(5)) ? 1 : 0;
  EXPECT_EQ(allowed, 3);
}

TEST(Account, MayAskCorkAsOftenAsItsRateAllows) {
  Account account({.answers_per_second = 10, .answers_burst = 2});
  EXPECT_TRUE(account.may_ask(kStart));
  EXPECT_TRUE(account.may_ask(kStart));
  EXPECT_FALSE(account.may_ask(kStart));
  EXPECT_TRUE(account.may_ask(kStart + milliseconds(101)));
  EXPECT_TRUE(account.may_deny_at_length(kStart));  // another bucket
}

TEST(Account, KeepsAsManyRefusalsAsItMay) {
  Account account({.refusals_kept = 1});
  account.refusals().keep("01A", "{}");
  account.refusals().keep("01B", "{}");
  EXPECT_FALSE(account.refusals().find("01A"));
  EXPECT_TRUE(account.refusals().find("01B"));
}

TEST(Account, LogsAsManyLeaksPastItsShareAsAMinuteAllows) {
  Account account({.exhausted_leaks_per_minute = 2});
  EXPECT_TRUE(account.may_log_leak(kStart));
  EXPECT_TRUE(account.may_log_leak(kStart));
  EXPECT_FALSE(account.may_log_leak(kStart + milliseconds(59'999)));
  EXPECT_TRUE(account.may_log_leak(kStart + minutes(1)));
  EXPECT_TRUE(account.may_log_leak(kStart + minutes(1)));
  EXPECT_FALSE(account.may_log_leak(kStart + minutes(1)));
}

TEST(Account, KnowsTheNamesOfAnHour) {
  Account account({.names_per_hour = 2});
  EXPECT_TRUE(account.may_name("a.example.com", kStart));
  EXPECT_TRUE(account.may_name("b.example.com", kStart));
  EXPECT_FALSE(account.may_name("c.example.com", kStart + minutes(59)));
  EXPECT_TRUE(account.may_name("a.example.com", kStart + minutes(59)));
  EXPECT_EQ(account.read().names, 2U);
  EXPECT_TRUE(account.may_name("c.example.com", kStart + minutes(61)));
}

TEST(Account, CountsWhatLeftAndWhatWasFound) {
  Account account({});
  account.count_sent(10);
  account.count_sent(5);
  account.count_findings(2);
  account.count_findings(0);
  EXPECT_EQ(account.read().sent_bytes, 15U);
  EXPECT_EQ(account.read().findings, 2U);
}

TEST(Account, DecodersShareTheBottlesBudget) {
  Account account({.decoder_bytes = 100});
  EXPECT_TRUE(account.decoders().take(60));
  EXPECT_FALSE(account.decoders().take(50));
  EXPECT_EQ(account.read().decoder_bytes, 60U);
  account.decoders().give(60);
  EXPECT_TRUE(account.decoders().take(100));
}

TEST(Account, IsLockedByRefusalsOfKnownValuesWithinAWhileUntilAnHourHasPassed) {
  Account account({});
  for (int i = 0; i < 7; ++i) EXPECT_FALSE(account.count_known(kStart + minutes(i)));
  EXPECT_FALSE(account.locked(kStart + minutes(9)));
  EXPECT_TRUE(account.count_known(kStart + minutes(9)));
  EXPECT_TRUE(account.locked(kStart + minutes(9)));
  EXPECT_TRUE(account.locked(kStart + minutes(68)));
  EXPECT_FALSE(account.locked(kStart + minutes(69)));
}

TEST(Account, IsNotLockedByFewOfThemOrSlowOnes) {
  Account account({});
  for (int i = 0; i < 40; ++i) EXPECT_FALSE(account.count_known(kStart + minutes(2 * i))) << i;
}

TEST(Account, IsUnlockedByAnOperatorAndLockedAfterAsManyAsItIsTold) {
  Account account({});
  account.lock_after(2);
  EXPECT_FALSE(account.count_known(kStart));
  EXPECT_TRUE(account.count_known(kStart));
  account.unlock();
  EXPECT_FALSE(account.locked(kStart));
  EXPECT_FALSE(account.count_known(kStart));
  account.lock_after(std::nullopt);
  EXPECT_FALSE(account.count_known(kStart));
}

TEST(Account, IsLockedByManyDifferentMasksAndNotByTheSameOneAgain) {
  Account account({});
  account.lock_after(3);
  const auto masked = [&](std::vector<Fingerprint> prints, int minute) {
    return account.count_masked(prints, kStart + minutes(minute));
  };
  for (int turn = 0; turn < 20; ++turn) EXPECT_FALSE(masked({{1}, {2}, {1}}, turn)) << turn;
  EXPECT_TRUE(masked({{3}}, 21));
  EXPECT_TRUE(account.locked(kStart + minutes(22)));
  account.unlock();
  EXPECT_FALSE(masked({{1}, {2}}, 30));
  EXPECT_FALSE(masked({{3}}, 45));  // the others are long ago
}

TEST(Use, HasANameForEach) {
  EXPECT_EQ(name_of(Use::connection), "connections");
  EXPECT_EQ(name_of(Use::handshake), "handshakes");
  EXPECT_EQ(name_of(Use::exchange), "exchanges");
}

}  // namespace
}  // namespace cork::ledger
