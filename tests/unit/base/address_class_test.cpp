#include "base/address_class.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace cork {
namespace {

using enum AddressClass;

struct Case {
  std::string_view address;
  AddressClass kind;
};

void expect(std::span<const Case> cases) {
  for (const Case& c : cases) {
    const Result<IpAddress> address = IpAddress::parse(c.address);
    ASSERT_TRUE(address) << c.address;
    EXPECT_EQ(name_of(classify(*address)), name_of(c.kind)) << c.address;
  }
}

TEST(AddressClass, KnowsTheFirstAndLastAddressOfEveryIpv4Block) {
  const Case cases[] = {
      {"0.0.0.0", unspecified},
      {"0.255.255.255", unspecified},
      {"1.0.0.0", global},
      {"9.255.255.255", global},
      {"10.0.0.0", private_use},
      {"10.255.255.255", private_use},
      {"11.0.0.0", global},
      {"100.63.255.255", global},
      {"100.64.0.0", shared},
      {"100.127.255.255", shared},
      {"100.128.0.0", global},
      {"126.255.255.255", global},
      {"127.0.0.0", loopback},
      {"127.0.0.1", loopback},
      {"127.255.255.255", loopback},
      {"128.0.0.0", global},
      {"169.253.255.255", global},
      {"169.254.0.0", link_local},
      {"169.254.255.255", link_local},
      {"169.255.0.0", global},
      {"172.15.255.255", global},
      {"172.16.0.0", private_use},
      {"172.31.255.255", private_use},
      {"172.32.0.0", global},
      {"191.255.255.255", global},
      {"192.0.0.0", reserved},
      {"192.0.0.7", reserved},
      {"192.0.0.8", reserved},
      {"192.0.0.9", reserved},
      {"192.0.0.10", reserved},
      {"192.0.0.170", reserved},
      {"192.0.0.171", reserved},
      {"192.0.0.255", reserved},
      {"192.0.1.0", global},
      {"192.0.2.0", documentation},
      {"192.0.2.255", documentation},
      {"192.0.3.0", global},
      {"192.31.195.255", global},
      {"192.31.196.0", reserved},
      {"192.31.196.255", reserved},
      {"192.31.197.0", global},
      {"192.52.192.255", global},
      {"192.52.193.0", reserved},
      {"192.52.193.255", reserved},
      {"192.52.194.0", global},
      {"192.88.98.255", global},
      {"192.88.99.0", reserved},
      {"192.88.99.2", reserved},
      {"192.88.99.255", reserved},
      {"192.88.100.0", global},
      {"192.167.255.255", global},
      {"192.168.0.0", private_use},
      {"192.168.255.255", private_use},
      {"192.169.0.0", global},
      {"192.175.47.255", global},
      {"192.175.48.0", reserved},
      {"192.175.48.255", reserved},
      {"192.175.49.0", global},
      {"198.17.255.255", global},
      {"198.18.0.0", benchmarking},
      {"198.19.255.255", benchmarking},
      {"198.20.0.0", global},
      {"198.51.99.255", global},
      {"198.51.100.0", documentation},
      {"198.51.100.255", documentation},
      {"198.51.101.0", global},
      {"203.0.112.255", global},
      {"203.0.113.0", documentation},
      {"203.0.113.255", documentation},
      {"203.0.114.0", global},
      {"223.255.255.255", global},
      {"224.0.0.0", multicast},
      {"239.255.255.255", multicast},
      {"240.0.0.0", reserved},
      {"255.255.255.254", reserved},
      {"255.255.255.255", broadcast},
      {"8.8.8.8", global},
  };
  expect(cases);
}

TEST(AddressClass, KnowsTheFirstAndLastAddressOfEveryIpv6Block) {
  const Case cases[] = {
      {"::", unspecified},
      {"::1", loopback},
      {"100::", reserved},
      {"100::ffff:ffff:ffff:ffff", reserved},
      {"100:0:0:1::", reserved},
      {"100:0:0:2::", reserved},  // outside 2000::/3: never allocated
      {"1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", reserved},
      {"2000::", global},
      {"2001:1::1", reserved},  // PCP anycast
      {"2001:1::2", reserved},  // TURN anycast
      {"2001:1::3", reserved},  // DNS-SD service registration anycast
      {"2001:2::", benchmarking},
      {"2001:2:0:ffff:ffff:ffff:ffff:ffff", benchmarking},
      {"2001:2:1::", reserved},
      {"2001:3::1", reserved},
      {"2001:4:112::1", reserved},
      {"2001:10::", reserved},
      {"2001:1f:ffff::", reserved},
      {"2001:20::", reserved},
      {"2001:2f:ffff::", reserved},
      {"2001:30::1", reserved},
      {"2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", reserved},
      {"2001:200::", global},
      {"2001:db7:ffff::", global},
      {"2001:db8::", documentation},
      {"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", documentation},
      {"2001:db9::", global},
      {"2001:4860:4860::8888", global},
      {"2620:4f:7fff::1", global},
      {"2620:4f:8000::1", reserved},
      {"2620:4f:8001::1", global},
      {"3ffe:ffff::", global},
      {"3fff::", documentation},
      {"3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", documentation},
      {"3fff:1000::", global},
      {"4000::", reserved},
      {"5f00::1", reserved},
      {"fbff::", reserved},
      {"fc00::", private_use},
      {"fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", private_use},
      {"fe00::", reserved},
      {"fe80::", link_local},
      {"fe80::1", link_local},
      {"febf:ffff::", link_local},
      {"fec0::", link_local},
      {"feff:ffff::", link_local},
      {"ff00::", multicast},
      {"ff02::1", multicast},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", multicast},
  };
  expect(cases);
}

TEST(AddressClass, SeesTheIpv4AddressInsideEveryIpv6Form) {
  const Case cases[] = {
      {"::ffff:127.0.0.1", loopback},                     // mapped
      {"::ffff:169.254.169.254", metadata},               //
      {"::ffff:8.8.8.8", transition},                     //
      {"::127.0.0.1", loopback},                          // compatible
      {"::10.0.0.1", private_use},                        //
      {"::2", unspecified},                               //
      {"::8.8.8.8", transition},                          //
      {"::ffff:0:127.0.0.1", loopback},                   // translated
      {"::ffff:0:8.8.8.8", transition},                   //
      {"64:ff9b::10.0.0.1", private_use},                 // NAT64
      {"64:ff9b::169.254.169.254", metadata},             //
      {"64:ff9b::8.8.8.8", transition},                   //
      {"64:ff9b:1::10.0.0.1", private_use},               // NAT64, local prefix
      {"64:ff9b:1::169.254.169.254", metadata},           // /96
      {"64:ff9b:1:a9fe:a9:fe00::", metadata},             // /48
      {"64:ff9b:1:a9:fe:a9fe::", metadata},               // /56
      {"64:ff9b:1:0:a9:fea9:fe00:0", metadata},           // /64
      {"64:ff9b:1:808:8:800:808:808", transition},        //
      {"2002:7f00:1::", loopback},                        // 6to4
      {"2002:a00:1::1", private_use},                     //
      {"2002:a9fe:a9fe::1", metadata},                    //
      {"2002:808:808::1", transition},                    //
      {"2001:0:808:808:0:0:f5ff:fffe", private_use},      // Teredo client 10.0.0.1
      {"2001:0:808:808:0:0:5601:5601", metadata},         // Teredo client 169.254.169.254
      {"2001:0:a9fe:a9fe:0:0:f5ff:fffe", metadata},       // Teredo server 169.254.169.254
      {"2001:0:7f00:1:0:0:f7f7:f7f7", loopback},          // Teredo server 127.0.0.1
      {"2001:0:808:808:0:0:f7f7:f7f7", transition},       // Teredo, both global
      {"2001:4860::5efe:10.0.0.1", private_use},          // ISATAP
      {"2001:4860::200:5efe:169.254.169.254", metadata},  //
      {"2001:4860::300:5efe:8.8.8.8", transition},        //
      {"2001:4860::400:5efe:10.0.0.1", global},           // not ISATAP
  };
  expect(cases);
}

TEST(AddressClass, KnowsTheMetadataServicesOfTheClouds) {
  const Case cases[] = {
      {"169.254.169.254", metadata},  {"169.254.170.2", metadata},
      {"169.254.170.23", metadata},   {"169.254.169.250", metadata},
      {"169.254.42.42", metadata},    {"169.254.0.23", metadata},
      {"168.63.129.16", metadata},    {"100.100.100.200", metadata},
      {"100.96.0.96", metadata},      {"192.0.0.192", metadata},
      {"fd00:ec2::254", metadata},    {"fd00:ec2::23", metadata},
      {"fd20:ce::254", metadata},     {"fd00:c1::a9fe:a9fe", metadata},
      {"fd00:42::42", metadata},      {"fe80::a9fe:a9fe", metadata},
      {"168.63.129.17", global},      {"169.254.169.253", link_local},
      {"fd00:ec2::253", private_use},
  };
  expect(cases);
}

TEST(AddressClass, HasADistinctNameForEveryClass) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(on_link); ++i) {
    names.insert(name_of(static_cast<AddressClass>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(on_link) + 1);
  EXPECT_FALSE(names.contains(""));
}

}  // namespace
}  // namespace cork
