#include "base/nat64.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace cork {
namespace {

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

std::vector<std::string> found_in(const std::vector<std::string>& answers) {
  std::vector<IpAddress> addresses;
  for (const auto& text : answers) addresses.push_back(ip(text));
  std::vector<std::string> found;
  for (const auto& prefix : nat64_prefixes(addresses)) found.push_back(prefix.block().to_string());
  return found;
}

using Texts = std::vector<std::string>;

struct Example {
  int length;
  const char* prefix;
  const char* embedding;
};

// RFC 6052, section 2.4: 192.0.2.33 under each prefix length.
constexpr Example kExamples[] = {
    {32, "2001:db8::/32", "2001:db8:c000:221::"},
    {40, "2001:db8:100::/40", "2001:db8:1c0:2:21::"},
    {48, "2001:db8:122::/48", "2001:db8:122:c000:2:2100::"},
    {56, "2001:db8:122:300::/56", "2001:db8:122:3c0:0:221::"},
    {64, "2001:db8:122:344::/64", "2001:db8:122:344:c0:2:2100::"},
    {96, "2001:db8:122:344::/96", "2001:db8:122:344::c000:221"},
};

TEST(Nat64Prefix, EmbedsAnAddressAsRfc6052ShowsForAllSixLengths) {
  for (const Example& one : kExamples) {
    const auto prefix = Nat64Prefix::around(ip(one.embedding), one.length);
    ASSERT_TRUE(prefix) << one.prefix;
    EXPECT_EQ(prefix->block().to_string(), one.prefix);
    EXPECT_EQ(prefix->embedded(ip(one.embedding)), ip("192.0.2.33")) << one.prefix;
  }
}

TEST(Nat64Prefix, HasNoOtherLengthAndNoIpv4) {
  for (const int length : {0, 31, 33, 63, 95, 97, 128}) {
    EXPECT_FALSE(Nat64Prefix::around(ip("2001:db8::1"), length)) << length;
  }
  EXPECT_FALSE(Nat64Prefix::around(ip("192.0.2.1"), 32));
}

TEST(Nat64Prefix, SaysNothingOfAddressesOutside) {
  const auto prefix = Nat64Prefix::around(ip("64:ff9b::"), 96).value();
  EXPECT_EQ(prefix.embedded(ip("64:ff9b::a00:1")), ip("10.0.0.1"));
  EXPECT_FALSE(prefix.embedded(ip("64:ff9b:1::a00:1")));
  EXPECT_FALSE(prefix.embedded(ip("10.0.0.1")));
}

// RFC 7050: 192.0.0.170 and .171 behind the prefix give it away.
TEST(Nat64Discovery, FindsThePrefixOfEachLength) {
  EXPECT_EQ(found_in({"64:ff9b::c000:aa"}), Texts{"64:ff9b::/96"});
  EXPECT_EQ(found_in({"2001:db8:64::c000:ab"}), Texts{"2001:db8:64::/96"});
  EXPECT_EQ(found_in({"2001:db8:122:344:c0:0:aa00:0"}), Texts{"2001:db8:122:344::/64"});
  EXPECT_EQ(found_in({"2001:db8:122:3c0:0:aa::"}), Texts{"2001:db8:122:300::/56"});
  EXPECT_EQ(found_in({"2001:db8:122:c000:0:aa00::"}), Texts{"2001:db8:122::/48"});
  EXPECT_EQ(found_in({"2001:db8:1c0:0:aa::"}), Texts{"2001:db8:100::/40"});
  EXPECT_EQ(found_in({"2001:db8:c000:aa::"}), Texts{"2001:db8::/32"});
}

TEST(Nat64Discovery, ListsEachPrefixOnceTheLongestFirst) {
  EXPECT_EQ(found_in({"192.0.0.170", "2001:db8:c000:aa::", "64:ff9b::c000:aa", "64:ff9b::c000:ab",
                      "192.0.0.171"}),
            (Texts{"64:ff9b::/96", "2001:db8::/32"}));
}

TEST(Nat64Discovery, FindsNothingWhereThereIsNoTranslator) {
  EXPECT_EQ(found_in({}), Texts{});
  EXPECT_EQ(found_in({"192.0.0.170", "192.0.0.171"}), Texts{});
  EXPECT_EQ(found_in({"2001:db8::1", "64:ff9b::c000:a9"}), Texts{});
}

// A resolver that lies must not make such an address another one.
TEST(Nat64Discovery, TakesNoPrefixThatNoTranslatorCanHave) {
  EXPECT_EQ(found_in({"::ffff:192.0.0.170", "::c000:aa", "fe80::c000:aa", "ff02::c000:aa",
                      "fec0::c000:ab", "2001:db8:c000:aa:0100::", "2001:db8:c000:aa::1"}),
            Texts{});
}

TEST(Nat64Discovery, KeepsABoundedNumber) {
  Texts answers;
  for (int i = 0; i < 100; ++i) answers.push_back("2001:db8:" + std::to_string(i) + "::c000:aa");
  EXPECT_EQ(found_in(answers).size(), kMostNat64Prefixes);
}

}  // namespace
}  // namespace cork
