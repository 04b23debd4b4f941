#include "proxy/session/request_rules.h"

#include "tests/support/test_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace cork::session {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A head and the bytes it points into.
struct Parsed {
  explicit Parsed(std::string text) : bytes(std::move(text)) {
    auto parsed = http::parse_request(bytes, HttpLimits{});
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().what);
    if (parsed) head = std::move(*parsed);
  }
  std::string bytes;
  http::RequestLineAndFields head;
};

Parsed get(std::string_view target, std::string_view fields) {
  return Parsed("GET " + std::string(target) + " HTTP/1.1\r\n" + std::string(fields) + "\r\n");
}

Endpoint endpoint(std::string_view text) {
  return Endpoint::parse(text).value();
}

TEST(MakeRequest, InsideATunnelIsARequestToItsEndpoint) {
  const Endpoint tunnel = endpoint("example.com:443");
  const Parsed parsed = get("/a/b?x=1", "Host: example.com\r\nX-Note: y\r\n");
  const auto request = make_request(parsed.head, &tunnel);
  ASSERT_TRUE(request) << request.error().what;
  EXPECT_EQ(request->method, "GET");
  EXPECT_EQ(request->scheme, Scheme::https);
  EXPECT_EQ(request->authority, tunnel);
  EXPECT_EQ(request->target.path(), "/a/b");
  EXPECT_EQ(request->target.query(), "x=1");
  EXPECT_EQ(request->fields.size(), 2U);
}

TEST(MakeRequest, InsideATunnelHostMayBeSpelledInEveryWayThatMeansTheSame) {
  struct Case {
    const char *tunnel, *host;
  };
  for (const auto& [tunnel, host] :
       {Case{"example.com:443", "example.com"}, Case{"example.com:443", "EXAMPLE.com:443"},
        Case{"example.com:443", "example.com."}, Case{"example.com:8443", "example.com:8443"},
        Case{"[::1]:443", "[::1]"}, Case{"192.0.2.1:443", "192.0.2.1"}}) {
    const Endpoint to = endpoint(tunnel);
    const Parsed parsed = get("/", std::string("Host: ") + host + "\r\n");
    EXPECT_TRUE(make_request(parsed.head, &to)) << host;
  }
}

TEST(MakeRequest, InsideATunnelHostMustNameTheTunnelAndIsNeverQuoted) {
  struct Case {
    const char *tunnel, *host;
  };
  for (const auto& [tunnel, host] :
       {Case{"example.com:443", "other.example.com"}, Case{"example.com:443", "example.com:8443"},
        Case{"example.com:8443", "example.com"}, Case{"example.com:443", "example.net"}}) {
    const Endpoint to = endpoint(tunnel);
    const Parsed parsed = get("/", std::string("Host: ") + host + "\r\n");
    const auto request = make_request(parsed.head, &to);
    ASSERT_FALSE(request) << host;
    EXPECT_EQ(request.error().what, std::string("Host names another place than the tunnel, which "
                                                "was opened to ") +
                                        tunnel + ".");
  }
}

TEST(MakeRequest, InsideATunnelHostIsRequiredEvenOfHttp10) {
  const Endpoint tunnel = endpoint("example.com:443");
  const Parsed parsed("GET / HTTP/1.0\r\n\r\n");
  const auto request = make_request(parsed.head, &tunnel);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().what, "the request has no Host field.");
}

TEST(MakeRequest, InsideATunnelAbsoluteFormMustNameItToo) {
  const Endpoint tunnel = endpoint("example.com:443");
  const std::string_view host = "Host: example.com\r\n";
  const Parsed same = get("https://example.com/p", host);
  const auto request = make_request(same.head, &tunnel);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->target.path(), "/p");
  for (const char* target :
       {"https://other.example.com/p", "http://example.com/p", "https://example.com:8443/p"}) {
    const Parsed parsed = get(target, host);
    const auto refused = make_request(parsed.head, &tunnel);
    ASSERT_FALSE(refused) << target;
    EXPECT_THAT(refused.error().what, HasSubstr("another place than the tunnel"));
  }
}

