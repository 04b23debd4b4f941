#include "proxy/ledger/ledger.h"

#include <gtest/gtest.h>

namespace cork::ledger {
namespace {

TEST(Ledger, ABottleHasOneAccountWhoeverAsks) {
  Ledger ledger({.connections = 1}, 100);
  Account& dev = ledger.of("dev");
  const Lease lease = dev.take(Use::connection);
  EXPECT_FALSE(ledger.of("dev").take(Use::connection));
  EXPECT_TRUE(ledger.of("ops").take(Use::connection));
  EXPECT_EQ(&ledger.of("dev"), &dev);
}

TEST(Ledger, WhoeverHasNotSaidWhoseHeIsCountsAtHisDoor) {
  Ledger ledger({.connections = 5, .unidentified = 1}, 100);
  const Lease lease = ledger.of_door(0).take(Use::connection);
  EXPECT_TRUE(lease);
  EXPECT_FALSE(ledger.of_door(0).take(Use::connection));
  EXPECT_TRUE(ledger.of_door(1).take(Use::connection));
  EXPECT_TRUE(ledger.of("dev").take(Use::connection)) << "a bottle's own are others";
}

TEST(Ledger, KeepsNoRefusalsOfWhomNobodyCanAskFor) {
  Ledger ledger({}, 100);
  ledger.of_door(0).refusals().keep("01A", "{}");
  EXPECT_FALSE(ledger.of_door(0).refusals().find("01A"));
}

TEST(Ledger, AllBottlesTogetherHaveACapToo) {
  Ledger ledger({}, 1);
  const Lease lease = ledger.all().take(Use::connection);
  EXPECT_TRUE(lease);
  EXPECT_FALSE(ledger.all().take(Use::connection));
}

}  // namespace
}  // namespace cork::ledger
