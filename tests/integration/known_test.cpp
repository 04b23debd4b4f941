// The bottle's own secrets: never out but where they are at home, and no answer tells of them.
#include "base/base64.h"
#include "rules/known/known_values.h"
#include "tests/integration/gzip.h"
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace cork::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr secrets::FingerprintKey kKey{std::byte{5}};

// Of no form that a rule knows.
std::string made_up_value() {
  return "vq" + made_up_hex(38);
}

std::shared_ptr<const known::KnownValues> known_of(const std::string& value, bool canary = false,
                                                   const std::string& home = "origin.test") {
  std::vector<known::Value> values;
  known::Secret secret{.name = "env:MINE", .canary = canary};
  if (!canary) secret.homes.push_back(*Host::parse(home));
  secret.print = secrets::fingerprint(kKey, value);
  values.push_back({std::move(secret), known::Clear(std::string(value))});
  return *known::KnownValues::make(std::move(values), kKey);
}

WorldOptions knowing(const std::string& value, bool canary = false) {
  WorldOptions options;
  options.more_hosts = {"other.test"};
  options.change = [=](config::Config& config) {
    config.bottles[0].known = known_of(value, canary);
    config.bottles[0].lock_after = 1000;
  };
  return options;
}

std::string post(const World& world, const std::string& body, const std::string& fields = "") {
  return fmt::format("POST /v1 HTTP/1.1\r\nHost: {}\r\n{}Content-Length: {}\r\n\r\n{}",
                     world.authority(), fields, body.size(), body);
}

std::string get(const World& world, const std::string& fields, const std::string& target = "/",
                const std::string& host = "origin.test") {
  return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n{}\r\n", target, world.authority(host),
                     fields);
}

Response ask(World& world, const std::string& request, const std::string& host = "origin.test") {
  Wire agent = world.tunnel(host);
  agent.send(request);
  return read_response(agent);
}

// Refused in the one way in which known values are.
void expect_generic(const Response& response, const std::string& value) {
  EXPECT_EQ(response.status, 403) << response.head;
  EXPECT_THAT(response.body, HasSubstr(R"("reason": "leak")"));
  EXPECT_THAT(response.body, HasSubstr(R"("detail": "the request holds a secret.")"));
  for (const char* told : {"where", "MINE", "rule", "byte"}) {
    EXPECT_THAT(response.body, Not(HasSubstr(told)));
  }
  EXPECT_THAT(response.head + response.body, Not(HasSubstr(value.substr(0, 8))));
}

TEST(Known, AreRefusedInEveryPartInOneWay) {
  const std::string value = made_up_value();
  World world(knowing(value));
  const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
  const std::string multipart =
      "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + value + "\r\n--b--\r\n";
  const std::vector<std::string> requests{
      get(world, "", "/a/" + value),
      get(world, "", "/a?q=" + value),
      get(world, "X-Note: " + value + "\r\n"),
      get(world, "Cookie: a=" + value + "\r\n"),
      get(world, value + ": x\r\n"),
      post(world, R"({"a":[{"b":")" + value + R"("}]})", "Content-Type: application/json\r\n"),
      post(world, "a=1&b=%76" + value.substr(1), form),
      post(world, multipart, "Content-Type: multipart/form-data; boundary=b\r\n"),
      post(world, gzip(std::string(5000, ' ') + value), "Content-Encoding: gzip\r\n"),
      post(world, value.substr(10, 20)),
      post(world, std::string(value.rbegin(), value.rend())),
      fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "3\r\nabc\r\n0\r\nX-Note: {}\r\n\r\n",
                  world.authority(), value)};
  for (const std::string& request : requests) {
    SCOPED_TRACE(request.substr(0, 120));
    expect_generic(ask(world, request), value);
  }
  EXPECT_EQ(world.origin().complete_requests(), 0U);
  EXPECT_THAT(world.origin().received(), Not(HasSubstr(value.substr(0, 16))));
  world.stop();
  std::size_t named = 0;
  for (const auto& line : world.audit()) {
    EXPECT_THAT(line, Not(HasSubstr(value.substr(0, 8))));
    named += line.find(R"("rule":"known-value","secret":"env:MINE")") != line.npos;
  }
  EXPECT_GE(named, requests.size());
}

