// Whose a client is: bottles at one listener are told apart, and nobody is two bottles'.
#include "tests/integration/two_bottles.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace cork::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Clock = std::chrono::steady_clock;

constexpr const char* kDev = "127.0.0.2";
constexpr const char* kDocs = "127.0.0.3";

Wire agent_at(const World& world, const std::string& address) {
  return Wire::connect(world.proxy_port(), address);
}

// Whose the client is shows in what it may reach.
void expect_dev(const World& world, const std::string& address, const std::string& fields = {}) {
  for (const auto& [host, status] : {std::pair("origin.test", 200), std::pair("other.test", 403)}) {
    Wire agent = agent_at(world, address);
    open_tunnel(world, agent, host, fields);
    const Response response = get(world, agent, host);
    EXPECT_EQ(response.status, status) << response.body;
    if (status == 403) EXPECT_THAT(response.body, HasSubstr("bottle 'dev' may not reach"));
  }
}
void expect_docs(const World& world, const std::string& address, const std::string& fields = {}) {
  Wire agent = agent_at(world, address);
  open_tunnel(world, agent, "other.test", fields);
  EXPECT_EQ(get(world, agent, "other.test").status, 200);
}
// Refused before a tunnel; what it was told.
Response expect_unknown(const World& world, const std::string& address,
                        const std::string& fields = {}) {
  Wire agent = agent_at(world, address);
  agent.send(
      fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n{1}\r\n", world.authority(), fields));
  Response response = read_response(agent);
  EXPECT_EQ(response.status, 403) << response.head;
  EXPECT_THAT(response.body, HasSubstr(R"("reason": "unknown_client")"));
  EXPECT_EQ(agent.receive_all(), "") << "it closes";
  return response;
}

TEST(Identity, OneListenerABottleIsTheRule) {
  WorldOptions options = two_bottles({}, {});
  options.change = [change = options.change](config::Config& config) {
    change(config);
    config.bottles[1].listen.at = config::TcpListen{*IpAddress::parse("127.0.0.1"), free_port()};
  };
  World world(options);
  expect_dev(world, "127.0.0.1");
  const auto port = std::get<config::TcpListen>(world.config().bottles[1].listen.at).port;
  Wire agent = Wire::connect(port);
  open_tunnel(world, agent, "other.test");
  EXPECT_EQ(get(world, agent, "other.test").status, 200);
}

TEST(Identity, AUnixSocketKnowsItsClientsBySoPeercred) {
  const TemporaryFolder folder;
  const auto me = static_cast<std::uint32_t>(::getuid());
  WorldOptions options;
  options.change = [&](config::Config& config) {
    config.bottles.front().listen.at = config::UnixListen{folder / "dev.sock"};
    config.bottles.front().conditions.users = {me, me + 7};
  };
  World world(options);
  {
    Wire agent = Wire::connect(folder / "dev.sock");
    open_tunnel(world, agent, "origin.test");
    EXPECT_EQ(get(world, agent, "origin.test").status, 200);
  }
  world.config().bottles.front().conditions.users = {me + 7};
  ASSERT_TRUE(world.reload());
  Wire agent = Wire::connect(folder / "dev.sock");
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body,
              AllOf(HasSubstr("unknown_client"),
                    HasSubstr(fmt::format("no bottle takes clients from user {}", me)),
                    HasSubstr(fmt::format("add {} to `users`", me))));
}

TEST(Identity, BottlesSharingAListenerAreToldApartByAddress) {
  World world(two_bottles(from(kDev), from(kDocs)));
  expect_dev(world, kDev);
  expect_docs(world, kDocs);
  EXPECT_THAT(expect_unknown(world, "127.0.0.4").body,
              AllOf(HasSubstr("no bottle takes clients from 127.0.0.4 here"),
                    HasSubstr("add 127.0.0.4 to `clients`")));
}

TEST(Identity, BottlesSharingAListenerAreToldApartByCredentials) {
  World world(two_bottles(named("dev", "one"), named("docs", "two")));
  expect_dev(world, "127.0.0.1", authorization("dev", "one"));
  expect_docs(world, "127.0.0.1", authorization("docs", "two"));
}

TEST(Identity, BottlesSharingAListenerAreToldApartByAddressAndCredentials) {
  World world(two_bottles(named("agent", "one", kDev), named("agent", "two", kDocs)));
  expect_dev(world, kDev, authorization("agent", "one"));
  expect_docs(world, kDocs, authorization("agent", "two"));
}

