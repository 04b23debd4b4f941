// What one bottle may use at a time, and what happens when it asks for more.
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cork::test {
namespace {

using ::testing::HasSubstr;

app::Overrides limited(const BottleLimits& limits) {
  app::Overrides overrides;
  overrides.bottle = limits;
  return overrides;
}

std::string get(const World& world, const std::string& host = "origin.test") {
  return fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", world.authority(host));
}

TEST(Limits, ConnectionsBeyondABottlesCapAreTurnedAwayAndPlaceIsMadeAgain) {
  World world({.overrides = limited({.connections = 2})});
  {
    Wire first = world.tunnel();
    Wire second = world.tunnel();
    Wire third = world.connect();
    EXPECT_THAT(third.receive_all(), HasSubstr("bottle_limit"));
    second.send(get(world));
    EXPECT_EQ(read_response(second).status, 200);
  }
  // Connections end a moment after their client did.
  int status = 0;
  for (int tries = 0; tries < 100 && status != 200; ++tries) {
    Wire again = world.connect();
    again.send(fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n", world.authority()));
    status = again.receive_until("\r\n\r\n").find(" 200 ") != std::string::npos ? 200 : 0;
  }
  EXPECT_EQ(status, 200);
}

TEST(Limits, AllBottlesTogetherHaveACapOverAllWorkers) {
  app::Overrides overrides;
  overrides.session.connections = 3;
  World world({.overrides = overrides, .workers = 4});
  std::vector<Wire> open;
  for (int i = 0; i < 3; ++i) open.push_back(world.tunnel());
  for (int i = 0; i < 8; ++i) EXPECT_THAT(world.connect().receive_all(), HasSubstr("bottle_limit"));
}

TEST(Limits, ExchangesBeyondABottlesCapAreRefusedWithARecord) {
  World world({.overrides = limited({.exchanges = 0})});
  Wire agent = world.tunnel();
  agent.send(get(world));
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body, HasSubstr(R"("reason": "bottle_limit")"));
  EXPECT_EQ(world.origin().connections(), 0U);
  world.stop();
  EXPECT_THAT(world.audit().back(), HasSubstr("bottle_limit"));
}

TEST(Limits, HandshakesBeyondABottlesCapAreRefusedAtConnect) {
  World world({.overrides = limited({.handshakes = 0})});
  Wire agent = world.connect();
  agent.send(fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n", world.authority()));
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body, HasSubstr("bottle_limit"));
}

TEST(Limits, DistinctNamesBelowAWildcardAreBudgeted) {
  World world({.more_hosts = {"*.wild.test"}, .overrides = limited({.names_per_hour = 2})});
  for (const std::string host : {"a.wild.test", "b.wild.test", "a.wild.test"}) {
    Wire agent = world.tunnel(host);
    agent.send(get(world, host));
    EXPECT_NE(read_response(agent).status, 403) << host;
  }
  Wire agent = world.tunnel("c.wild.test");
  agent.send(get(world, "c.wild.test"));
  EXPECT_THAT(read_response(agent).body, HasSubstr("bottle_limit"));
  for (const auto& asked : world.resolver().asked()) EXPECT_NE(asked, "c.wild.test");
  // A host that is named by itself is no budget's business.
  Wire named = world.tunnel();
  named.send(get(world));
  EXPECT_EQ(read_response(named).status, 200);
}

TEST(Limits, DenialsAboveTheRateAreRefusedAtConnectWithoutAHandshake) {
  World world({.overrides = limited({.denials_per_second = 0, .denials_burst = 2})});
  for (int i = 0; i < 2; ++i) {
    Wire agent = world.tunnel("elsewhere.test");
    agent.send(get(world, "elsewhere.test"));
    EXPECT_THAT(read_response(agent).body, HasSubstr("host_not_allowed"));
  }
  Wire agent = world.connect();
  agent.send("CONNECT elsewhere.test:443 HTTP/1.1\r\nHost: elsewhere.test:443\r\n\r\n");
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body, HasSubstr("host_not_allowed"));
  EXPECT_THAT(response.body, HasSubstr("elsewhere.test"));
  // What is allowed is not affected.
  Wire allowed = world.tunnel();
  allowed.send(get(world));
  EXPECT_EQ(read_response(allowed).status, 200);
}

TEST(Limits, DecodersOfABottleShareAMemoryBudget) {
  World world({.overrides = limited({.decoder_bytes = 1000})});
  Wire agent = world.tunnel();
  agent.send(fmt::format(
      "POST / HTTP/1.1\r\nHost: {}\r\nContent-Encoding: gzip\r\n"
      "Content-Length: 20\r\n\r\n{}",
      world.authority(), std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0", 20)));
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body, HasSubstr("scan_limit"));
  EXPECT_THAT(response.body, HasSubstr("no memory left"));
}

}  // namespace
}  // namespace cork::test
