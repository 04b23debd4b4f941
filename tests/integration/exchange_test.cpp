// The ordinary path: what an agent asks of an allowed origin arrives there, and the answer comes
// back.
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cork::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string get(const World& world, const std::string& path = "/", const std::string& fields = "") {
  return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n{}\r\n", path, world.authority(), fields);
}

TEST(Exchange, AnAllowedHostIsReachedThroughInterception) {
  World world;
  Wire agent = world.tunnel();
  agent.send(get(world, "/a?b=c"));
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello");
  ASSERT_EQ(world.origin().requests().size(), 1U);
  EXPECT_THAT(world.origin().requests().front().head, HasSubstr("GET /a?b=c HTTP/1.1\r\n"));
}

TEST(Exchange, AConnectionServesManyRequestsAndReusesItsUpstream) {
  World world;
  Wire agent = world.tunnel();
  for (int i = 0; i < 5; ++i) {
    agent.send(get(world));
    EXPECT_EQ(read_response(agent).status, 200);
  }
  EXPECT_EQ(world.origin().connections(), 1U);
}

TEST(Exchange, AHostThatNoRouteNamesIsRefusedInsideTlsAndNeverResolved) {
  World world;
  Wire agent = world.tunnel("elsewhere.test");
  agent.send(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", world.authority("elsewhere.test")));
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.head, HasSubstr("application/problem+json"));
  EXPECT_THAT(response.head, HasSubstr("Cork-Decision: deny; reason=host_not_allowed; id="));
  EXPECT_THAT(response.body, HasSubstr(R"("reason": "host_not_allowed")"));
  EXPECT_THAT(world.resolver().asked(), ElementsAre());
  EXPECT_EQ(world.origin().connections(), 0U);
}

TEST(Exchange, ASmallBodyArrivesByteForByte) {
  World world({.respond = [](const OriginRequest& request) { return ok(request.body); }});
  std::string body;
  for (int i = 0; i < 2048; ++i) body += static_cast<char>(i * 7);
  Wire agent = world.tunnel();
  agent.send(fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n",
                         world.authority(), body.size()));
  agent.send(body);
  EXPECT_EQ(read_response(agent).body, body);
}

TEST(Exchange, ALargeChunkedBodyArrivesByteForByte) {
  World world({.respond = [](const OriginRequest& request) { return ok(request.body); }});
  std::string body;
  std::string wire_body;
  for (int i = 0; body.size() < 3'000'000; ++i) {
    const std::string piece(static_cast<std::size_t>(1 + (i * 7919) % 40'000),
                            static_cast<char>('a' + i % 26));
    body += piece;
    wire_body += fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
  }
  Wire agent = world.tunnel();
  agent.send(fmt::format("PUT / HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n",
                         world.authority()));
  agent.send(wire_body + "0\r\n\r\n");
  EXPECT_TRUE(read_response(agent).body == body);
}

TEST(Exchange, EveryExchangeIsOpenedAndClosedInTheLogWithOneId) {
  World world;
  (void)world.exchange(get(world, "/x"));
  world.stop();
  const auto lines = world.audit();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr(R"("event":"open")"));
  EXPECT_THAT(lines[1], HasSubstr(R"("event":"close")"));
  const auto id = lines[0].substr(lines[0].find("\"id\":"), 33);
  EXPECT_THAT(lines[1], HasSubstr(id));
}

TEST(Exchange, AnExpectedContinueComesOnlyAfterThePolicySaidYes) {
  World world;
  Wire agent = world.tunnel();
  agent.send(
      fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nExpect: 100-continue\r\n"
                  "Content-Length: 4\r\n\r\n",
                  world.authority()));
  EXPECT_THAT(agent.receive_until("\r\n\r\n"), HasSubstr("100 Continue"));
  agent.send("body");
  EXPECT_EQ(read_response(agent).status, 200);

  Wire denied = world.tunnel("elsewhere.test");
  denied.send(
      fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nExpect: 100-continue\r\n"
                  "Content-Length: 4\r\n\r\n",
                  world.authority("elsewhere.test")));
  const Response response = read_response(denied);
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.head, HasSubstr("Connection: close"));
}

TEST(Exchange, AChunkedResponseStreamsAndItsConnectionLivesOn) {
  World world({.respond = [](const OriginRequest&) {
    return std::string(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n"
        "0\r\n\r\n");
  }});
  Wire agent = world.tunnel();
  for (int i = 0; i < 2; ++i) {
    agent.send(get(world));
    EXPECT_EQ(read_response(agent).body, "abcde");
  }
}

TEST(Exchange, AResponseCutShortByTheOriginIsNeverPassedOffAsWhole) {
  World world({.respond = [](const OriginRequest&) {
    return std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nabc");
  }});
  Wire agent = world.tunnel();
  agent.send(get(world));
  // The origin waits for another request; what ends the wait is its own end.
  EXPECT_EQ(agent.receive_until("abc").substr(0, 12), "HTTP/1.1 200");
}

TEST(Exchange, HeadAndNoContentHaveNoBody) {
  World world({.respond = [](const OriginRequest& request) {
    return request.head.starts_with("HEAD")
               ? std::string("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
               : std::string("HTTP/1.1 204 No Content\r\n\r\n");
  }});
  Wire agent = world.tunnel();
  agent.send(fmt::format("HEAD / HTTP/1.1\r\nHost: {}\r\n\r\n", world.authority()));
  EXPECT_THAT(read_response(agent, true).head, HasSubstr("Content-Length: 5000"));
  agent.send(get(world));
  EXPECT_EQ(read_response(agent).status, 204);
}

TEST(Exchange, APlainHttpRouteIsServedInAbsoluteForm) {
  World world({.clear_origin = true});
  Wire agent = world.connect();
  agent.send(fmt::format("GET http://{0}/x HTTP/1.1\r\nHost: {0}\r\n\r\n", world.authority()));
  EXPECT_EQ(read_response(agent).status, 200);
  EXPECT_THAT(world.origin().requests().front().head, HasSubstr("GET /x HTTP/1.1\r\n"));
}

TEST(Exchange, WhereTheBottleObservesWhatWouldBeRefusedPassesAndIsSaidToBeObserved) {
  World world({.mode = policy::Mode::observe, .methods = {"GET"}});
  Wire agent = world.tunnel();
  agent.send(
      fmt::format("PUT /x HTTP/1.1\r\nHost: {}\r\nContent-Length: 1\r\n\r\nx", world.authority()));
  EXPECT_EQ(read_response(agent).body, "hello");
  world.stop();
  EXPECT_THAT(world.audit().back(), HasSubstr(R"("decision":"observe")"));
  EXPECT_THAT(world.audit().back(), HasSubstr("method_not_allowed"));
}

TEST(Exchange, WhereTheBottleObservesAPrivateAddressIsStillRefused) {
  World world({.mode = policy::Mode::observe, .opened = {}});
  Wire agent = world.tunnel();
  agent.send(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", world.authority()));
  EXPECT_THAT(read_response(agent).body, HasSubstr("address_not_allowed"));
  EXPECT_EQ(world.origin().connections(), 0U);
}

TEST(Exchange, AProxyNameTypedIntoABrowserIsToldWhatThisIs) {
  World world;
  Wire agent = world.connect();
  agent.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("this is a proxy"));
}

}  // namespace
}  // namespace cork::test