TEST(Identity, SeveralConditionsAreAnded) {
  World world(two_bottles(named("dev", "one", kDev), from(kDocs)));
  expect_dev(world, kDev, authorization("dev", "one"));
  expect_unknown(world, "127.0.0.4", authorization("dev", "one"));
  expect_unknown(world, kDev, authorization("dev", "two"));
  expect_docs(world, kDocs, authorization("dev", "one"));  // not looked at
}

TEST(Identity, TheStatus407IsForMissingCredentialsOnly) {
  World world(two_bottles(named("dev", "one"), named("docs", "two")));
  Wire agent = world.connect();
  const std::string asked = ask_tunnel(world, agent, "origin.test");
  EXPECT_THAT(asked, AllOf(StartsWith("HTTP/1.1 407 "),
                           HasSubstr("\r\nProxy-Authenticate: Basic realm=\"cork\"\r\n"),
                           HasSubstr("\r\nConnection: keep-alive\r\n"),
                           HasSubstr("\r\nContent-Type: application/problem+json\r\n")));
  const auto length = asked.find("Content-Length: ");
  const std::string body = agent.receive_exactly(std::stoul(asked.substr(length + 16)));
  EXPECT_THAT(body, AllOf(HasSubstr(R"("status": 407)"), HasSubstr("unknown_client"),
                          HasSubstr("`cork env --bottle NAME`")));
  // On the same connection.
  open_tunnel(world, agent, "origin.test", authorization("dev", "one"));
  EXPECT_EQ(get(world, agent, "origin.test").status, 200);
  for (const std::string& wrong :
       {authorization("dev", "two"), authorization("nobody", "one"),
        std::string("Proxy-Authorization: Bearer one\r\n"),
        std::string("Proxy-Authorization: Basic !\r\n"), std::string("Proxy-Authorization:\r\n"),
        authorization("dev", "one") + authorization("dev", "one")}) {
    expect_unknown(world, "127.0.0.1", wrong);
  }
}

TEST(Identity, AWrongUserAndAWrongPasswordAreToldTheSame) {
  World world(two_bottles(named("dev", "one"), named("docs", "two")));
  const auto told = [&](const std::string& fields) {
    std::string body = expect_unknown(world, "127.0.0.1", fields).body;
    const auto id = body.find(R"("id": ")");
    return body.erase(id, 35);
  };
  const std::string wrong_password = told(authorization("dev", "x"));
  EXPECT_EQ(told(authorization("nobody", "one")), wrong_password);
  EXPECT_EQ(told("Proxy-Authorization: Basic !\r\n"), wrong_password);
}

