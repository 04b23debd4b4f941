#include "base/host.h"

#include <gtest/gtest.h>

#include <string>

namespace cork {
namespace {

// The reason, or "" where the host is accepted.
std::string refusal(std::string_view text) {
  const Result<Host> host = Host::parse(text);
  return host ? "" : host.error().what;
}

struct Refused {
  std::string_view text;
  std::string_view because;  // a part of the reason
};

void expect(std::span<const Refused> cases) {
  for (const Refused& c : cases) {
    EXPECT_NE(refusal(c.text).find(c.because), std::string::npos)
        << testing::PrintToString(std::string(c.text)) << ": " << refusal(c.text);
  }
}

TEST(Host, HasOneSpelling) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"example.com", "example.com"},
      {"API.Example.COM.", "api.example.com"},
      {"localhost", "localhost"},
      {"xn--bcher-kva.example", "xn--bcher-kva.example"},
      {"_dmarc.example.com", "_dmarc.example.com"},
      {"a-b.c_d.example", "a-b.c_d.example"},
      {"1.2.3.4.example", "1.2.3.4.example"},
      {"123.example", "123.example"},
      {"0x7f.example", "0x7f.example"},
      {"1a", "1a"},
      {"0xyz", "0xyz"},
      {"192.0.2.1", "192.0.2.1"},
      {"[2001:DB8:0::1]", "2001:db8::1"},
      {"[::ffff:C000:201]", "::ffff:192.0.2.1"},
  };
  for (const auto& [text, canonical] : cases) {
    const Result<Host> host = Host::parse(text);
    ASSERT_TRUE(host) << text << ": " << refusal(text);
    EXPECT_EQ(host->text(), canonical);
    EXPECT_EQ(Host::parse(host->url_text()).value(), *host);
  }
}

TEST(Host, KnowsAnAddressFromAName) {
  EXPECT_TRUE(Host::parse("example.com")->is_name());
  const Host v6 = Host::parse("[::1]").value();
  ASSERT_TRUE(v6.address());
  EXPECT_EQ(*v6.address(), IpAddress::parse("::1").value());
  EXPECT_EQ(v6.text(), "::1");
  EXPECT_EQ(v6.url_text(), "[::1]");
  EXPECT_EQ(Host::of(IpAddress::v4({192, 0, 2, 1})), Host::parse("192.0.2.1").value());
  EXPECT_EQ(Host::parse("192.0.2.1")->url_text(), "192.0.2.1");
}

TEST(Host, RefusesEverySpellingOfAnIpv4AddressButTheCanonicalOne) {
  const std::string_view cases[] = {
      // Loopback: short, octal, hexadecimal, whole numbers, and mixtures.
      "127.1", "127.0.1", "0177.0.0.1", "0177.1", "00177.0.0.01", "017700000001", "2130706433",
      "0x7f.1", "0x7F.0.0.1", "0X7f000001", "0x7f000001", "127.0.0.01", "127.0.0.0x1", "0x7f.0.1",
      "127.0x1", "0177.0x0.0.1", "4278190081", "0.0", "0", "00", "0x0", "0x", "127.0.0.0x",
      // Private and metadata.
      "10.1", "012.1", "0xa.0.0.1", "167772161", "192.168.257", "0300.0250.1", "3232235777",
      "169.254.43518", "0251.0376.0251.0376", "0xa9fea9fe", "0xA9.0xFE.0xA9.0xFE", "2852039166",
      "169.254.169.0376", "025177524776",
      // Out of range, too many parts, trailing dots.
      "256.256.256.256", "1.2.3.4.5", "127.0.0.1.", "0x7f.1.", "4294967296", "99999999999999999999",
      "1.2.3", "example.1", "example.0x1f", "a.b.c.08", "127.0.0.1.127"};
  for (const std::string_view text : cases) {
    EXPECT_NE(refusal(text).find("last label is a number"), std::string::npos)
        << text << ": " << refusal(text);
  }
}