TEST(Known, InAHostNameAreNeverResolvedNorWritten) {
  const std::string value = made_up_value();
  World world(knowing(value));
  const std::string host = value + ".origin.test";
  Wire agent = world.connect();
  agent.send(fmt::format("CONNECT {0}:443 HTTP/1.1\r\nHost: {0}\r\n\r\n", host));
  (void)agent.receive_until("\r\n\r\n");
  ASSERT_TRUE(agent.start_tls(host, world.ca_pem()));
  agent.send(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", host));
  expect_generic(read_response(agent), value);
  EXPECT_TRUE(world.resolver().asked().empty());
  world.stop();
  for (const auto& line : world.audit()) EXPECT_THAT(line, Not(HasSubstr(value.substr(0, 8))));
}

TEST(Known, AreAtHomeInAuthorizationToTheirHostAlone) {
  const std::string value = made_up_value();
  World world(knowing(value));
  const std::string bearer = "Authorization: Bearer " + value + "\r\n";
  const std::string basic = "Authorization: Basic " + base64_encoded("git:" + value) + "\r\n";
  for (const std::string& fields : {bearer, basic}) {
    EXPECT_EQ(ask(world, get(world, fields)).status, 200);
    expect_generic(ask(world, get(world, fields, "/", "other.test"), "other.test"), value);
  }
}

TEST(Known, AreOnlyRecordedWhereTheBottleObserves) {
  const std::string value = made_up_value();
  WorldOptions options = knowing(value);
  options.mode = policy::Mode::observe;
  World world(options);
  EXPECT_EQ(ask(world, post(world, "x " + value)).status, 200);
  world.stop();
  EXPECT_THAT(world.audit().back(), HasSubstr(R"("rule":"known-value")"));
}

TEST(Known, ACanaryIsRefusedWhateverTheModeAndTheRouteSay) {
  for (const bool observe : {false, true}) {
    const std::string value = made_up_value();
    WorldOptions options = knowing(value, true);
    options.mode = observe ? policy::Mode::observe : policy::Mode::enforce;
    options.on_leak = policy::OnLeak::warn;
    World world(options);
    expect_generic(ask(world, get(world, "X-Note: " + value + "\r\n")), value);
    expect_generic(ask(world, get(world, "Authorization: Bearer " + value + "\r\n")), value);
    // Behind what is only recorded, far into a body.
    const std::string body = made_up_token() + " " + std::string(300'000, 'z') + " " + value;
    expect_generic(ask(world, post(world, body)), value);
    EXPECT_EQ(ask(world, post(world, made_up_token())).status, 200);
    EXPECT_EQ(world.origin().complete_requests(), 1U);
    EXPECT_THAT(world.origin().received(), Not(HasSubstr(value.substr(0, 16))));
    world.stop();
    std::size_t canaries = 0;
    for (const auto& line : world.audit()) {
      canaries += line.find(R"("rule":"canary")") != line.npos;
    }
    EXPECT_GE(canaries, 3U);
  }
}

TEST(Known, TooManyRefusalsLockTheBottleUntilAnOperatorHasLooked) {
  const std::string value = made_up_value();
  WorldOptions options = knowing(value);
  const auto change = options.change;
  options.change = [change](config::Config& config) {
    change(config);
    config.bottles[0].lock_after = 3;
  };
  World world(options);
  for (int i = 0; i < 3; ++i) expect_generic(ask(world, post(world, value)), value);
  for (const std::string& request :
       {get(world, ""), post(world, value), get(world, "X-Note: " + value + "\r\n")}) {
    const Response response = ask(world, request);
    EXPECT_EQ(response.status, 403);
    EXPECT_THAT(response.body, HasSubstr(R"("reason": "bottle_limit")"));
    EXPECT_THAT(response.body, HasSubstr("is locked"));
  }
  // A file that changed reloads the configuration, and is no operator.
  ASSERT_TRUE(world.reload());
  EXPECT_THAT(ask(world, get(world, "")).body, HasSubstr("is locked"));
  world.cork().unlock();
  EXPECT_EQ(ask(world, get(world, "")).status, 200);
  world.stop();
  std::size_t noted = 0;
  for (const auto& line : world.audit()) {
    noted += line.find("the bottle is locked") != line.npos &&
             line.find(R"("reason":"leak")") != line.npos;
    EXPECT_THAT(line, Not(HasSubstr(value.substr(0, 8))));
  }
  EXPECT_EQ(noted, 1U);
}

TEST(Known, WhatIsReadAnewCountsFromTheNextRequestOn) {
  const std::string before = made_up_value(), after = made_up_value();
  World world(knowing(before));
  EXPECT_EQ(ask(world, post(world, after)).status, 200);
  world.config().bottles[0].known = known_of(after);
  ASSERT_TRUE(world.reload());
  expect_generic(ask(world, post(world, after)), after);
  EXPECT_EQ(ask(world, post(world, before)).status, 200);
}

TEST(Known, WhatIsAddedEndsWhatStreamsUnlookedAtForIt) {
  const std::string before = made_up_value();
  World world(knowing(before));
  const auto begin = [&] {
    Wire agent = world.tunnel();
    agent.send(fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nContent-Length: 300000\r\n\r\n{}",
                           world.authority(), std::string(200'000, 'x')));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));  // part of it has left by then
    return agent;
  };
  Wire same = begin();
  ASSERT_TRUE(world.reload());
  same.send(std::string(100'000, 'y'));
  EXPECT_EQ(read_response(same).status, 200);
  for (const bool canary : {false, true}) {
    Wire agent = begin();
    world.config().bottles[0].known = known_of(made_up_value(), canary);
    ASSERT_TRUE(world.reload());
    const std::string answer = agent.receive_all();
    EXPECT_THAT(answer, HasSubstr("scan_limit"));
    EXPECT_THAT(answer, HasSubstr("the configuration changed meanwhile"));
  }
  EXPECT_EQ(world.origin().complete_requests(), 1U);
}

}  // namespace
}  // namespace cork::test
