// Whom a request is for: CONNECT = SNI = Host, and the address dialled is the address decided.
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cork::test {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string connect_to(World& world, Wire& agent, const std::string& authority) {
  (void)world;
  agent.send(fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n", authority));
  return agent.receive_until("\r\n\r\n");
}

TEST(Identity, AnSniThatIsNotTheConnectHostIsRefused) {
  World world({.more_hosts = {"other.test"}});
  Wire agent = world.connect();
  connect_to(world, agent, world.authority());
  EXPECT_FALSE(agent.start_tls("other.test", world.ca_pem()));
  world.stop();
  ASSERT_THAT(world.audit(), SizeIs(1));
  EXPECT_THAT(world.audit().front(), HasSubstr("sni_mismatch"));
}

TEST(Identity, AMissingSniIsRefusedInsideTls) {
  World world;
  Wire agent = world.connect();
  connect_to(world, agent, world.authority());
  ASSERT_TRUE(agent.start_tls("", world.ca_pem()));
  agent.send(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", world.authority()));
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body, HasSubstr("sni_mismatch"));
}

TEST(Identity, AHostFieldThatIsNotTheTunnelsHostIsRefused) {
  World world({.more_hosts = {"other.test"}});
  for (const std::string& host : {world.authority("other.test"), std::string("origin.test:1"),
                                  std::string("origin.test"), std::string("origin.test:0443")}) {
    Wire agent = world.tunnel();
    agent.send(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", host));
    const Response response = read_response(agent);
    EXPECT_EQ(response.status, 400) << host;
  }
  EXPECT_EQ(world.origin().connections(), 0U);
}

TEST(Identity, AHostFieldInAnotherCaseOrWithATrailingDotIsTheSameHost) {
  World world;
  Wire agent = world.tunnel();
  agent.send(fmt::format("GET / HTTP/1.1\r\nHost: ORIGIN.test.:{}\r\n\r\n", world.origin().port()));
  EXPECT_EQ(read_response(agent).status, 200);
}

TEST(Identity, ConnectInsideATunnelIsRefused) {
  World world;
  Wire agent = world.tunnel();
  agent.send(fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n", world.authority()));
  EXPECT_EQ(read_response(agent).status, 400);
}

TEST(Identity, BytesBehindAConnectHeadBelongToTheClientHello) {
  World world;
  Wire agent = world.connect();
  // Five bytes that are no ClientHello, in the same segment as the head.
  agent.send(fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n\x01\x02\x03\x04\x05",
                         world.authority()));
  EXPECT_THAT(agent.receive_until("\r\n\r\n"), HasSubstr(" 200 "));
  EXPECT_EQ(read_response(agent).status, 400);
}

TEST(Identity, TheAddressDialledIsTheOneThatWasDecided) {
  World world;
  // A rebinding name: the first answer is allowed, every later one is somewhere else.
  world.resolver().answer("origin.test", {{"127.0.0.1"}, {"10.0.0.1"}});
  EXPECT_THAT(world.exchange(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", world.authority())),
              HasSubstr("200 OK"));
  EXPECT_THAT(world.resolver().asked(), SizeIs(1));
}

TEST(Identity, OneForbiddenAddressRefusesTheWholeAnswer) {
  for (const std::string address :
       {"10.0.0.1", "169.254.169.254", "::1", "::ffff:169.254.169.254", "64:ff9b::a00:1",
        "2002:7f00:1::", "fd00:ec2::254", "0.0.0.0", "100.64.0.1", "192.168.1.1", "fe80::1",
        "::ffff:127.0.0.2", "2001:0:7f00:1::"}) {
    World world;
    world.resolver().answer("origin.test", {{"127.0.0.1", address}});
    const std::string answer =
        world.exchange(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", world.authority()));
    EXPECT_THAT(answer, HasSubstr(R"("reason": "address_not_allowed")")) << address;
    EXPECT_EQ(world.origin().connections(), 0U);
  }
}

TEST(Identity, EverySpellingOfALocalAddressIsRefusedAtConnect) {
  World world({.opened = {}});
  for (const std::string host :
       {"127.1", "0x7f.1", "017700000001", "2130706433", "0x7f000001", "127.0.0.01", "0177.0.0.1",
        "[::ffff:127.0.0.1%25lo]", "[fe80::1%25eth0]", "127.0.0.1%00", "user@127.0.0.1"}) {
    Wire agent = world.connect();
    const std::string answer = connect_to(world, agent, host + ":443");
    EXPECT_THAT(answer, HasSubstr(" 400 ")) << host;
  }
  EXPECT_TRUE(world.resolver().asked().empty());
}

TEST(Identity, CorkIsNotReachableThroughItself) {
  World world({.more_hosts = {"self.test"}, .metrics = true});
  world.resolver().answer("self.test", {{"127.0.0.1"}});
  // A route that opens loopback on the metrics port would be needed; even then, own listeners are
  // out.
  const auto port = world.metrics_port();
  Wire agent = world.connect();
  agent.send(fmt::format("GET http://127.0.0.1:{0}/metrics HTTP/1.1\r\nHost: 127.0.0.1:{0}\r\n\r\n",
                         port));
  const auto refusal = read_response(agent);
  EXPECT_EQ(refusal.status, 403);
  EXPECT_NE(refusal.body.find("is cork itself"), std::string::npos) << refusal.body;
  EXPECT_EQ(refusal.body.find("operator_can"), std::string::npos) << "nothing opens that";
}

// Though a route opens it for clear text.
TEST(Identity, AskingForCorkItselfLeavesARecordEvenWhereNothingFollows) {
  World world({.metrics = true});
  const auto port = world.metrics_port();
  policy::Route route{.pattern = *policy::HostPattern::parse("127.0.0.1"),
                      .scheme = Scheme::http,
                      .port = port,
                      .methods = {},
                      .addresses = {*Cidr::parse("127.0.0.1/32")},
                      .where = {"cork.yaml", 7, 9}};
  world.config().bottles.front().bottle =
      policy::Bottle("dev", policy::Mode::enforce, {std::move(route)}, {"cork.yaml", 6, 5});
  ASSERT_TRUE(world.reload());
  {
    Wire agent = world.connect();
    connect_to(world, agent, fmt::format("127.0.0.1:{}", port));
  }
  world.stop();
  EXPECT_THAT(world.audit(), ::testing::Contains(HasSubstr("address_not_allowed")));
}

}  // namespace
}  // namespace cork::test
