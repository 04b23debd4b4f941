#include "proxy/http/request_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cork::http {
namespace {

using testing::HasSubstr;

TEST(TargetForm, FitsTheMethod) {
  const struct {
    std::string_view method, target;
    TargetForm form;
  } rows[] = {
      {"GET", "/", TargetForm::origin},
      {"GET", "/a/../b//c;p?x=%2f&y", TargetForm::origin},
      {"OPTIONS", "/", TargetForm::origin},
      {"OPTIONS", "*", TargetForm::asterisk},
      {"CONNECT", "a.example:443", TargetForm::authority},
      {"CONNECT", "[2001:db8::1]:443", TargetForm::authority},
      {"GET", "http://a.example/", TargetForm::absolute},
      {"POST", "HTTPS://a.example:8443/x?y", TargetForm::absolute},
      {"OPTIONS", "http://a.example", TargetForm::absolute},
  };
  for (const auto& row : rows) {
    const auto form = target_form(row.method, row.target);
    ASSERT_TRUE(form) << row.method << " " << row.target << ": " << form.error().what;
    EXPECT_EQ(*form, row.form) << row.target;
  }
}

TEST(TargetForm, RefusesWhatDoesNotFitTheMethod) {
  const struct {
    std::string_view method, target, why;
  } rows[] = {
      {"CONNECT", "/", "CONNECT"},
      {"CONNECT", "*", "CONNECT"},
      {"CONNECT", "http://a.example:443/", "CONNECT"},
      {"CONNECT", "a.example", "CONNECT"},
      {"CONNECT", "a.example:", "CONNECT"},
      {"CONNECT", ":443", "CONNECT"},
      {"CONNECT", "a.example:443/", "CONNECT"},
      {"CONNECT", "user@a.example:443", "CONNECT"},
      {"CONNECT", "a.example:443,b.example:443", "CONNECT"},
      {"GET", "*", "OPTIONS"},
      {"options", "*", "OPTIONS"},
      {"GET", "a.example:443", "neither a path nor"},
      {"connect", "a.example:443", "neither a path nor"},
      {"GET", "a/b", "neither a path nor"},
      {"GET", "?x", "neither a path nor"},
      {"GET", "", "neither a path nor"},
      {"OPTIONS", "**", "neither a path nor"},
  };
  for (const auto& row : rows) {
    const auto form = target_form(row.method, row.target);
    ASSERT_FALSE(form) << row.method << " " << row.target;
    EXPECT_THAT(form.error().what, HasSubstr(row.why)) << row.method << " " << row.target;
  }
}

TEST(TargetForm, RefusesPortsInEverySpellingButTheDecimalOne) {
  for (const std::string_view port : {"0", "65536", "99999", "0443", "+443", "-1", " 443", "443 ",
                                      "4 43", "0x1bb", "443:443", ""}) {
    EXPECT_FALSE(target_form("CONNECT", "a.example:" + std::string(port))) << port;
    EXPECT_FALSE(target_form("GET", "http://a.example:" + std::string(port) + "/")) << port;
  }
  EXPECT_TRUE(target_form("CONNECT", "a.example:65535"));
  EXPECT_TRUE(target_form("CONNECT", "a.example:1"));
}

TEST(TargetForm, RefusesHostsThatAResolverWouldReadOtherwise) {
  for (const std::string_view host :
       {"127.1", "0x7f.1", "017700000001", "2130706433", "[fe80::1%25eth0]", "a%2eexample",
        "a..example", "a.example\\b",
        "b\xc3\xbc"
        "cher.example",
        "[::1", "::1", "a b"}) {
    EXPECT_FALSE(target_form("CONNECT", std::string(host) + ":443")) << host;
    EXPECT_FALSE(target_form("GET", "http://" + std::string(host) + "/")) << host;
  }
}

TEST(TargetForm, RefusesMalformedPaths) {
  for (const std::string_view target : {"/a#b", "/#", "/\xc3\xa9", "/\x80", "/a b", "/a\tb",
                                        "/a\\b", "/%", "/%4", "/%zz", "/a\x7f", "/a\x01"}) {
    const auto form = target_form("GET", target);
    ASSERT_FALSE(form) << target;
    EXPECT_EQ(form.error().kind, ParseError::Kind::malformed);
    EXPECT_FALSE(target_form("GET", "http://a.example" + std::string(target))) << target;
  }
}

TEST(AbsoluteTarget, IsCutInThree) {
  const auto target = parse_absolute_target("http://A.Example.:8080/x/y?z=1");
  ASSERT_TRUE(target) << target.error().what;
  EXPECT_EQ(target->scheme, Scheme::http);
  EXPECT_EQ(target->authority.to_string(), "a.example:8080");
  EXPECT_EQ(target->path_and_query, "/x/y?z=1");
}

TEST(AbsoluteTarget, HasTheSchemesPortAndASlashWhereItNamesNeither) {
  const auto http = parse_absolute_target("http://a.example");
  ASSERT_TRUE(http);
  EXPECT_EQ(http->authority.port, 80);
  EXPECT_EQ(http->path_and_query, "/");
  const auto https = parse_absolute_target("hTTps://[2001:db8::1]/");
  ASSERT_TRUE(https);
  EXPECT_EQ(https->scheme, Scheme::https);
  EXPECT_EQ(https->authority.to_string(), "[2001:db8::1]:443");
}

TEST(AbsoluteTarget, IsRefusedForAReason) {
  const struct {
    std::string_view target, why;
  } rows[] = {
      {"http://user@a.example/", "userinfo"},
      {"http://user:pass@a.example/", "userinfo"},
      {"http://a.example@b.example/", "userinfo"},
      {"http://@a.example/", "userinfo"},
      {"http://a.example/#f", "not well-formed"},
      {"http://a.example#f", "path is missing"},
      {"http://a.example?x=1", "path is missing"},
      {"http:///x", "authority"},
      {"http://", "authority"},
      {"http://:80/", "authority"},
      {"http://a.example\\@b.example/", "userinfo"},
      {"http://a.example\\b/", "authority"},
      {"http:/a.example/", "neither a path nor"},
      {"http:a.example", "neither a path nor"},
      {"ftp://a.example/", "neither a path nor"},
      {"ws://a.example/", "neither a path nor"},
      {"file:///etc/passwd", "neither a path nor"},
      {"//a.example/", "neither a path nor"},
      {"httpss://a.example/", "neither a path nor"},
      {" http://a.example/", "neither a path nor"},
  };
  for (const auto& row : rows) {
    const auto target = parse_absolute_target(row.target);
    ASSERT_FALSE(target) << row.target;
    EXPECT_THAT(target.error().what, HasSubstr(row.why)) << row.target;
  }
}

TEST(AbsoluteTarget, AnAtSignBehindThePathIsNotUserinfo) {
  const auto target = parse_absolute_target("https://a.example/@scope/pkg?mail=x@y");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->authority.host.text(), "a.example");
}

}  // namespace
}  // namespace cork::http
