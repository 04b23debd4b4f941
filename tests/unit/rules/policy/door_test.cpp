#include "rules/policy/door.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace cork::policy {
namespace {

using Kind = Identified::Kind;

constexpr Identified kNobody{Kind::nobody, 0};
constexpr Identified kNeedsCredentials{Kind::needs_credentials, 0};
constexpr Identified bottle(std::size_t index) {
  return {Kind::bottle, index};
}

std::vector<Cidr> blocks(std::initializer_list<std::string_view> texts) {
  std::vector<Cidr> read;
  for (const auto text : texts) read.push_back(Cidr::parse(text).value());
  return read;
}

Conditions from(std::initializer_list<std::string_view> texts) {
  return {.clients = blocks(texts)};
}

Conditions named(std::string_view user, std::string_view password,
                 std::initializer_list<std::string_view> texts = {}) {
  return {.clients = blocks(texts),
          .users = {},
          .proxy_user = ProxyUser{std::string(user), CredentialDigest::of(user, password)}};
}

Conditions uids(std::vector<std::uint32_t> users) {
  return {.clients = {}, .users = std::move(users), .proxy_user = {}};
}

Peer at(std::string_view address, std::string_view local = "127.0.0.1") {
  return {IpAddress::parse(address).value(), IpAddress::parse(local).value(), {}};
}

Peer user(std::uint32_t uid) {
  return {{}, {}, uid};
}

Presented says(std::string_view name, std::string_view password) {
  return {true, CredentialDigest::of(name, password)};
}
const Presented kSilent{};
const Presented kMalformed{true, std::nullopt};

TEST(Door, ThatNobodyConfiguredKnowsNobody) {
  EXPECT_EQ(Door().identify(at("127.0.0.1"), kSilent), kNobody);
  EXPECT_EQ(Door().identify(user(0), says("dev", "word")), kNobody);
  EXPECT_EQ(Door().identify({}, kSilent), kNobody);
}

TEST(Door, OfOneBottleWithoutConditionsTakesEverybodyAndReadsNoCredentials) {
  const Door door({}, {{3, {}}});
  EXPECT_EQ(door.identify(at("192.0.2.1"), kSilent), bottle(3));
  EXPECT_EQ(door.identify(at("192.0.2.1"), says("any", "thing")), bottle(3));
  EXPECT_EQ(door.identify(user(1000), kMalformed), bottle(3));
}

TEST(Door, TellsBottlesApartByAddress) {
  const Door door({}, {{0, from({"10.1.0.0/16", "2001:db8::/64"})}, {1, from({"10.2.0.0/16"})}});
  EXPECT_EQ(door.identify(at("10.1.2.3"), kSilent), bottle(0));
  EXPECT_EQ(door.identify(at("2001:db8::7"), kSilent), bottle(0));
  EXPECT_EQ(door.identify(at("10.2.0.0"), kSilent), bottle(1));
  EXPECT_EQ(door.identify(at("10.3.0.1"), kSilent), kNobody);
  EXPECT_EQ(door.identify(at("10.3.0.1"), says("dev", "word")), kNobody);
  EXPECT_EQ(door.identify(user(1000), kSilent), kNobody);
}

TEST(Door, ComparesAMappedSourceAsIpv4) {
  const Door door({}, {{0, from({"10.1.0.0/16"})}});
  EXPECT_EQ(door.identify(at("::ffff:10.1.0.9"), kSilent), bottle(0));
  EXPECT_EQ(door.identify(at("::ffff:10.2.0.9"), kSilent), kNobody);
}

TEST(Door, TellsBottlesApartByCredentials) {
  const Door door({}, {{0, named("dev", "one")}, {1, named("ops", "two")}});
  EXPECT_EQ(door.identify(at("10.0.0.1"), says("dev", "one")), bottle(0));
  EXPECT_EQ(door.identify(at("10.0.0.1"), says("ops", "two")), bottle(1));
  EXPECT_EQ(door.identify(at("10.0.0.1"), kSilent), kNeedsCredentials);
}

// 407 is for missing credentials alone: what was wrong is not asked for again.
TEST(Door, AnswersWrongPasswordUnknownUserAndMalformedAlike) {
  const Door door({}, {{0, named("dev", "one")}, {1, named("ops", "two")}});
  for (const Presented& wrong : {says("dev", "two"), says("nobody", "one"), says("", ""),
                                 says("dev", "one "), says("dev:one", ""), kMalformed}) {
    EXPECT_EQ(door.identify(at("10.0.0.1"), wrong), kNobody);
  }
}

TEST(Door, WantsBothWhereBothAreConditions) {
  const Door door({}, {{0, named("dev", "one", {"10.1.0.0/16"})},
                       {1, named("ops", "two", {"10.2.0.0/16"})},
                       {2, named("dev", "three", {"10.3.0.0/16"})}});
  EXPECT_EQ(door.identify(at("10.1.0.1"), says("dev", "one")), bottle(0));
  EXPECT_EQ(door.identify(at("10.2.0.1"), says("dev", "one")), kNobody) << "right, elsewhere";
  EXPECT_EQ(door.identify(at("10.3.0.1"), says("dev", "one")), kNobody);
  EXPECT_EQ(door.identify(at("10.3.0.1"), says("dev", "three")), bottle(2));
  EXPECT_EQ(door.identify(at("10.1.0.1"), kSilent), kNeedsCredentials);
  EXPECT_EQ(door.identify(at("10.9.0.1"), kSilent), kNobody) << "they would not help";
}

TEST(Door, AsksNoCredentialsOfWhoTheAddressSaysEnoughOf) {
  const Door door({}, {{0, from({"10.1.0.0/16"})}, {1, named("ops", "two", {"10.2.0.0/16"})}});
  EXPECT_EQ(door.identify(at("10.1.0.1"), kSilent), bottle(0));
  EXPECT_EQ(door.identify(at("10.1.0.1"), says("ops", "two")), bottle(0)) << "not looked at";
  EXPECT_EQ(door.identify(at("10.2.0.1"), kSilent), kNeedsCredentials);
}

TEST(Door, TellsTheUsersOfAUnixSocketApart) {
  const Door door({}, {{0, uids({1000, 1001})}, {1, uids({0})}});
  EXPECT_EQ(door.identify(user(1001), kSilent), bottle(0));
  EXPECT_EQ(door.identify(user(0), kSilent), bottle(1));
  EXPECT_EQ(door.identify(user(1002), kSilent), kNobody);
  EXPECT_EQ(door.identify({}, kSilent), kNobody) << "the kernel did not say";
}

// A reload may narrow a listener on every address to one: what came by another is nobody's.
TEST(Door, ThatListensAtOneAddressKnowsNobodyWhoCameToAnother) {
  const Door door(IpAddress::parse("127.0.0.1").value(), {{0, {}}});
  EXPECT_EQ(door.identify(at("10.0.0.1", "127.0.0.1"), kSilent), bottle(0));
  EXPECT_EQ(door.identify(at("10.0.0.1", "::ffff:127.0.0.1"), kSilent), bottle(0));
  EXPECT_EQ(door.identify(at("10.0.0.1", "127.0.0.2"), kSilent), kNobody);
}

TEST(Clash, IsThereWhereAClientCouldBeBoth) {
  const std::tuple<Conditions, Conditions, Clash, const char*> rows[] = {
      {{}, {}, Clash::open, "nothing tells them apart"},
      {from({"10.1.0.0/16"}), from({"10.2.0.0/16"}), Clash::none, "addresses"},
      {from({"10.1.0.0/16"}), from({"10.0.0.0/8"}), Clash::open, "one block within the other"},
      {from({"10.1.0.0/16", "10.9.0.0/16"}), from({"10.2.0.0/16", "10.9.1.0/24"}), Clash::open,
       "the second blocks"},
      {from({"10.1.0.0/16"}), {}, Clash::open, "no clients means every client"},
      {from({"0.0.0.0/0"}), from({"::/0"}), Clash::none, "IPv4 and IPv6"},
      {named("a", "x"), named("b", "x"), Clash::none, "users, even with one password"},
      {named("a", "x"), named("a", "y"), Clash::same_user, "one user, two passwords"},
      {named("a", "x", {"10.1.0.0/16"}), named("a", "x", {"10.2.0.0/16"}), Clash::none,
       "one user in two places"},
      {named("a", "x", {"10.1.0.0/16"}), named("a", "y", {"10.1.2.0/24"}), Clash::same_user,
       "one user in one place"},
      {named("a", "x"), {}, Clash::open, "one that asks for none takes the other's clients"},
      {named("a", "x", {"10.1.0.0/16"}), from({"10.1.0.0/16"}), Clash::open, "the same, narrower"},
      {named("a", "x", {"10.1.0.0/16"}), from({"10.2.0.0/16"}), Clash::none, "but not elsewhere"},
      {uids({1, 2}), uids({3}), Clash::none, "users of the system"},
      {uids({1, 2}), uids({2}), Clash::open, "user 2 is both"},
      {uids({1}), {}, Clash::open, "no users means every user"},
  };
  for (const auto& [a, b, expected, why] : rows) {
    EXPECT_EQ(clash(a, b), expected) << why;
    EXPECT_EQ(clash(b, a), expected) << why << ", the other way round";
  }
}

// What clash() promises: a client for whom two bottles could be meant exists in none of the pairs
// that it lets pass.
TEST(Clash, NoneMeansThatEveryClientIsOneBottlesAtMost) {
  const Conditions all[] = {{},
                            from({"10.1.0.0/16"}),
                            from({"10.2.0.0/16"}),
                            named("a", "x"),
                            named("b", "y"),
                            named("a", "z", {"10.2.0.0/16"}),
                            named("a", "x", {"10.1.0.0/16"})};
  const Presented everything[] = {kSilent, kMalformed, says("a", "x"), says("b", "y"),
                                  says("a", "z")};
  int pairs = 0;
  for (const Conditions& a : all) {
    for (const Conditions& b : all) {
      if (clash(a, b) != Clash::none) continue;
      ++pairs;
      const Door one_way({}, {{0, a}, {1, b}}), other_way({}, {{1, b}, {0, a}});
      for (const char* address : {"10.1.0.1", "10.2.0.1", "10.3.0.1"}) {
        for (const Presented& presented : everything) {
          EXPECT_EQ(one_way.identify(at(address), presented),
                    other_way.identify(at(address), presented));
        }
      }
    }
  }
  EXPECT_GT(pairs, 4);
}

TEST(Door, MeetsStrangersWhereNoBottleTakesEveryone) {
  EXPECT_TRUE(Door().may_meet_strangers());
  const Conditions some{.clients = {*Cidr::parse("10.0.0.0/8")}};
  EXPECT_TRUE(Door(std::nullopt, {{0, some}}).may_meet_strangers());
  EXPECT_FALSE(Door(std::nullopt, {{0, Conditions{}}}).may_meet_strangers());
}

}  // namespace
}  // namespace cork::policy
