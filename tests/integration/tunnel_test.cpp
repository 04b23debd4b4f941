// Clear text through CONNECT, as fetch and undici send it: the same checks as in absolute-form.
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cork::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string get(const World& world, const std::string& host = "origin.test") {
  return fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", world.authority(host));
}

TEST(Tunnel, ClearTextIsServedWhereAnHttpRouteAdmitsIt) {
  World world({.clear_origin = true});
  Wire agent = world.open_tunnel();
  for (int i = 0; i < 3; ++i) {
    agent.send(get(world));
    const Response response = read_response(agent);
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "hello");
  }
  EXPECT_THAT(world.origin().requests().front().head, HasSubstr("GET / HTTP/1.1\r\n"));
  world.stop();
  EXPECT_THAT(world.audit().front(),
              AllOf(HasSubstr(R"("scheme":"http")"), HasSubstr(R"("reason":"allowed")")));
}

TEST(Tunnel, ClearTextBehindTheConnectHeadIsServedToo) {
  World world({.clear_origin = true});
  Wire agent = world.connect();
  agent.send(
      fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n{1}", world.authority(), get(world)));
  EXPECT_THAT(agent.receive_until("\r\n\r\n"), HasSubstr(" 200 "));
  EXPECT_EQ(read_response(agent).status, 200);
}

TEST(Tunnel, ClearTextToAHostThatNoHttpRouteNamesIsRefusedReadably) {
  World world;  // TLS alone
  for (const std::string host : {"origin.test", "elsewhere.test"}) {
    Wire agent = world.open_tunnel(host);
    agent.send(get(world, host));
    const Response response = read_response(agent);
    EXPECT_EQ(response.status, 403);
    EXPECT_THAT(response.body,
                AllOf(HasSubstr(R"("reason": "host_not_allowed")"), HasSubstr("http://" + host)));
  }
  EXPECT_TRUE(world.resolver().asked().empty());
  EXPECT_EQ(world.origin().connections(), 0U);
}

TEST(Tunnel, ClearTextMustNameTheTunnelsHost) {
  World world({.more_hosts = {"other.test"}, .clear_origin = true});
  for (const std::string& request :
       {get(world, "other.test"), std::string("GET / HTTP/1.1\r\nHost: origin.test\r\n\r\n"),
        fmt::format("GET http://{0}/ HTTP/1.1\r\nHost: {0}\r\n\r\n", world.authority("other.test")),
        fmt::format("GET https://{0}/ HTTP/1.1\r\nHost: {0}\r\n\r\n", world.authority()),
        fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n", world.authority())}) {
    Wire agent = world.open_tunnel();
    agent.send(request);
    EXPECT_EQ(read_response(agent).status, 400) << request;
  }
  EXPECT_EQ(world.origin().connections(), 0U);
}

TEST(Tunnel, ClearTextThatLeaksIsRefused) {
  World world({.clear_origin = true});
  const std::string secret = made_up_token();
  Wire agent = world.open_tunnel();
  agent.send(fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n{}",
                         world.authority(), secret.size(), secret));
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body, AllOf(HasSubstr(R"("reason": "leak")"), Not(HasSubstr(secret))));
  EXPECT_EQ(world.origin().received(), "");
}

TEST(Tunnel, ClearTextIsNarrowedByItsRoute) {
  World world({.methods = {"GET"}, .clear_origin = true});
  Wire agent = world.open_tunnel();
  agent.send(fmt::format("DELETE / HTTP/1.1\r\nHost: {}\r\n\r\n", world.authority()));
  EXPECT_THAT(read_response(agent).body, HasSubstr("method_not_allowed"));
}

TEST(Tunnel, TlsToAHostThatOnlyAnHttpRouteNamesIsRefusedInsideTls) {
  World world({.clear_origin = true});
  Wire agent = world.tunnel();
  agent.send(get(world));
  EXPECT_THAT(read_response(agent).body, HasSubstr(R"("reason": "host_not_allowed")"));
  EXPECT_EQ(world.origin().connections(), 0U);
}

TEST(Tunnel, TlsToClearTextHostsIsNoWayAroundTheRateOfDenials) {
  app::Overrides overrides;
  overrides.bottle.denials_per_second = 0;
  overrides.bottle.denials_burst = 1;
  World world({.overrides = overrides, .clear_origin = true});
  Wire first = world.tunnel();
  first.send(get(world));
  EXPECT_THAT(read_response(first).body, HasSubstr("host_not_allowed"));
  Wire second = world.open_tunnel();
  EXPECT_FALSE(second.start_tls("origin.test", world.ca_pem()));
  Wire clear = world.open_tunnel();
  clear.send(get(world));
  EXPECT_EQ(read_response(clear).status, 200);
}

TEST(Tunnel, ClearTextThatIsNoRequestIsRefused) {
  World world({.clear_origin = true});
  for (const std::string first : {"SSH-2.0-x\r\n", "\r\nGET / HTTP/1.1\r\n\r\n", "220 mail\r\n"}) {
    Wire agent = world.open_tunnel();
    agent.send(first);
    const Response response = read_response(agent);
    EXPECT_EQ(response.status, 400) << first;
    EXPECT_THAT(response.body, HasSubstr("neither TLS nor an HTTP request"));
  }
}

TEST(Tunnel, ClearTextThatStopsInItsFirstWordIsRefused) {
  app::Overrides overrides;
  overrides.session.hello_ms = 50;
  World world({.overrides = overrides, .clear_origin = true});
  Wire agent = world.open_tunnel();
  agent.send("HELLO");
  EXPECT_EQ(read_response(agent).status, 400);
  world.stop();
  EXPECT_THAT(world.audit().back(), HasSubstr("bad_request"));
}

TEST(Tunnel, ClearTextEndsWithAReloadThatRemovesItsRoute) {
  World world({.more_hosts = {"other.test"}, .clear_origin = true});
  Wire agent = world.open_tunnel();
  agent.send(get(world));
  EXPECT_EQ(read_response(agent).status, 200);
  ASSERT_TRUE(world.reload({"origin.test"}));
  agent.send(get(world));
  EXPECT_EQ(read_response(agent).status, 200);
  ASSERT_TRUE(world.reload({"other.test"}));
  EXPECT_EQ(agent.receive_all(), "");
}

}  // namespace
}  // namespace cork::test
