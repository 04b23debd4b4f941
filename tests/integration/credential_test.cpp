// Wall 2 of the threat model, "as whom": a route that pins a credential is no relay for another.
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>

namespace cork::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string request(const World& world, const std::string& fields, const std::string& body = "",
                    const std::string& target = "/v1/messages") {
  return fmt::format("POST {} HTTP/1.1\r\nHost: {}\r\n{}Content-Length: {}\r\n\r\n{}", target,
                     world.authority(), fields, body.size(), body);
}

std::string key_field(const std::string& key) {
  return "X-Api-Key: " + key + "\r\n";
}

std::string made_up_key() {
  return "key-" + made_up_hex(24);
}

int status_of(World& world, const std::string& fields) {
  Wire agent = world.tunnel();
  agent.send(request(world, fields));
  return read_response(agent).status;
}

std::string metrics_of(const World& world) {
  Wire wire = Wire::connect(world.metrics_port());
  wire.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  return wire.receive_all();
}

void expect_foreign(const std::string& answer) {
  EXPECT_THAT(answer,
              AllOf(HasSubstr("HTTP/1.1 403 "), HasSubstr(R"("reason": "foreign_credential")")));
}

TEST(Credential, AnyOtherCredentialInThatPlaceIsForeignCredentialAndTheOriginSeesNothing) {
  const std::string mine = made_up_key(), theirs = made_up_key();
  World world({.pinned = {mine}, .metrics = true});
  const std::string answer = world.exchange(request(world, key_field(theirs), "hello"));
  expect_foreign(answer);
  EXPECT_THAT(answer, AllOf(HasSubstr("its header x-api-key"), HasSubstr("route 'origin.test'"),
                            HasSubstr("agent_can")));
  EXPECT_EQ(world.origin().connections(), 0U);
  EXPECT_TRUE(world.resolver().asked().empty());
  EXPECT_THAT(world.exchange(request(world, key_field(mine), "hello")), HasSubstr(" 200 "));
  EXPECT_THAT(world.exchange(request(world, "", "hello")), HasSubstr(" 200 ")) << "nobody";
  const std::string metrics = metrics_of(world);
  EXPECT_THAT(metrics, HasSubstr("foreign_credential"));
  world.stop();
  for (const std::string& secret : {mine, theirs}) {
    EXPECT_THAT(answer, Not(HasSubstr(secret)));
    EXPECT_THAT(metrics, Not(HasSubstr(secret)));
    for (const auto& line : world.audit()) EXPECT_THAT(line, Not(HasSubstr(secret)));
  }
}