TEST(Identity, ARequestInClearTextSaysWhoseItIsEachTime) {
  WorldOptions options = two_bottles(named("dev", "one"), named("docs", "two"));
  options.clear_origin = true;
  World world(options);
  Wire agent = world.connect();
  const auto ask = [&](const std::string& host, const std::string& fields) {
    agent.send(fmt::format("GET http://{0}/ HTTP/1.1\r\nHost: {0}\r\n{1}\r\n",
                           world.authority(host), fields));
    return read_response(agent);
  };
  EXPECT_EQ(ask("origin.test", "").status, 407);
  EXPECT_EQ(ask("origin.test", authorization("dev", "one")).status, 200);
  EXPECT_EQ(ask("origin.test", "").status, 407);
  EXPECT_EQ(ask("other.test", authorization("docs", "two")).status, 200);
  EXPECT_EQ(ask("origin.test", authorization("docs", "two")).status, 403);
  EXPECT_EQ(ask("origin.test", authorization("docs", "one")).status, 403);
  EXPECT_EQ(agent.receive_all(), "");
  EXPECT_THAT(world.origin().received(), Not(HasSubstr("uthorization")));
  world.stop();
  std::vector<std::string> bottles;
  for (const std::string& line : world.audit()) {
    if (line.find(R"("event":"open")") != std::string::npos) continue;
    bottles.push_back(line.substr(line.find(R"("bottle":")") + 10, 4));
  }
  EXPECT_THAT(bottles,
              ::testing::ElementsAre("\",\"c", "dev\"", "\",\"c", "docs", "docs", "\",\"c"));
}

TEST(Identity, ABodyWithoutCredentialsIsNotTakenForTheNextRequest) {
  WorldOptions options = two_bottles(named("dev", "one"), named("docs", "two"));
  options.clear_origin = true;
  World world(options);
  Wire agent = world.connect();
  const std::string smuggled = fmt::format("GET http://{0}/ HTTP/1.1\r\nHost: {0}\r\n{1}\r\n",
                                           world.authority(), authorization("dev", "one"));
  agent.send(fmt::format("POST http://{0}/ HTTP/1.1\r\nHost: {0}\r\nContent-Length: {1}\r\n\r\n{2}",
                         world.authority(), smuggled.size(), smuggled));
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 407);
  EXPECT_THAT(response.head, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_EQ(agent.receive_all(), "");
  EXPECT_EQ(world.origin().connections(), 0U);
}

TEST(Identity, ThePasswordIsInNoOutputAndIsNoLeak) {
  const std::string password = made_up_token();  // which a rule would stop
  WorldOptions options = two_bottles(named("dev", password), named("docs", "two"));
  options.clear_origin = true;
  options.metrics = true;
  World world(options);
  const std::string encoded = authorization("dev", password).substr(27, 30);
  std::string outputs;
  for (const std::string& fields : {authorization("dev", password), authorization("docs", password),
                                    "Proxy-Authorization: " + password + "\r\n"}) {
    Wire agent = world.connect();
    agent.send(fmt::format("GET http://{0}/ HTTP/1.1\r\nHost: {0}\r\nConnection: close\r\n{1}\r\n",
                           world.authority(), fields));
    outputs += agent.receive_all();
  }
  EXPECT_THAT(outputs, HasSubstr(" 200 OK"));
  EXPECT_THAT(outputs, Not(HasSubstr(R"("leak")")));
  Wire scraper = Wire::connect(world.metrics_port());
  scraper.send("GET /metrics HTTP/1.0\r\n\r\n");
  const std::string metrics = scraper.receive_all();
  EXPECT_THAT(metrics, HasSubstr(R"(cork_exchanges_total{bottle="other",decision="deny",)"
                                 R"(reason="unknown_client"} 2)"));
  world.stop();
  for (const std::string& line : world.audit()) outputs += line;
  outputs += metrics + world.origin().received();
  EXPECT_THAT(outputs, Not(HasSubstr(password)));
  EXPECT_THAT(outputs, Not(HasSubstr(encoded)));
}

TEST(Identity, ABottleWithoutProxyAuthIgnoresCredentialsAndStripsThem) {
  World world({.clear_origin = true});
  Wire agent = world.connect();
  agent.send(fmt::format("GET http://{0}/ HTTP/1.1\r\nHost: {0}\r\n{1}\r\n", world.authority(),
                         authorization("dev", made_up_token())));
  EXPECT_EQ(read_response(agent).status, 200);
  EXPECT_THAT(world.origin().received(), Not(HasSubstr("uthorization")));
}

TEST(Identity, WhoIsNobodysIsInTheLogUnderNobodysName) {
  World world(two_bottles(named("dev", "one", kDev), from(kDocs)));
  expect_unknown(world, kDev, authorization("dev", "x"));
  expect_unknown(world, "127.0.0.4");
  world.stop();
  const auto lines = world.audit();
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[0], AllOf(HasSubstr(R"("event":"refused")"), HasSubstr(R"("bottle":"")"),
                              HasSubstr("\"client\":\"127.0.0.2:"), HasSubstr(R"("CONNECT")"),
                              HasSubstr("unknown_client"), Not(HasSubstr("origin.test"))));
  EXPECT_THAT(lines[1], AllOf(HasSubstr(R"("bottle":"")"), HasSubstr("\"client\":\"127.0.0.4:"),
                              HasSubstr("unknown_client")));
}

TEST(Identity, AMalformedRequestOfWhoHasNotSaidIsNobodys) {
  World world(two_bottles(named("dev", "one"), named("docs", "two")));
  Wire agent = world.connect();
  agent.send("GET / HTTP/1.1\r\nHost : x\r\n\r\n");
  EXPECT_EQ(read_response(agent).status, 400);
  world.stop();
  EXPECT_THAT(world.audit().back(), AllOf(HasSubstr(R"("bottle":"")"), HasSubstr("bad_request")));
}

TEST(Identity, WhoHasNotSaidCountsAgainstTheDoorAndThenAgainstTheBottle) {
  WorldOptions options = two_bottles(named("dev", "one", kDev), from(kDocs));
  options.overrides.bottle.unidentified = 1;
  options.overrides.bottle.connections = 1;
  World world(options);
  Wire first = agent_at(world, kDev);
  EXPECT_THAT(ask_tunnel(world, first, "origin.test"), StartsWith("HTTP/1.1 407 "));
  first.receive_until("}\n");
  Wire crowded = agent_at(world, kDev);
  EXPECT_THAT(crowded.receive_all(),
              AllOf(HasSubstr("bottle_limit"), HasSubstr("this listener has")));
  {
    SCOPED_TRACE("of another bottle's nothing is taken");
    expect_docs(world, kDocs);
  }
  open_tunnel(world, first, "origin.test", authorization("dev", "one"));
  Wire second = agent_at(world, kDev);
  EXPECT_THAT(ask_tunnel(world, second, "origin.test", authorization("dev", "one")),
              HasSubstr("bottle_limit"));
  EXPECT_THAT(second.receive_all(), HasSubstr("bottle 'dev' has as many connections open"));
  EXPECT_THAT(world.audit(),
              Contains(AllOf(HasSubstr(R"("event":"refused")"), HasSubstr(R"("bottle":"dev")"),
                             HasSubstr(R"("reason":"bottle_limit")"))));
  EXPECT_EQ(get(world, first, "origin.test").status, 200);
}

TEST(Identity, SilentConnectionsOfOneAddressLeaveTheDoorOpenToOthers) {
  WorldOptions options = two_bottles(named("dev", "one", kDev), named("docs", "two", kDocs));
  options.overrides.bottle.unidentified = 4;
  options.overrides.bottle.unidentified_per_source = 2;
  World world(options);
  std::vector<Wire> silent;
  for (int i = 0; i < 2; ++i) silent.push_back(agent_at(world, kDev));
  Wire crowded = agent_at(world, kDev);
  EXPECT_THAT(crowded.receive_all(), HasSubstr("bottle_limit"));
  expect_docs(world, kDocs, authorization("docs", "two"));
}

TEST(Identity, GuessingIsSlowAboveARateAndTheRightWordIsNot) {
  WorldOptions options = two_bottles(named("dev", "one"), named("docs", "two"));
  options.overrides.bottle.denials_burst = 1;
  options.overrides.bottle.denials_per_second = 0;
  options.overrides.session.guess_ms = 300;
  World world(options);
  const auto time = [&](auto what) {
    const auto begin = Clock::now();
    what();
    return Clock::now() - begin;
  };
  const auto guess = [&] { expect_unknown(world, "127.0.0.1", authorization("dev", "x")); };
  guess();
  EXPECT_GE(time(guess), std::chrono::milliseconds(300));
  // Closing one half early does not make it quicker.
  EXPECT_GE(time([&] {
              Wire agent = world.connect();
              agent.send("CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n" +
                         authorization("dev", "x") + "\r\n");
              agent.finish();
              EXPECT_THAT(agent.receive_all(), HasSubstr("unknown_client"));
            }),
            std::chrono::milliseconds(300));
  EXPECT_THAT(world.audit(), SizeIs(3)) << "each is recorded";
  EXPECT_LT(time([&] { expect_docs(world, "127.0.0.1", authorization("docs", "two")); }),
            std::chrono::milliseconds(300));
}

// Each route opens private addresses for itself alone.
TEST(Identity, OneBottlesOpenedRangeDoesNotOpenAnotherRoute) {
  WorldOptions options = two_bottles(from(kDev), from(kDocs));
  options.change = [change = options.change](config::Config& config) {
    change(config);
    auto routes = config.bottles[0].bottle.routes();
    policy::Route closed = config.bottles[1].bottle.routes().front();
    closed.addresses.clear();
    routes.push_back(closed);
    config.bottles[0].bottle = {"dev", policy::Mode::enforce, routes, {"cork.yaml", 6, 5}};
    config.bottles[1].bottle = {"docs", policy::Mode::enforce, {closed}, {"cork.yaml", 12, 5}};
  };
  World world(options);
  const auto reason = [&](const char* address, const char* host) {
    Wire agent = agent_at(world, address);
    open_tunnel(world, agent, host);
    return get(world, agent, host).body;
  };
  EXPECT_EQ(reason(kDev, "origin.test"), "hello");
  EXPECT_THAT(reason(kDev, "other.test"), HasSubstr("address_not_allowed"));
  EXPECT_THAT(reason(kDocs, "other.test"), HasSubstr("address_not_allowed"));
}

}  // namespace
}  // namespace cork::test
