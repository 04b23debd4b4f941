// What a bottle says of single rules, and exceptions, on the way of a request.
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

namespace cork::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kRule = "github-token";

WorldOptions saying(policy::LeakWords words, policy::OnLeak on_leak = policy::OnLeak::block) {
  return {.respond = [](const OriginRequest& request) { return ok(request.body); },
          .on_leak = on_leak,
          .change = [=](config::Config& config) { config.bottles[0].leaks = words; }};
}

Response post(World& world, const std::string& body, const std::string& fields = "") {
  Wire agent = world.tunnel();
  agent.send(fmt::format("POST / HTTP/1.1\r\nHost: {}\r\n{}Content-Length: {}\r\n\r\n{}",
                         world.authority(), fields, body.size(), body));
  return read_response(agent);
}

policy::Exception until(std::chrono::sys_days day) {
  return {.rule = kRule,
          .host = {},
          .print = {},
          .reason = "a fixture of the tests",
          .owner = "the tests",
          .expires = day,
          .where = {}};
}

std::chrono::sys_days today() {
  return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
}

TEST(LeakRules, ARuleThatIsToWarnStopsNothingInHeadOrBody) {
  World world(saying({{{kRule, policy::OnLeak::warn, {}}}, {}}));
  const std::string token = made_up_token();
  EXPECT_EQ(post(world, "x " + token).body, "x " + token);
  EXPECT_EQ(post(world, "x", "X-Note: " + token + "\r\n").status, 200);
  world.stop();
  EXPECT_THAT(world.audit().back(), AllOf(HasSubstr(kRule), HasSubstr(R"("action":"record")")));
}

TEST(LeakRules, ARuleThatIsToBlockDoesWhateverTheRouteSays) {
  for (const auto on_leak : {policy::OnLeak::warn, policy::OnLeak::redact}) {
    World world(saying({{{kRule, policy::OnLeak::block, {}}}, {}}, on_leak));
    const std::string token = made_up_token();
    EXPECT_EQ(post(world, "x " + token).status, 403);
    EXPECT_EQ(post(world, std::string(200'000, 'x') + ' ' + token).status, 403);
    EXPECT_EQ(post(world, "x", "X-Note: " + token + "\r\n").status, 403);
    EXPECT_THAT(world.origin().received(), Not(HasSubstr(token.substr(8, 8))));
  }
}

TEST(LeakRules, ARuleAloneMayBeMasked) {
  World world(saying({{{kRule, policy::OnLeak::redact, {}}}, {}}));
  const std::string token = made_up_token();
  const Response response = post(world, "x " + token + " y");
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.body, AllOf(HasSubstr("x *cork*redacted*"), Not(HasSubstr(token))));
}

TEST(LeakRules, AnExceptionLetsItLeaveAndIsInTheRecord) {
  World world(saying({{}, {until(today())}}));
  const std::string token = made_up_token();
  EXPECT_EQ(post(world, "x " + token).body, "x " + token);
  EXPECT_EQ(post(world, "x", "X-Note: " + token + "\r\n").status, 200);
  world.stop();
  EXPECT_THAT(world.audit().back(),
              AllOf(HasSubstr(R"("exception":"a fixture of the tests")"),
                    HasSubstr(R"("owner":"the tests")"), HasSubstr(R"("action":"record")"),
                    Not(HasSubstr(token.substr(8, 8)))));
}

TEST(LeakRules, AnExceptionOfAPastDayExcusesNothing) {
  World world(saying({{}, {until(today() - std::chrono::days(1))}}));
  EXPECT_EQ(post(world, "x " + made_up_token()).status, 403);
}

TEST(LeakRules, AnExceptionForAnotherHostExcusesNothing) {
  policy::Exception exception = until(today());
  exception.host = *policy::HostPattern::parse("other.test");
  World world(saying({{}, {exception}}));
  EXPECT_EQ(post(world, "x " + made_up_token()).status, 403);
}

TEST(LeakRules, WhatNoRuleIsCalledIsAnErrorOfTheReload) {
  World world(saying({}));
  world.config().bottles[0].leaks.rules = {{"github-tokn", policy::OnLeak::warn, {"c.yaml", 1, 2}}};
  const auto taken = world.reload();
  ASSERT_FALSE(taken.has_value());
  EXPECT_THAT(render(taken.error()), HasSubstr("there is no rule 'github-tokn'"));
}

// A body that goes on leaving was not looked at as it would be now.
TEST(LeakRules, AnExceptionThatIsTakenAwayEndsWhatStreamsUnderIt) {
  World world(saying({{}, {until(today())}}));
  for (const bool taken : {false, true}) {
    Wire agent = world.tunnel();
    agent.send(fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nContent-Length: 300000\r\n\r\n{}",
                           world.authority(), std::string(200'000, 'x')));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));  // part of it has left by then
    if (taken) world.config().bottles[0].leaks.exceptions.clear();
    ASSERT_TRUE(world.reload());
    if (taken) {
      EXPECT_THAT(agent.receive_all(), AllOf(HasSubstr("scan_limit"), HasSubstr("403")));
    } else {
      agent.send(std::string(100'000, 'y'));
      EXPECT_EQ(read_response(agent).status, 200);
    }
  }
  EXPECT_EQ(world.origin().complete_requests(), 1U);
}

}  // namespace
}  // namespace cork::test