TEST(Credential, APostWithTheAttackersOwnKeyCarriesNothingAwayThroughAnAllowedHost) {
  const std::string mine = made_up_key(), theirs = made_up_key();
  World world({.pinned = {mine}});
  const std::string spellings[] = {
      key_field(theirs),
      "x_api_key: " + theirs + "\r\n",
      "Authorization: Bearer " + theirs + "\r\n",
      "authorization: " + theirs + "\r\n",
      key_field(mine) + key_field(theirs),
      key_field(mine) + "Authorization: Bearer " + theirs + "\r\n",
      "Authorization: Bearer " + mine + ", Bearer " + theirs + "\r\n",
      key_field(mine) + "Cookie: __cf_bm=x; session=" + theirs + "\r\n",
      "Private-Token:\t" + theirs + "\r\n",
  };
  for (const std::string& fields : spellings) {
    Wire agent = world.tunnel();
    agent.send(request(world, fields, std::string(200'000, 'x')));
    expect_foreign(agent.receive_all());
  }
  for (const std::string target : {"/?key=", "/?q=1;token=", "/a;jsessionid=", "/?%6bey="}) {
    expect_foreign(world.exchange(request(world, key_field(mine), "", target + theirs)));
  }
  // A folded field and userinfo do not even get there.
  EXPECT_THAT(world.exchange(request(world, "X-Api-Key:\r\n " + theirs + "\r\n")),
              HasSubstr("bad_request"));
  EXPECT_THAT(world.exchange(fmt::format("GET https://me:{}@{}/ HTTP/1.1\r\nHost: {}\r\n\r\n",
                                         theirs, world.authority(), world.authority())),
              HasSubstr("bad_request"));
  EXPECT_EQ(world.origin().connections(), 0U);
}

TEST(Credential, InATrailerAnotherOneNeverLetsTheRequestComplete) {
  const std::string mine = made_up_key(), theirs = made_up_key();
  World world({.pinned = {mine}});
  const auto chunked = [&](const std::string& body, const std::string& trailer) {
    return fmt::format(
        "POST / HTTP/1.1\r\nHost: {}\r\n{}Transfer-Encoding: chunked\r\n\r\n"
        "{:x}\r\n{}\r\n0\r\n{}\r\n",
        world.authority(), key_field(mine), body.size(), body, trailer);
  };
  for (const std::size_t size : {10U, 300'000U}) {
    Wire agent = world.tunnel();
    agent.send(chunked(std::string(size, 'x'), key_field(theirs)));
    const Response response = read_response(agent);
    expect_foreign(response.head + response.body);
  }
  EXPECT_EQ(world.origin().complete_requests(), 0U);
  EXPECT_THAT(world.origin().received(), Not(HasSubstr(theirs)));
  // Its own is at home in the head, and nothing is in a trailer.
  EXPECT_THAT(world.exchange(chunked("hello", key_field(mine))), HasSubstr("reason=leak"));
}

TEST(Credential, ObserveRelaxesHostMethodAndPathButNeverIdentity) {
  const std::string mine = made_up_key();
  World world({.mode = policy::Mode::observe, .methods = {"GET"}, .pinned = {mine}});
  EXPECT_THAT(world.exchange(request(world, key_field(mine))), HasSubstr(" 200 "));
  expect_foreign(world.exchange(request(world, key_field(made_up_key()))));
  EXPECT_EQ(world.origin().complete_requests(), 1U);
}

TEST(Credential, OnARouteInClearTextItHoldsToo) {
  const std::string mine = made_up_key();
  World world({.pinned = {mine}, .clear_origin = true});
  const auto ask = [&](const std::string& key) {
    Wire agent = world.connect();
    agent.send(fmt::format("GET http://{0}/ HTTP/1.1\r\nHost: {0}\r\n{1}\r\n", world.authority(),
                           key_field(key)));
    const Response response = read_response(agent);
    return response.head + response.body;
  };
  EXPECT_THAT(ask(mine), HasSubstr(" 200 "));
  expect_foreign(ask(made_up_key()));
}

TEST(Credential, AListedOneIsNoLeakInItsSlotAndOneAnywhereElse) {
  const std::string token = made_up_token();
  World world({.pinned = {token}});
  EXPECT_THAT(world.exchange(request(world, key_field(token))), HasSubstr(" 200 "));
  EXPECT_THAT(world.exchange(request(world, "Authorization: Bearer " + token + "\r\n")),
              HasSubstr(" 200 "));
  for (const std::string& leaking : {request(world, key_field(token), "my key is " + token + " "),
                                     request(world, key_field(token) + "X-Note: " + token + "\r\n"),
                                     request(world, key_field(token), "", "/" + token)}) {
    EXPECT_THAT(world.exchange(leaking), HasSubstr(R"("reason": "leak")"));
  }
  EXPECT_EQ(world.origin().complete_requests(), 2U);
  world.stop();
  for (const auto& line : world.audit()) EXPECT_THAT(line, Not(HasSubstr(token)));
}

TEST(Credential, TheFirstOneSeenIsTheOnlyOneFromThenOnAndTheRecordSaysSo) {
  const std::string mine = made_up_key(), theirs = made_up_key();
  World world({.first_seen = true});
  EXPECT_EQ(status_of(world, ""), 200) << "nobody claims nothing";
  EXPECT_EQ(status_of(world, key_field(mine)), 200);
  EXPECT_EQ(status_of(world, key_field(theirs)), 403);
  EXPECT_EQ(status_of(world, key_field(mine)), 200);
  EXPECT_EQ(status_of(world, "Authorization: Bearer " + mine + "\r\n"), 200);
  // Else the attacker's own key would pass in every slot that the agent's own program leaves empty.
  EXPECT_EQ(status_of(world, "Authorization: Bearer " + theirs + "\r\n"), 403);
  EXPECT_EQ(status_of(world, key_field(mine) + "Cookie: s=" + theirs + "\r\n"), 403);
  EXPECT_THAT(world.origin().received(), Not(HasSubstr(theirs)));
  world.stop();
  std::size_t pinned = 0;
  for (const auto& line : world.audit()) {
    EXPECT_THAT(line, AllOf(Not(HasSubstr(mine)), Not(HasSubstr(theirs))));
    if (line.find(R"("pinned":[{"slot":"header:x-api-key","fingerprint":")") != line.npos) ++pinned;
  }
  EXPECT_EQ(pinned, 1U);
}

TEST(Credential, OneThatWasRefusedForAnythingElseIsNotTheFirst) {
  const std::string mine = made_up_key(), theirs = made_up_key();
  World world({.methods = {"POST"}, .first_seen = true});
  Wire agent = world.tunnel();
  agent.send(fmt::format("PUT / HTTP/1.1\r\nHost: {}\r\n{}Content-Length: 0\r\n\r\n",
                         world.authority(), key_field(theirs)));
  EXPECT_EQ(read_response(agent).status, 403);
  EXPECT_THAT(world.exchange(request(world, key_field(theirs), made_up_token() + " ")),
              HasSubstr(R"("reason": "leak")"));
  EXPECT_EQ(status_of(world, key_field(mine)), 200);
  EXPECT_EQ(status_of(world, key_field(theirs)), 403);
}

TEST(Credential, AFirstOneThatTheOriginDoesNotKnowIsForgotten) {
  const std::string mine = made_up_key(), mistyped = made_up_key();
  World world({.respond =
                   [mine](const OriginRequest& asked) {
                     return asked.head.find(mine) != std::string::npos
                                ? ok("hello")
                                : "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
                   },
               .first_seen = true});
  EXPECT_EQ(status_of(world, key_field(mistyped)), 401);
  EXPECT_EQ(status_of(world, key_field(mine)), 200);
  EXPECT_EQ(status_of(world, key_field(mistyped)), 403);
}

TEST(Credential, OneThatNeverReachedTheOriginIsNotTheFirst) {
  const std::string mine = made_up_key(), mistyped = made_up_key();
  World world({.first_seen = true});
  // Nobody listens there, nobody may go there, no name leads there.
  const std::vector<std::vector<std::string>> dead_ends[] = {
      {{"127.0.0.2"}}, {{"169.254.1.1"}}, {{}}};
  for (const auto& answers : dead_ends) {
    world.resolver().answer("origin.test", answers);
    EXPECT_GE(status_of(world, key_field(mistyped)), 403);
  }
  EXPECT_EQ(world.origin().complete_requests(), 0U);
  world.resolver().answer("origin.test", {{"127.0.0.1"}});
  EXPECT_EQ(status_of(world, key_field(mine)), 200);
  EXPECT_EQ(status_of(world, key_field(mistyped)), 403);
}

TEST(Credential, AFirstOneWithoutAnAnswerIsForgottenWhenTheOriginDoesNotKnowItTheNextTime) {
  const std::string mine = made_up_key(), mistyped = made_up_key();
  const auto asked = std::make_shared<std::atomic<int>>(0);
  World world({.respond =
                   [mine, asked](const OriginRequest& request) {
                     if (request.head.find(mine) != std::string::npos) return ok("hello");
                     return std::string((*asked)++ == 0 ? "no answer at all\r\n\r\n"
                                                        : "HTTP/1.1 401 Unauthorized\r\n"
                                                          "Content-Length: 0\r\n\r\n");
                   },
               .first_seen = true});
  EXPECT_EQ(status_of(world, key_field(mistyped)), 502);
  EXPECT_EQ(status_of(world, key_field(mine)), 403) << "it may have got there";
  EXPECT_EQ(status_of(world, key_field(mistyped)), 401);
  EXPECT_EQ(status_of(world, key_field(mine)), 200);
}

TEST(Credential, ASecretBesideAListedOneIsALeakAllTheSame) {
  const std::string mine = made_up_key(), token = made_up_token();
  World world({.pinned = {mine}});
  EXPECT_THAT(world.exchange(request(world, "Cookie: " + token + "=" + mine + "\r\n")),
              HasSubstr(R"("reason": "leak")"));
  expect_foreign(
      world.exchange(request(world, "", "", "/?X-Amz-Credential=" + mine + "/" + token)));
  expect_foreign(world.exchange(request(world, "", "", "/?foo-credential=" + mine + "/x")));
  EXPECT_EQ(world.origin().connections(), 0U);
  EXPECT_THAT(world.exchange(request(world, "Cookie: name=" + mine + "\r\n")), HasSubstr(" 200 "));
}

TEST(Credential, TheFirstOneStaysOverReloadsAsLongAsItsRouteDoes) {
  const std::string mine = made_up_key(), theirs = made_up_key();
  World world({.more_hosts = {"other.test"}, .first_seen = true});
  EXPECT_EQ(status_of(world, key_field(mine)), 200);
  ASSERT_TRUE(world.reload({"origin.test"}));
  EXPECT_EQ(status_of(world, key_field(theirs)), 403);
  EXPECT_EQ(status_of(world, key_field(mine)), 200);
  ASSERT_TRUE(world.reload({"other.test"}));
  ASSERT_TRUE(world.reload({"origin.test"}));
  EXPECT_EQ(status_of(world, key_field(theirs)), 200) << "the operator began anew";
}

TEST(Credential, TheFirstOnePassesInAThousandExchangesOverTwoWorkersAndReloads) {
  const std::string mine = made_up_key();
  World world({.workers = 2, .first_seen = true});
  std::vector<std::future<int>> clients;
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::async(std::launch::async, [&] {
      int passed = 0;
      for (int connection = 0; connection < 5; ++connection) {
        Wire agent = world.tunnel();
        for (int n = 0; n < 50; ++n) {
          agent.send(request(world, key_field(mine)));
          if (read_response(agent).status == 200) ++passed;
        }
      }
      return passed;
    }));
  }
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(world.reload({"origin.test"}));
  for (auto& client : clients) EXPECT_EQ(client.get(), 250);
  EXPECT_EQ(status_of(world, key_field(made_up_key())), 403);
}

TEST(Credential, WhereTwoWorkersMeetTheirFirstRequestsOneOfThemWins) {
  World world({.workers = 2, .first_seen = true});
  constexpr int kAgents = 6;
  std::vector<std::string> keys;
  std::vector<Wire> agents;
  for (int i = 0; i < kAgents; ++i) {
    keys.push_back(made_up_key());
    agents.push_back(world.tunnel());
  }
  std::atomic<int> passed = 0;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < kAgents; ++i) {
      threads.emplace_back([&, i] {
        agents[i].send(request(world, key_field(keys[i])));
        if (read_response(agents[i]).status == 200) ++passed;
      });
    }
  }
  EXPECT_EQ(passed, 1);
  EXPECT_EQ(world.origin().complete_requests(), 1U);
}

TEST(Credential, ARotatedOneIsTakenByAReloadAndEndsWhatTheOldOneBegan) {
  const std::string before = made_up_key(), after = made_up_key();
  World world({.pinned = {before}});
  const auto released = std::make_shared<std::atomic<bool>>(false);
  world.origin().stream("/stream", [released](Wire& wire) {
    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (!*released && wire.send("6\r\npiece\n\r\n")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  Wire agent = world.tunnel();
  agent.send(fmt::format("GET /stream HTTP/1.1\r\nHost: {}\r\n{}\r\n", world.authority(),
                         key_field(before)));
  EXPECT_THAT(agent.receive_until("piece"), HasSubstr(" 200 "));
  world.pin({after});
  ASSERT_TRUE(world.reload({"origin.test"}));
  agent.receive_all();
  *released = true;
  EXPECT_EQ(status_of(world, key_field(after)), 200);
  EXPECT_EQ(status_of(world, key_field(before)), 403);
  world.stop();
  EXPECT_THAT(world.audit(), ::testing::Contains(AllOf(
                                 HasSubstr(R"("event":"close")"), HasSubstr("foreign_credential"),
                                 HasSubstr("the configuration changed meanwhile"))));
}

}  // namespace
}  // namespace cork::test