TEST(MakeRequest, InsideAClearTextTunnelIsARequestInClearTextToItsEndpoint) {
  const Endpoint tunnel = endpoint("example.com:80");
  const Parsed parsed = get("/p", "Host: example.com\r\n");
  const auto request = make_request(parsed.head, &tunnel, Scheme::http);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->scheme, Scheme::http);
  EXPECT_EQ(request->authority, tunnel);
  const Parsed absolute = get("http://example.com/p", "Host: example.com\r\n");
  EXPECT_TRUE(make_request(absolute.head, &tunnel, Scheme::http));
  for (const auto& [target, host] :
       {std::pair("/p", "Host: other.example.com\r\n"),
        std::pair("/p", "Host: example.com:443\r\n"),
        std::pair("https://example.com:80/p", "Host: example.com\r\n"),
        std::pair("http://other.example.com/p", "Host: example.com\r\n")}) {
    const Parsed refused = get(target, host);
    EXPECT_FALSE(make_request(refused.head, &tunnel, Scheme::http)) << target << ' ' << host;
  }
}

TEST(MakeRequest, ConnectInsideATunnelIsRefused) {
  const Endpoint tunnel = endpoint("example.com:443");
  const Parsed parsed("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n");
  const auto request = make_request(parsed.head, &tunnel);
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().what, "CONNECT inside a tunnel is not allowed.");
}

TEST(MakeRequest, AnAsteriskIsATarget) {
  const Endpoint tunnel = endpoint("example.com:443");
  const Parsed parsed("OPTIONS * HTTP/1.1\r\nHost: example.com\r\n\r\n");
  const auto request = make_request(parsed.head, &tunnel);
  ASSERT_TRUE(request);
  EXPECT_TRUE(request->target.is_asterisk());
}

TEST(MakeRequest, OutsideATunnelTheTargetNamesThePlace) {
  const Parsed parsed = get("http://mirror.example.com/debian", "Host: mirror.example.com\r\n");
  const auto request = make_request(parsed.head, nullptr);
  ASSERT_TRUE(request) << request.error().what;
  EXPECT_EQ(request->scheme, Scheme::http);
  EXPECT_EQ(request->authority, endpoint("mirror.example.com:80"));
  EXPECT_EQ(request->target.path(), "/debian");
}

TEST(MakeRequest, OutsideATunnelHttp10NeedsNoHost) {
  const Parsed parsed("GET http://mirror.example.com:8080 HTTP/1.0\r\n\r\n");
  const auto request = make_request(parsed.head, nullptr);
  ASSERT_TRUE(request) << request.error().what;
  EXPECT_EQ(request->authority, endpoint("mirror.example.com:8080"));
  EXPECT_EQ(request->target.path(), "/");
}

TEST(MakeRequest, OutsideATunnelHostMustAgreeAndIsNeverQuoted) {
  for (const char* host : {"other.example.com", "mirror.example.com:8080"}) {
    const Parsed parsed = get("http://mirror.example.com/", std::string("Host: ") + host + "\r\n");
    const auto request = make_request(parsed.head, nullptr);
    ASSERT_FALSE(request) << host;
    EXPECT_EQ(request.error().what,
              "Host names another place than the request target, which names "
              "mirror.example.com:80.");
  }
}

TEST(MakeRequest, OutsideATunnelSaysHowAProxyIsUsed) {
  const Parsed origin_form = get("/", "Host: example.com\r\n");
  const auto direct = make_request(origin_form.head, nullptr);
  ASSERT_FALSE(direct);
  EXPECT_THAT(direct.error().what, HasSubstr("HTTPS_PROXY"));
  const Parsed secure = get("https://example.com/", "Host: example.com\r\n");
  const auto refused = make_request(secure.head, nullptr);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().what, "https goes through CONNECT.");
}

