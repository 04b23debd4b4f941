#include "base/endpoint.h"

#include <gtest/gtest.h>

namespace cork {
namespace {

TEST(Endpoint, ReadsAHostAndAPort) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"Example.com:443", "example.com:443"},       {"example.com.:1", "example.com:1"},
      {"192.0.2.1:65535", "192.0.2.1:65535"},       {"[::1]:80", "[::1]:80"},
      {"[2001:DB8::1]:8443", "[2001:db8::1]:8443"},
  };
  for (const auto& [text, canonical] : cases) {
    const Result<Endpoint> endpoint = Endpoint::parse(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(endpoint->to_string(), canonical);
    EXPECT_EQ(Endpoint::parse_authority(text, 7).value(), *endpoint);
  }
}

TEST(Endpoint, RefusesPortsThatAreNotPlainNumbersInRange) {
  for (const std::string_view port :
       {"", "0", "00", "65536", "99999", "100000", "080", "+443", "-1", " 443", "443 ", "0x1bb",
        "4 3", "https", "443/", "443a", "18446744073709551617", "4294967739", "\xD9\xA4"}) {
    for (const std::string host : {"example.com", "[::1]", "192.0.2.1"}) {
      const std::string text = host + ':' + std::string(port);
      EXPECT_FALSE(Endpoint::parse(text)) << text;
      EXPECT_FALSE(Endpoint::parse_authority(text, 443)) << text;
    }
  }
  EXPECT_NE(Endpoint::parse("example.com:0").error().what.find("1 to 65535"), std::string::npos);
  EXPECT_NE(Endpoint::parse("example.com:").error().what.find("1 to 65535"), std::string::npos);
}

TEST(Endpoint, NeedsAPortUnlessThereIsADefault) {
  for (const std::string_view text : {"example.com", "[::1]", "192.0.2.1"}) {
    ASSERT_FALSE(Endpoint::parse(text)) << text;
    EXPECT_NE(Endpoint::parse(text).error().what.find("port is missing"), std::string::npos);
    ASSERT_TRUE(Endpoint::parse_authority(text, 8080)) << text;
    EXPECT_EQ(Endpoint::parse_authority(text, 8080)->port, 8080);
  }
}

TEST(Endpoint, RefusesWhatIsNoHost) {
  for (const std::string_view text :
       {":443", "", ":", "::1", "::1:443", "user@example.com:443", "user:pw@example.com",
        "example.com:443:443", "[::1]443", "[::1:443", "127.1:443", "0x7f000001:80",
        "http://example.com:80", "example.com:443/", "[::1%25lo]:443", "[]:443", "]:443",
        "a]:b:443"}) {
    EXPECT_FALSE(Endpoint::parse(text)) << text;
    EXPECT_FALSE(Endpoint::parse_authority(text, 443)) << text;
  }
}

TEST(Endpoint, SaysOfUserinfoThatItIsNone) {
  for (const std::string_view text : {"user@example.com", "user@example.com:443",
                                      "user:pw@example.com", "user:pw@example.com:443"}) {
    for (const auto& parsed : {Endpoint::parse(text), Endpoint::parse_authority(text, 443)}) {
      ASSERT_FALSE(parsed) << text;
      EXPECT_NE(parsed.error().what.find("userinfo"), std::string::npos) << parsed.error().what;
    }
  }
}

TEST(Endpoint, ComparesHostAndPort) {
  EXPECT_EQ(Endpoint::parse("A.example:443").value(), Endpoint::parse("a.example.:443").value());
  EXPECT_NE(Endpoint::parse("a.example:443").value(), Endpoint::parse("a.example:444").value());
  EXPECT_NE(Endpoint::parse("a.example:443").value(), Endpoint::parse("b.example:443").value());
}

}  // namespace
}  // namespace cork
