#include "base/ip_address.h"

#include <gtest/gtest.h>

namespace cork {
namespace {

TEST(IpAddress, ReadsAndWritesTheCanonicalText) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"192.0.2.1", "192.0.2.1"},
      {"::", "::"},
      {"::1", "::1"},
      {"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},  // RFC 5952: the first of the longest runs
      {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
      {"2001:0db8::0001", "2001:db8::1"},
      {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
      {"::ffff:c000:0201", "::ffff:192.0.2.1"},
      {"fe80::a", "fe80::a"},
      {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
  };
  for (const auto& [text, canonical] : cases) {
    const Result<IpAddress> address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), canonical);
    EXPECT_EQ(IpAddress::parse(address->to_string()).value(), *address);
  }
}

TEST(IpAddress, AMappedAddressStandsForTheIpv4AddressThatIsReached) {
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.1")->unmapped(), *IpAddress::parse("192.0.2.1"));
  for (const std::string_view text : {"192.0.2.1", "::1", "::192.0.2.1", "64:ff9b::c000:201"}) {
    EXPECT_EQ(IpAddress::parse(text)->unmapped(), *IpAddress::parse(text)) << text;
  }
}

TEST(IpAddress, RefusesEverythingThatInetAtonWouldGuessAt) {
  const std::string_view cases[] = {
      "",           "1",          "127.1",      "127.0.1",    "0x7f.0.0.1",    "0177.0.0.1",
      "127.0.0.01", "127.0.0.1.", ".127.0.0.1", "127..0.1",   "256.0.0.1",     "1.2.3.4.5",
      "1.2.3.-4",   "+1.2.3.4",   "1.2.3.4 ",   " 1.2.3.4",   "2130706433",    "1.2.3.4/32",
      "1.2.3.999",  "1.2.3.4\n",  "00.0.0.0",   "1.2.3.0004", "\xD9\xA1.1.1.1"};
  for (const std::string_view text : cases) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0", 8)));
}

TEST(IpAddress, RefusesIpv6ThatIsNotRfc4291Text) {
  const std::string_view cases[] = {":",
                                    ":::",
                                    "1::2::3",
                                    "1:2:3:4:5:6:7",
                                    "1:2:3:4:5:6:7:8:9",
                                    "12345::",
                                    "g::",
                                    "::1%lo",
                                    "::1%25lo",
                                    "[::1]",
                                    "::1/128",
                                    "::1.2.3",
                                    "::01.2.3.4",
                                    "::1.2.3.4.5",
                                    "1::1.2.3.4:5",
                                    ":1:2:3:4:5:6:7:8",
                                    "1:2:3:4:5:6:7:8:",
                                    " ::1",
                                    "::0x1"};
  for (const std::string_view text : cases) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view("::1\0.evil", 9)));
  EXPECT_FALSE(IpAddress::parse(std::string(5000, ':')));
}

TEST(IpAddress, SaysWhyAZoneOrBracketsAreRefused) {
  EXPECT_NE(IpAddress::parse("fe80::1%eth0").error().what.find("zone"), std::string::npos);
  EXPECT_NE(IpAddress::parse("[::1]").error().what.find("brackets"), std::string::npos);
}

TEST(IpAddress, GivesItsBytesInNetworkOrder) {
  const IpAddress v4 = IpAddress::v4({192, 0, 2, 1});
  ASSERT_EQ(v4.octets().size(), 4u);
  EXPECT_EQ(v4.octets()[3], 1);
  EXPECT_TRUE(v4.is_v4());
  const IpAddress v6 = IpAddress::v6({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9});
  ASSERT_EQ(v6.octets().size(), 16u);
  EXPECT_EQ(v6.to_string(), "2001:db8::9");
  EXPECT_EQ(IpAddress(), IpAddress::v4({0, 0, 0, 0}));
  EXPECT_NE(IpAddress(), IpAddress::v6({}));
}

bool contains(std::string_view block, std::string_view address) {
  return Cidr::parse(block).value().contains(IpAddress::parse(address).value());
}