TEST(KeepsAlive, AsRfc9112Says) {
  struct Case {
    const char *version, *fields;
    bool keeps;
  };
  for (const auto& [version, fields, keeps] :
       {Case{"1.1", "", true}, Case{"1.1", "Connection: close\r\n", false},
        Case{"1.1", "Connection: TE, Close\r\n", false},
        Case{"1.1", "Connection: keep-alive\r\n", true}, Case{"1.0", "", false},
        Case{"1.0", "Connection: Keep-Alive\r\n", true},
        Case{"1.0", "Connection: keep-alive\r\nConnection: close\r\n", false}}) {
    const Parsed parsed(std::string("GET / HTTP/") + version + "\r\nHost: a.example\r\n" + fields +
                        "\r\n");
    EXPECT_EQ(keeps_alive(parsed.head), keeps) << version << " " << fields;
  }
}

TEST(UpstreamKeeps, OnlyHttp11ThatDoesNotSayClose) {
  http::StatusLineAndFields head;
  head.status = 200;
  EXPECT_TRUE(upstream_keeps(head));
  head.fields = {{"Connection", "close"}};
  EXPECT_FALSE(upstream_keeps(head));
  head.fields = {{"Connection", "keep-alive"}};
  head.version = http::Version::http10;
  EXPECT_FALSE(upstream_keeps(head));
}

TEST(ExpectsContinue, IsAskedForOnHttp11Only) {
  const Parsed none = get("/", "Host: a.example\r\n");
  EXPECT_EQ(expects_continue(none.head).value(), false);
  const Parsed asked = get("/", "Host: a.example\r\nExpect: 100-Continue\r\n");
  EXPECT_EQ(expects_continue(asked.head).value(), true);
  const Parsed old("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(expects_continue(old.head).value(), false);
}

TEST(ExpectsContinue, NoOtherExpectationCanBeMet) {
  const Parsed parsed = get("/", "Host: a.example\r\nExpect: a-miracle\r\n");
  const auto expectation = expects_continue(parsed.head);
  ASSERT_FALSE(expectation);
  EXPECT_THAT(expectation.error().what, Not(HasSubstr("miracle")));
}

TEST(ContentHints, ListsTheCodingsInTheirOrder) {
  const std::vector<Field> fields{{"Content-Encoding", "GZip , identity,,\tbr"},
                                  {"content-type", "application/json; charset=utf-8"},
                                  {"CONTENT-ENCODING", "zstd"}};
  const auto hints = content_hints(fields);
  EXPECT_THAT(hints.content_encoding, ElementsAre("gzip", "br", "zstd"));
  EXPECT_EQ(hints.content_type, "application/json; charset=utf-8");
}

TEST(ContentHints, AreEmptyWhereTheHeadSaysNothing) {
  const auto hints = content_hints({});
  EXPECT_THAT(hints.content_encoding, IsEmpty());
  EXPECT_EQ(hints.content_type, "");
}

TEST(Denied, IsADecisionThatSaysNo) {
  const auto decision = denied(policy::Reason::timeout, "too slow.", "wait");
  EXPECT_FALSE(decision.allowed());
  EXPECT_EQ(decision.reason, policy::Reason::timeout);
  EXPECT_EQ(decision.detail, "too slow.");
  EXPECT_EQ(decision.operator_can, "wait");
}

TEST(Denied, ForTheLogsSakeSaysWhatTheOperatorCanDo) {
  EXPECT_EQ(log_unavailable().reason, policy::Reason::audit_unavailable);
  EXPECT_NE(log_unavailable().operator_can, "");
  const auto used_up = share_used_up("dev");
  EXPECT_EQ(used_up.reason, policy::Reason::bottle_limit);
  EXPECT_NE(used_up.detail.find("bottle 'dev' has used its share"), std::string::npos);
  EXPECT_EQ(share_used_up("").detail.find("bottle"), std::string::npos) << "a door has a share too";
  EXPECT_NE(used_up.operator_can.find("audit.max_bytes"), std::string::npos);
}

TEST(MicrosecondsSince, CountsFromThere) {
  EXPECT_GE(microseconds_since(io::SteadyClock::now() - std::chrono::milliseconds(5)), 5000U);
}

}  // namespace
}  // namespace cork::session
