// The one name that cork answers itself: to the bottle that asks, about it alone, and never
// upstream.
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <string>
#include <utility>

namespace cork::test {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string ask(const std::string& path, const std::string& method = "GET",
                const std::string& more = "") {
  return fmt::format("{} http://cork.internal{} HTTP/1.1\r\nHost: cork.internal\r\n{}\r\n", method,
                     path, more);
}

Response answer(Wire& wire, const std::string& path) {
  wire.send(ask(path));
  return read_response(wire);
}

// Refuses a request of the bottle at that door; the refusal.
json::object refused(World& world, std::size_t door = 0) {
  Wire agent = world.tunnel("elsewhere.test", door);
  agent.send(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", world.authority("elsewhere.test")));
  return json::parse(read_response(agent).body).as_object();
}

std::string why(const json::object& refusal) {
  return "/why/" + std::string(refusal.at("id").as_string());
}

void expect_nothing_was_reached(World& world) {
  EXPECT_THAT(world.resolver().asked(), ElementsAre());
  EXPECT_EQ(world.origin().connections(), 0U);
}

TEST(CorkInternal, SaysWhatTheBottleMayReachOnAConnectionThatStaysOpen) {
  World world({.methods = {"GET"}, .more_bottles = {"quiet"}});
  Wire agent = world.connect();
  for (int i = 0; i < 3; ++i) {
    const Response response = answer(agent, "/routes");
    EXPECT_EQ(response.status, 200);
    EXPECT_THAT(response.head, HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_THAT(response.head, HasSubstr("Cache-Control: no-store\r\n"));
    const json::object all = json::parse(response.body).as_object();
    EXPECT_EQ(all.at("bottle"), "dev");
    EXPECT_EQ(all.at("routes").as_array().at(0).at("host"), "origin.test");
    EXPECT_EQ(all.at("routes").as_array().at(0).at("methods"), json::parse(R"(["GET"])"));
    for (const char* word : {"quiet", "yaml", "127.0.0.1"}) {
      EXPECT_THAT(response.body, Not(HasSubstr(word)));
    }
  }
  // And the same connection goes on to an origin's refusal.
  agent.send("GET http://elsewhere.test/ HTTP/1.1\r\nHost: elsewhere.test\r\n\r\n");
  EXPECT_EQ(read_response(agent).status, 403);
  expect_nothing_was_reached(world);
}

TEST(CorkInternal, ShowsABottlesOwnRefusalAgainAndNobodyElses) {
  World world({.more_bottles = {"quiet"}});
  const json::object own = refused(world);
  const json::object others = refused(world, 1);
  Wire agent = world.connect();
  const Response again = answer(agent, why(own));
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(json::parse(again.body), own);
  const Response of_another = answer(agent, why(others));
  const Response unknown = answer(agent, "/why/01ARYZ6S410000000000000000");
  EXPECT_EQ(of_another.status, 404);
  EXPECT_EQ(of_another.body, unknown.body) << "one that exists looks like one that does not";
}

TEST(CorkInternal, ARefusalIsStillThereAfterAReload) {
  World world;
  const json::object own = refused(world);
  world.resolver().answer("new.test", {{"127.0.0.1"}});
  ASSERT_TRUE(world.reload({"new.test"}));
  Wire agent = world.connect();
  EXPECT_EQ(json::parse(answer(agent, why(own)).body), own);
  const std::string routes = answer(agent, "/routes").body;
  EXPECT_THAT(routes, HasSubstr("new.test"));
  EXPECT_THAT(routes, Not(HasSubstr("origin.test")));
}

TEST(CorkInternal, OnlyTheLastRefusalsAreKept) {
  app::Overrides overrides;
  overrides.bottle.refusals_kept = 1;
  World world({.overrides = overrides});
  const json::object first = refused(world), second = refused(world);
  Wire agent = world.connect();
  EXPECT_EQ(answer(agent, why(first)).status, 404);
  EXPECT_EQ(answer(agent, why(second)).status, 200);
}

TEST(CorkInternal, HandsOutTheCa) {
  World world;
  Wire agent = world.connect();
  EXPECT_EQ(answer(agent, "/ca.pem").body, world.ca_pem());
}

TEST(CorkInternal, IsForReadingAlone) {
  World world;
  Wire agent = world.connect();
  agent.send(ask("/routes", "HEAD"));
  const Response head = read_response(agent, true);
  EXPECT_EQ(head.status, 200);
  agent.send(ask("/routes", "DELETE"));
  const Response refused = read_response(agent);
  EXPECT_EQ(refused.status, 405);
  EXPECT_THAT(refused.head, HasSubstr("Allow: GET, HEAD\r\n"));
  // A body is read and goes nowhere.
  agent.send(ask("/routes", "POST", "Content-Length: 5\r\n") + "hello");
  EXPECT_EQ(read_response(agent).status, 405);
  EXPECT_EQ(agent.receive_all(), "");
  expect_nothing_was_reached(world);
}

TEST(CorkInternal, IsAnsweredInsideATunnelTooWhateverThePort) {
  World world;
  Wire agent = world.tunnel("cork.internal");
  agent.send(
      fmt::format("GET /routes HTTP/1.1\r\nHost: {}\r\n\r\n", world.authority("cork.internal")));
  EXPECT_THAT(read_response(agent).body, HasSubstr("origin.test"));
  Wire clear = world.connect();
  clear.send("GET http://CORK.internal:9090/ HTTP/1.1\r\nHost: cork.internal:9090\r\n\r\n");
  EXPECT_EQ(read_response(clear).status, 200);
  expect_nothing_was_reached(world);
}

TEST(CorkInternal, IsAnsweredInClearTextThroughATunnelToo) {
  World world;
  Wire agent = world.connect();
  agent.send("CONNECT cork.internal:80 HTTP/1.1\r\nHost: cork.internal:80\r\n\r\n");
  (void)agent.receive_until("\r\n\r\n");
  agent.send("GET /routes HTTP/1.1\r\nHost: cork.internal\r\n\r\n");
  EXPECT_THAT(read_response(agent).body, HasSubstr("origin.test"));
  expect_nothing_was_reached(world);
}

TEST(CorkInternal, IsNeverAnUpstreamNotEvenWhereTheBottleOnlyObserves) {
  World world({.mode = policy::Mode::observe});
  Wire agent = world.connect();
  for (const char* path : {"/", "/nowhere", "/metrics"}) {
    EXPECT_NE(answer(agent, path).status, 502) << path;
  }
  Wire tunnel = world.tunnel("cork.internal");
  tunnel.send(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", world.authority("cork.internal")));
  EXPECT_EQ(read_response(tunnel).status, 200);
  expect_nothing_was_reached(world);
}

TEST(CorkInternal, AHostFieldMakesNoOtherPlaceOfItNorItOfAnother) {
  World world;
  for (const auto& [target, host] : {std::pair{"http://cork.internal/routes", "origin.test"},
                                     std::pair{"http://origin.test/routes", "cork.internal"},
                                     std::pair{"/routes", "cork.internal"}}) {
    Wire agent = world.connect();
    agent.send(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", target, host));
    const Response response = read_response(agent);
    EXPECT_EQ(response.status, 400) << target;
    EXPECT_THAT(response.body, Not(HasSubstr("routes\":")));
  }
  expect_nothing_was_reached(world);
}

TEST(CorkInternal, IsOneRecordThatHoldsNoSecretWhateverWasSentToIt) {
  World world;
  const std::string secret = made_up_token();
  Wire agent = world.connect();
  agent.send(ask("/why/" + secret + "?q=" + secret, "GET", "X-Note: " + secret + "\r\n"));
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.head + response.body, Not(HasSubstr(secret)));
  const auto lines = world.audit();
  ASSERT_EQ(lines.size(), 1U) << "and it is written before the answer";
  EXPECT_THAT(lines[0], Not(HasSubstr(secret)));
  const json::object record = json::parse(lines[0]).as_object();
  EXPECT_EQ(record.at("event"), "answered");
  EXPECT_EQ(record.at("decision"), "allow");
  EXPECT_EQ(record.at("status"), 404);
  EXPECT_FALSE(record.at("findings").as_array().empty());
  for (const auto& finding : record.at("findings").as_array()) {
    EXPECT_EQ(finding.at("action"), "record") << "nothing leaves, so nothing was stopped";
  }
}

TEST(CorkInternal, IsAskedNoMoreOftenThanItsRate) {
  app::Overrides overrides;
  overrides.bottle.answers_burst = 2;
  overrides.bottle.answers_per_second = 0;
  World world({.overrides = overrides});
  Wire agent = world.connect();
  EXPECT_EQ(answer(agent, "/").status, 200);
  EXPECT_EQ(answer(agent, "/").status, 200);
  const Response third = answer(agent, "/");
  EXPECT_EQ(third.status, 403);
  EXPECT_THAT(third.body, HasSubstr("bottle_limit"));
}

TEST(CorkInternal, CountsInTheMetricsOfItsBottle) {
  World world({.metrics = true});
  Wire agent = world.connect();
  EXPECT_EQ(answer(agent, "/").status, 200);
  Wire scrape = Wire::connect(world.metrics_port());
  scrape.send("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(scrape.receive_all(),
              HasSubstr("{bottle=\"dev\",decision=\"allow\",reason=\"allowed\"} 1\n"));
}

}  // namespace
}  // namespace cork::test