TEST(Cidr, ContainsItsAddressesAndNoOthers) {
  EXPECT_TRUE(contains("10.0.0.0/8", "10.0.0.0"));
  EXPECT_TRUE(contains("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(contains("10.0.0.0/8", "11.0.0.0"));
  EXPECT_FALSE(contains("10.0.0.0/8", "9.255.255.255"));
  EXPECT_TRUE(contains("172.16.0.0/12", "172.31.255.255"));
  EXPECT_FALSE(contains("172.16.0.0/12", "172.32.0.0"));
  EXPECT_TRUE(contains("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(contains("192.0.2.7", "192.0.2.6"));
  EXPECT_TRUE(contains("0.0.0.0/0", "255.1.2.3"));
  EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(contains("::/0", "ff02::1"));
  EXPECT_TRUE(contains("::1", "::1"));
  EXPECT_FALSE(contains("::1", "::"));
}

TEST(Cidr, NeverMixesTheFamilies) {
  EXPECT_FALSE(contains("10.0.0.0/8", "::ffff:10.0.0.1"));
  EXPECT_FALSE(contains("0.0.0.0/0", "::"));
  EXPECT_FALSE(contains("::/0", "10.0.0.1"));
  EXPECT_FALSE(contains("::ffff:0:0/96", "10.0.0.1"));
}

TEST(Cidr, KnowsWhenItIsOneAddress) {
  EXPECT_TRUE(Cidr::parse("10.0.0.1")->is_single_address());
  EXPECT_TRUE(Cidr::parse("::1/128")->is_single_address());
  EXPECT_FALSE(Cidr::parse("10.0.0.0/31")->is_single_address());
  EXPECT_FALSE(Cidr::parse("2001:db8::/32")->is_single_address());
}

TEST(Cidr, NamesTheBlockThatWasProbablyMeant) {
  const Result<Cidr> block = Cidr::parse("10.1.2.3/8");
  ASSERT_FALSE(block);
  EXPECT_EQ(block.error().what,
            "10.1.2.3/8 has bits set behind its prefix: write 10.0.0.0/8 for the block, or "
            "10.1.2.3/32 for that address");
  EXPECT_NE(Cidr::parse("2001:db8::1/64").error().what.find("2001:db8::/64"), std::string::npos);
}

TEST(Cidr, RefusesPrefixesThatAreNotPlainNumbersInRange) {
  for (const std::string_view text :
       {"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/8 ",
        "10.0.0.0/8/8", "10.0.0.0/255.0.0.0", "::/129", "::/1280000000000", "/8", "10/8", ""}) {
    EXPECT_FALSE(Cidr::parse(text)) << text;
  }
}

TEST(Cidr, MeetsABlockThatHasAnAddressInCommonWithIt) {
  struct Row {
    std::string_view a, b;
    bool expected;
  };
  for (const Row& row :
       {Row{"10.0.0.0/8", "10.1.0.0/16", true}, Row{"10.0.0.0/8", "10.0.0.0/8", true},
        Row{"10.0.0.0/9", "10.128.0.0/9", false}, Row{"0.0.0.0/0", "192.0.2.1/32", true},
        Row{"192.0.2.1/32", "192.0.2.2/32", false}, Row{"::/0", "192.0.2.1/32", false},
        Row{"::/0", "2001:db8::/32", true}, Row{"::ffff:10.0.0.0/104", "10.0.0.0/8", false}}) {
    const Cidr a = *Cidr::parse(row.a), b = *Cidr::parse(row.b);
    EXPECT_EQ(a.meets(b), row.expected) << row.a << " " << row.b;
    EXPECT_EQ(b.meets(a), row.expected) << row.b << " " << row.a;
  }
}

TEST(Cidr, WritesItsCanonicalText) {
  EXPECT_EQ(Cidr::parse("2001:DB8::/32")->to_string(), "2001:db8::/32");
  EXPECT_EQ(Cidr::parse("192.0.2.7")->to_string(), "192.0.2.7/32");
}

TEST(Cidr, AroundAnAddressHasNoBitsBehindItsPrefix) {
  const auto around = [](std::string_view text, int prefix) {
    return Cidr::around(IpAddress::parse(text).value(), prefix).to_string();
  };
  EXPECT_EQ(around("10.1.2.3", 8), "10.0.0.0/8");
  EXPECT_EQ(around("10.1.2.3", 32), "10.1.2.3/32");
  EXPECT_EQ(around("10.1.2.3", 99), "10.1.2.3/32");
  EXPECT_EQ(around("10.1.2.3", -1), "0.0.0.0/0");
  EXPECT_EQ(around("2001:db8::1", 64), "2001:db8::/64");
  EXPECT_EQ(Cidr::around(IpAddress::parse("2001:db8::1").value(), 60).prefix(), 60);
}

}  // namespace
}  // namespace cork