TEST(Host, RefusesBytesThatReadersDisagreeAbout) {
  const Refused cases[] = {
      {"", "empty"},
      {"b\xC3\xBC"
       "cher.example",
       "A-label"},
      {"127\xE3\x80\x82"
       "0.0.1",
       "A-label"},                          // ideographic full stop
      {"\xEF\xBC\x91.example", "A-label"},  // full-width digit
      {"example%2ecom", "percent"},
      {"%31%32%37.0.0.1", "percent"},
      {"example.com%00", "percent"},
      {std::string_view("example.com\0.evil", 17), "NUL"},
      {std::string_view("\0", 1), "NUL"},
      {"exam ple.com", "white space"},
      {" example.com", "white space"},
      {"example.com\t", "white space"},
      {"example.com\r\n", "white space"},
      {"example.com\v", "white space"},
      {"example.com\x7f", "control character"},
      {"exa\x01mple.com", "control character"},
      {"user@example.com", "userinfo"},
      {"user:password@example.com", "userinfo"},
      {"example.com\\.evil", "backslash"},
      {"example.com/", "slash"},
      {"http://example.com", "slash"},
      {"example.com#x", "letters, digits"},
      {"example.com?x", "letters, digits"},
      {"a,b.example", "letters, digits"},
      {"*.example.com", "letters, digits"},
      {"(example)", "letters, digits"},
      {"example.com:443", "no port"},
      {"192.0.2.1:443", "no port"},
      {"example.com:", "no port"},
      {"example;com", "letters, digits"},
  };
  expect(cases);
}

TEST(Host, RefusesLabelsThatDnsDoesNotHave) {
  const Refused cases[] = {
      {".", "empty label"},
      {"..", "empty label"},
      {".example.com", "empty label"},
      {"example..com", "empty label"},
      {"example.com..", "empty label"},
  };
  expect(cases);
  const std::string label63(63, 'a');
  EXPECT_EQ(refusal(label63 + ".example"), "");
  EXPECT_NE(refusal(label63 + "a.example").find("63"), std::string::npos);
}

TEST(Host, HoldsAtMost253Bytes) {
  std::string name;
  while (name.size() < 252) name += "a.";
  name += "b";
  ASSERT_EQ(name.size(), 253u);
  EXPECT_EQ(refusal(name), "");
  EXPECT_EQ(refusal(name + "."), "");
  EXPECT_NE(refusal(name + "b").find("253"), std::string::npos);
  EXPECT_NE(refusal(std::string(1'000'000, 'a')).find("253"), std::string::npos);
}

TEST(Host, TakesIpv6InBracketsAndNoOtherWay) {
  const Refused cases[] = {
      {"::1", "brackets"},
      {"2001:db8::1", "brackets"},
      {"::ffff:169.254.169.254", "brackets"},
      {"::1]", "brackets"},
      {"[::1", "ends with ']'"},
      {"[::1].", "ends with ']'"},
      {"[::1]x", "ends with ']'"},
      {"[]", "IPv6 address and nothing else"},
      {"[", "ends with ']'"},
      {"[127.0.0.1]", "IPv6 address and nothing else"},
      {"[example.com]", "IPv6 address and nothing else"},
      {"[[::1]]", "IPv6 address and nothing else"},
      {"[::1%lo]", "zone"},
      {"[fe80::1%25eth0]", "zone"},
      {"[v1.x]", "IPv6 address and nothing else"},
      {"[::127.1]", "IPv6 address and nothing else"},
      {"[::ffff:0x7f.0.0.1]", "IPv6 address and nothing else"},
      {"[::ffff:0177.0.0.1]", "IPv6 address and nothing else"},
      {"[1:2:3:4:5:6:7:8:9]", "IPv6 address and nothing else"},
  };
  expect(cases);
}

TEST(Host, KeepsEmbeddedIpv4FormsAsAddressesToBeJudged) {
  for (const std::string_view text : {"[::ffff:169.254.169.254]", "[64:ff9b::a9fe:a9fe]",
                                      "[2002:7f00:1::]", "[2001:0:808:808:0:0:f5ff:fffe]"}) {
    const Result<Host> host = Host::parse(text);
    ASSERT_TRUE(host) << text;
    EXPECT_FALSE(host->is_name());
  }
}

}  // namespace
}  // namespace cork
