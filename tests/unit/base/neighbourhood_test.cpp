#include "base/neighbourhood.h"

#include <gtest/gtest.h>

#include <string_view>

namespace cork {
namespace {

using enum AddressClass;

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

Neighbourhood with_nat64(std::string_view prefix, int length) {
  return {{}, {Nat64Prefix::around(ip(prefix), length).value()}};
}

struct Case {
  const char* address;
  AddressClass kind;
};

TEST(Neighbourhood, ThatIsUnknownChangesNothing) {
  const Neighbourhood around;
  for (const char* text : {"8.8.8.8", "10.0.0.1", "64:ff9b::808:808", "2606:4700::1"}) {
    EXPECT_EQ(around.classify(ip(text)), classify(ip(text))) << text;
    EXPECT_EQ(around.reached(ip(text)), ip(text));
  }
}

// Every interface's own network; what is special already keeps its name.
TEST(Neighbourhood, AnOnLinkAddressIsANeighbourEvenWhereItIsPublic) {
  const Neighbourhood around({Cidr::parse("127.0.0.0/8").value(), Cidr::parse("8.8.8.0/24").value(),
                              Cidr::parse("10.1.0.0/16").value(), Cidr::parse("9.9.9.9").value(),
                              Cidr::parse("2606:4700:1::/64").value()},
                             {});
  constexpr Case cases[] = {
      {"8.8.8.8", on_link},          {"8.8.8.255", on_link},         {"8.8.9.1", global},
      {"9.9.9.9", on_link},          {"9.9.9.10", global},           {"10.1.2.3", private_use},
      {"127.0.0.1", loopback},       {"2606:4700:1::5", on_link},    {"2606:4700:2::5", global},
      {"169.254.169.254", metadata}, {"::ffff:8.8.8.8", transition},
  };
  for (const Case& c : cases) EXPECT_EQ(around.classify(ip(c.address)), c.kind) << c.address;
}

TEST(Neighbourhood, AnAddressBehindNat64IsJudgedByTheOneEmbeddedInIt) {
  const Neighbourhood around = with_nat64("64:ff9b::", 96);
  constexpr Case cases[] = {
      {"64:ff9b::808:808", global},       {"64:ff9b::a00:1", private_use},
      {"64:ff9b::7f00:1", loopback},      {"64:ff9b::a9fe:a9fe", metadata},
      {"64:ff9b::c0a8:101", private_use}, {"64:ff9b::", unspecified},
      {"64:ff9b:1::808:808", transition}, {"2606:4700::a00:1", global},
  };
  for (const Case& c : cases) EXPECT_EQ(around.classify(ip(c.address)), c.kind) << c.address;
  EXPECT_EQ(around.reached(ip("64:ff9b::808:808")), ip("8.8.8.8"));
}

TEST(Neighbourhood, APublicPrefixOfTheNetworksOwnHidesNoPrivateAddress) {
  const Neighbourhood around = with_nat64("2606:4700:64::", 48);
  EXPECT_EQ(around.classify(ip("2606:4700:64:a00:0:100::")), private_use);
  EXPECT_EQ(around.classify(ip("2606:4700:64:a9fe:a9:fe00::")), metadata);
  EXPECT_EQ(around.classify(ip("2606:4700:64:808:8:800::")), global);
}

TEST(Neighbourhood, ANeighbourBehindNat64IsANeighbour) {
  const Neighbourhood around({Cidr::parse("8.8.8.0/24").value()},
                             {Nat64Prefix::around(ip("64:ff9b::"), 96).value()});
  EXPECT_EQ(around.classify(ip("64:ff9b::808:808")), on_link);
}

TEST(Neighbourhood, TheLongestPrefixDecides) {
  const Neighbourhood around({}, {Nat64Prefix::around(ip("2606:4700::"), 32).value(),
                                  Nat64Prefix::around(ip("2606:4700:0:1::"), 96).value()});
  EXPECT_EQ(around.reached(ip("2606:4700:0:1::808:808")), ip("8.8.8.8"));
  EXPECT_EQ(around.reached(ip("2606:4700:a00:1::")), ip("10.0.0.1"));
}

}  // namespace
}  // namespace cork
