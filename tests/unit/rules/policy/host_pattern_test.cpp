#include "rules/policy/host_pattern.h"

#include <gtest/gtest.h>

namespace cork::policy {
namespace {

HostPattern pattern(std::string_view text) {
  return HostPattern::parse(text).value();
}

bool matches(std::string_view text, std::string_view host) {
  return pattern(text).matches(Host::parse(host).value());
}

TEST(HostPattern, MatchesAnExactNameAlone) {
  EXPECT_TRUE(matches("example.com", "Example.COM."));
  EXPECT_FALSE(matches("example.com", "www.example.com"));
  EXPECT_FALSE(matches("example.com", "example.com.evil.example"));
  EXPECT_FALSE(matches("example.com", "notexample.com"));
  EXPECT_FALSE(matches("example.com", "com"));
}

TEST(HostPattern, MatchesExactlyOneLabelBelow) {
  EXPECT_TRUE(matches("*.example.com", "a.example.com"));
  EXPECT_FALSE(matches("*.example.com", "example.com"));
  EXPECT_FALSE(matches("*.example.com", "a.b.example.com"));
  EXPECT_FALSE(matches("*.example.com", "aexample.com"));
  EXPECT_FALSE(matches("*.example.com", "a.example.com.evil.example"));
  EXPECT_FALSE(matches("*.example.com", "com"));
}

TEST(HostPattern, MatchesAnyDepthBelow) {
  EXPECT_TRUE(matches("**.example.com", "a.example.com"));
  EXPECT_TRUE(matches("**.example.com", "a.b.c.example.com"));
  EXPECT_FALSE(matches("**.example.com", "example.com"));
  EXPECT_FALSE(matches("**.example.com", "aexample.com"));
  EXPECT_FALSE(matches("**.example.com", "a.bexample.com"));
}

TEST(HostPattern, MatchesAnAddressOnlyByItself) {
  EXPECT_TRUE(matches("192.0.2.1", "192.0.2.1"));
  EXPECT_TRUE(matches("[2001:DB8::1]", "[2001:db8:0::1]"));
  EXPECT_FALSE(matches("192.0.2.1", "[::ffff:192.0.2.1]"));
  EXPECT_FALSE(matches("192.0.2.1", "192.0.2.2"));
}

TEST(HostPattern, HasOneCanonicalText) {
  EXPECT_EQ(pattern("API.Example.com.").text(), "api.example.com");
  EXPECT_EQ(pattern("*.CDN.Example.com").text(), "*.cdn.example.com");
  EXPECT_EQ(pattern("**.Example.com.").text(), "**.example.com");
  EXPECT_EQ(pattern("[::1]").text(), "[::1]");
  EXPECT_EQ(pattern("*.A.example"), pattern("*.a.example"));
  EXPECT_FALSE(pattern("*.a.example") == pattern("**.a.example"));
  for (const std::string_view text : {"example.com", "*.example.com", "**.example.com", "[::1]"}) {
    EXPECT_EQ(pattern(pattern(text).text()), pattern(text));
  }
}

TEST(HostPattern, RanksExactBeforeOneLabelBeforeAnyDepthAndLongerFirst) {
  const std::string_view ranked[] = {"a.example.com",      "*.b.a.example.com", "*.example.com",
                                     "**.b.a.example.com", "**.a.example.com",  "**.example.com"};
  for (std::size_t i = 1; i < std::size(ranked); ++i) {
    EXPECT_GT(pattern(ranked[i - 1]).specificity(), pattern(ranked[i]).specificity()) << ranked[i];
  }
}

TEST(HostPattern, RefusesAWildcardDirectlyUnderAPublicSuffixAndSaysWhatToWrite) {
  for (const std::string_view text : {"*.co.uk", "**.co.uk", "*.github.io", "**.github.io",
                                      "*.S3.amazonaws.com.", "*.pages.dev", "*.xn--55qx5d.cn"}) {
    const Result<HostPattern> parsed = HostPattern::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().what.find("public suffix"), std::string::npos) << text;
  }
  EXPECT_NE(HostPattern::parse("*.co.uk").error().what.find("'*.NAME.co.uk'"), std::string::npos);
  for (const std::string_view text :
       {"*.example.co.uk", "**.pypy.github.io", "github.io", "co.uk", "*.a.example"}) {
    EXPECT_TRUE(HostPattern::parse(text)) << text;
  }
}

TEST(HostPattern, OverlapsWhereOneHostMatchesBoth) {
  struct Case {
    std::string_view a, b;
    bool overlap;
  };
  const Case cases[] = {
      {"a.example.com", "a.example.com", true},
      {"a.example.com", "b.example.com", false},
      {"a.example.com", "*.example.com", true},
      {"a.example.com", "**.example.com", true},
      {"a.b.example.com", "*.example.com", false},
      {"example.com", "**.example.com", false},
      {"*.example.com", "*.example.com", true},
      {"*.example.com", "**.example.com", true},
      {"*.b.example.com", "*.example.com", false},
      {"*.b.example.com", "**.example.com", true},
      {"**.b.example.com", "**.example.com", true},
      {"**.b.example.com", "*.example.com", false},
      {"*.notexample.com", "**.example.com", false},
      {"**.a.example", "**.b.example", false},
      {"[::1]", "**.example.com", false},
      {"[::1]", "[::1]", true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(pattern(c.a).overlaps(pattern(c.b)), c.overlap) << c.a << " " << c.b;
    EXPECT_EQ(pattern(c.b).overlaps(pattern(c.a)), c.overlap) << c.b << " " << c.a;
  }
}

TEST(HostPattern, RefusesEveryOtherFormAndSaysWhatToWrite) {
  struct Case {
    std::string_view text, because;
  };
  const Case cases[] = {
      {"*", "'*.example.com'"},
      {"**", "'*.example.com'"},
      {"***.example.com", "'**.example.com'"},
      {"*example.com", "'*.example.com'"},
      {"a*.example.com", "'*.example.com'"},
      {"a.*.example.com", "'*.example.com'"},
      {"example.*", "'*.example.com'"},
      {"*.*.example.com", "'**.example.com'"},
      {"*.**.example.com", "'**.example.com'"},
      {"**.*.example.com", "'**.example.com'"},
      {".example.com", "'**.example.com'"},
      {"*.com", "two labels"},
      {"**.com", "two labels"},
      {"*.localhost", "two labels"},
      {"*.", "may not be empty"},
      {"*..example.com", "empty label"},
      {"*.127.0.0.1", "without one"},
      {"*.[::1]", "without one"},
      {"*.0x7f.1", "last label is a number"},
      {"https://example.com", "without scheme and path"},
      {"example.com/path", "without scheme and path"},
      {"example.com:443", "no port"},
      {"127.1", "last label is a number"},
      {"::1", "brackets"},
      {"", "may not be empty"},
      {"b\xC3\xBC"
       "cher.example",
       "A-label"},
      {"/example/", "without scheme and path"},
  };
  for (const Case& c : cases) {
    const Result<HostPattern> parsed = HostPattern::parse(c.text);
    ASSERT_FALSE(parsed) << c.text;
    EXPECT_NE(parsed.error().what.find(c.because), std::string::npos)
        << c.text << ": " << parsed.error().what;
  }
}

}  // namespace
}  // namespace cork::policy
