#include "proxy/session/identity.h"

#include "tests/support/test_worker.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace cork::session {
namespace {

using policy::Identified;
using Kind = Identified::Kind;

constexpr const char* kDev = "Basic ZGV2OnB3";       // dev:pw
constexpr const char* kDocs = "Basic ZG9jczpwdw==";  // docs:pw

policy::Conditions named(const char* user) {
  return {.clients = {},
          .users = {},
          .proxy_user = policy::ProxyUser{user, policy::CredentialDigest::of(user, "pw")}};
}

policy::Peer peer() {
  return {IpAddress::parse("192.0.2.1").value(), IpAddress::parse("192.0.2.2").value(), {}};
}

class IdentityTest : public ::testing::Test {
 protected:
  IdentityTest() { set({{0, named("dev")}, {1, named("docs")}}); }
  void set(std::vector<policy::Door::Bottle> behind) {
    auto next = std::make_shared<Snapshot>(*test.snapshot);
    next->bottles = {policy::Bottle("dev", policy::Mode::enforce, {}, {}),
                     policy::Bottle("docs", policy::Mode::enforce, {}, {})};
    next->accounts = {&test.ledger.of("dev"), &test.ledger.of("docs")};
    next->doors = {policy::Door({}, std::move(behind))};
    if (started_) test.worker().adopt(next);
    test.snapshot = next;
    started_ = true;
    (void)test.worker();
  }
  std::size_t connections(ledger::Account& account) { return account.read().in_use[0]; }
  static std::vector<Field> says(const char* value) { return {{"proxy-authorization", value}}; }
  test::TestWorker test;
  bool started_ = false;
};

TEST_F(IdentityTest, IsKnownAtOnceWhereTheAddressTells) {
  set({{1, {.clients = {Cidr::parse("192.0.2.0/24").value()}, .users = {}, .proxy_user = {}}}});
  const Identity identity(test.worker(), 0, peer());
  EXPECT_EQ(identity.bottle(), 1U);
  EXPECT_EQ(identity.name(), "docs");
  EXPECT_EQ(connections(test.ledger.of("docs")), 1U);
  EXPECT_EQ(connections(test.ledger.of_door(0)), 0U);
}

TEST_F(IdentityTest, CountsAtTheDoorUntilItIsKnownAndThenAsTheBottles) {
  {
    Identity identity(test.worker(), 0, peer());
    EXPECT_EQ(identity.bottle(), std::nullopt);
    EXPECT_EQ(identity.name(), "");
    EXPECT_EQ(connections(test.ledger.of_door(0)), 1U);
    EXPECT_EQ(identity.ask({}).kind, Kind::needs_credentials);
    EXPECT_EQ(identity.ask(says("Basic eA==")).kind, Kind::nobody);
    const auto fields = says(kDev);
    const Identified who = identity.ask(fields);
    ASSERT_EQ(who, (Identified{Kind::bottle, 0}));
    EXPECT_TRUE(identity.become(who.bottle));
    EXPECT_EQ(identity.name(), "dev");
    EXPECT_EQ(connections(test.ledger.of_door(0)), 0U);
    EXPECT_EQ(connections(test.ledger.of("dev")), 1U);
  }
  EXPECT_EQ(connections(test.ledger.of("dev")), 0U);
}

TEST_F(IdentityTest, OneSourceCannotTakeAllThatADoorHasForThoseWhoHaveNotSaid) {
  const policy::Peer other{IpAddress::parse("192.0.2.9").value(), {}, {}};
  const std::size_t most = test.ledger.of_door(0).limits().unidentified_per_source;
  ASSERT_LT(most, test.ledger.of_door(0).limits().unidentified);
  std::deque<Identity> silent;
  for (std::size_t i = 0; i < most; ++i) {
    EXPECT_TRUE(silent.emplace_back(test.worker(), 0, peer()).counted()) << i;
  }
  EXPECT_FALSE(Identity(test.worker(), 0, peer()).counted());
  EXPECT_EQ(connections(test.ledger.of_door(0)), most) << "what is refused holds no place";
  EXPECT_TRUE(Identity(test.worker(), 0, other).counted());
  // Who has said it makes room for the next of his address.
  ASSERT_TRUE(silent.front().become(silent.front().ask(says(kDev)).bottle));
  EXPECT_TRUE(Identity(test.worker(), 0, peer()).counted());
  silent.clear();
  EXPECT_EQ(test.ledger.of_door(0).sources().count(), 0U);
}

TEST(PlaceOf, IsTheAddressHoweverItIsSpelledOrTheUser) {
  EXPECT_EQ(place_of({IpAddress::parse("::ffff:192.0.2.1").value(), {}, {}}), "192.0.2.1");
  EXPECT_EQ(place_of({{}, {}, 1002}), "user 1002");
  EXPECT_EQ(place_of({}), "a user the kernel does not name");
}

TEST_F(IdentityTest, StandsAsLongAsWhatWasPresentedMeansTheSame) {
  Identity identity(test.worker(), 0, peer());
  EXPECT_TRUE(identity.stands()) << "nothing to fall";
  ASSERT_TRUE(identity.become(identity.ask(says(kDev)).bottle));
  (void)identity.ask({});  // what came later and was refused does not change whose it is
  EXPECT_TRUE(identity.stands());
  set({{0, named("dev")}});
  EXPECT_TRUE(identity.stands());
  set({{1, named("dev")}});
  EXPECT_FALSE(identity.stands());
  EXPECT_EQ(identity.again(), Identified{});
  set({{1, named("docs")}});
  EXPECT_FALSE(identity.stands());
  set({});
  EXPECT_FALSE(identity.stands());
}

TEST_F(IdentityTest, MayBecomeAnotherBottlesWithTheNextRequest) {
  Identity identity(test.worker(), 0, peer());
  ASSERT_TRUE(identity.become(identity.ask(says(kDev)).bottle));
  const Identified who = identity.ask(says(kDocs));
  ASSERT_EQ(who, (Identified{Kind::bottle, 1}));
  ASSERT_TRUE(identity.become(who.bottle));
  EXPECT_EQ(connections(test.ledger.of("dev")), 0U);
  EXPECT_EQ(connections(test.ledger.of("docs")), 1U);
}

TEST(PresentedBy, MoreThanOneFieldIsWrong) {
  const std::vector<Field> none{{"Authorization", kDev}};
  EXPECT_FALSE(presented_by(none).any);
  const std::vector<Field> one{{"Proxy-Authorization", kDev}};
  EXPECT_TRUE(presented_by(one).any);
  EXPECT_TRUE(presented_by(one).digest.has_value());
  const std::vector<Field> two{{"Proxy-Authorization", kDev}, {"proxy-authorization", kDev}};
  EXPECT_TRUE(presented_by(two).any);
  EXPECT_FALSE(presented_by(two).digest.has_value());
}

}  // namespace
}  // namespace cork::session
