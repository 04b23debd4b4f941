// What carries a credential is refused before the origin has any of it.
#include "rules/secrets/ruleset.h"
#include "tests/integration/gzip.h"
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace cork::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Neither the whole token nor any eight characters of it in a row.
void expect_nothing_of(const std::string& token, const std::string& text) {
  for (std::size_t i = 4; i + 8 <= token.size(); ++i) {
    EXPECT_EQ(text.find(token.substr(i, 8)), std::string::npos) << "at " << i;
  }
}

void expect_refused(World& world, const Response& response, const std::string& token) {
  EXPECT_EQ(response.status, 403) << response.head;
  EXPECT_THAT(response.body, HasSubstr(R"("reason": "leak")"));
  EXPECT_EQ(world.origin().complete_requests(), 0U);
  expect_nothing_of(token, world.origin().received());
  expect_nothing_of(token, response.head + response.body);
  world.stop();
  for (const auto& line : world.audit()) expect_nothing_of(token, line);
}

std::string post(const World& world, const std::string& body, const std::string& fields = "") {
  return fmt::format("POST /v1/messages HTTP/1.1\r\nHost: {}\r\n{}Content-Length: {}\r\n\r\n{}",
                     world.authority(), fields, body.size(), body);
}

// The shape of a rule whose credential is at home in a field.
app::Overrides with_refresh_token_rule() {
  secrets::Rule rule;
  rule.id = "refresh-token";
  rule.description = "refresh token";
  rule.regex = "rt_[0-9a-f]{32}";
  rule.audience = {{*Host::parse("login.test"), "field:refresh_token", "/oauth/token"}};
  app::Overrides overrides;
  overrides.rules = *secrets::Ruleset::compile({rule});
  return overrides;
}

std::string made_up_refresh_token() {
  return "rt" + ("_" + made_up_hex(32));
}

std::string json_with(const std::string& token, std::size_t before = 1000) {
  return R"({"model":"m","messages":[{"role":"user","content":")" + std::string(before, 'x') +
         " my token is " + token + R"( keep it"}]})";
}

TEST(Leak, InASmallJsonBodyIsRefusedAndNamesItsPlace) {
  World world;
  const std::string token = made_up_token();
  Wire agent = world.tunnel();
  agent.send(post(world, json_with(token), "Content-Type: application/json\r\n"));
  const Response response = read_response(agent);
  EXPECT_THAT(response.body, HasSubstr(R"("where": "body)"));
  EXPECT_EQ(world.origin().connections(), 0U);
  expect_refused(world, response, token);
}

TEST(Leak, TheSameBodyWithoutItPasses) {
  World world({.respond = [](const OriginRequest& request) { return ok(request.body); }});
  const std::string body = json_with("not a token");
  Wire agent = world.tunnel();
  agent.send(post(world, body));
  EXPECT_EQ(read_response(agent).body, body);
}

TEST(Leak, SplitAtEveryByteOfTheCredentialIsRefused) {
  World world;
  const std::string token = made_up_token();
  const std::string body = json_with(token, 100'000);
  const auto begin = body.find(token);
  for (std::size_t cut = begin; cut <= begin + token.size(); ++cut) {
    Wire agent = world.tunnel();
    agent.send(fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n",
                           world.authority()));
    agent.send(fmt::format("{:x}\r\n{}\r\n", cut, body.substr(0, cut)));
    agent.send(fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", body.size() - cut, body.substr(cut)));
    EXPECT_EQ(read_response(agent).status, 403) << cut;
  }
  EXPECT_EQ(world.origin().complete_requests(), 0U);
  expect_nothing_of(token, world.origin().received());
}

TEST(Leak, InAGzipBodyIsRefused) {
  World world;
  const std::string token = made_up_token();
  Wire agent = world.tunnel();
  agent.send(post(world, gzip(json_with(token)), "Content-Encoding: gzip\r\n"));
  expect_refused(world, read_response(agent), token);
}

TEST(Leak, InTheQueryIsRefused) {
  World world;
  const std::string token = made_up_token();
  Wire agent = world.tunnel();
  agent.send(fmt::format("GET /x?q={} HTTP/1.1\r\nHost: {}\r\n\r\n", token, world.authority()));
  expect_refused(world, read_response(agent), token);
}

TEST(Leak, InAHeaderIsRefused) {
  World world;
  const std::string token = made_up_token();
  Wire agent = world.tunnel();
  agent.send(
      fmt::format("GET / HTTP/1.1\r\nHost: {}\r\nX-Note: {}\r\n\r\n", world.authority(), token));
  expect_refused(world, read_response(agent), token);
}

TEST(Leak, InATrailerIsRefused) {
  World world;
  const std::string token = made_up_token();
  Wire agent = world.tunnel();
  agent.send(
      fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "3\r\nabc\r\n0\r\nX-Note: {}\r\n\r\n",
                  world.authority(), token));
  expect_refused(world, read_response(agent), token);
}

TEST(Leak, InAHostNameIsRefusedAndNeverResolvedNorWritten) {
  World world;
  const std::string token = made_up_token();
  Wire agent = world.connect();
  agent.send(
      fmt::format("CONNECT {0}.origin.test:443 HTTP/1.1\r\nHost: {0}.origin.test\r\n\r\n", token));
  (void)agent.receive_until("\r\n\r\n");
  EXPECT_TRUE(agent.start_tls(token + ".origin.test", world.ca_pem()));
  agent.send(fmt::format("GET / HTTP/1.1\r\nHost: {}.origin.test\r\n\r\n", token));
  const Response response = read_response(agent);
  EXPECT_TRUE(world.resolver().asked().empty());
  std::string lower = token;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  world.stop();
  for (const auto& line : world.audit()) expect_nothing_of(lower, line);
  expect_refused(world, response, token);
}

TEST(Leak, TenMegabytesIntoAnUploadStillShowsTheRefusal) {
  World world;
  const std::string token = made_up_token();
  const std::string piece(1 << 20, 'z');
  Wire agent = world.tunnel();
  agent.send(fmt::format("PUT /big HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n",
                         world.authority(), 20 * piece.size() + token.size()));
  // As a client that reads only once it has sent everything.
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(agent.send(piece));
  ASSERT_TRUE(agent.send(token));
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(agent.send(piece));
  expect_refused(world, read_response(agent), token);
}

TEST(Leak, AStallInsideACandidateEndsAtItsDeadlineWithNothingOfItSent) {
  WorldOptions options;
  options.overrides.session.body_idle_ms = 300;
  options.overrides.session.scan_pause_ms = 20;
  World world(options);
  const std::string token = made_up_token();
  Wire agent = world.tunnel();
  agent.send(fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n",
                         world.authority()));
  const std::string begun = "some words before " + token.substr(0, token.size() - 1);
  agent.send(fmt::format("{:x}\r\n{}\r\n", begun.size(), begun));
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 504);
  EXPECT_THAT(response.body, HasSubstr(R"("reason": "timeout")"));
  EXPECT_EQ(world.origin().complete_requests(), 0U);
  expect_nothing_of(token, world.origin().received());
}

TEST(Leak, IsOnlyRecordedWhereTheRouteWarns) {
  World world({.respond = [](const OriginRequest& request) { return ok(request.body); },
               .on_leak = policy::OnLeak::warn});
  const std::string body = json_with(made_up_token());
  Wire agent = world.tunnel();
  agent.send(post(world, body));
  EXPECT_EQ(read_response(agent).body, body);
  world.stop();
  EXPECT_THAT(world.audit().back(), HasSubstr("github"));
}

// Renewing a login sends the refresh token to the page that issues them, and nowhere else.
TEST(Leak, ARefreshTokenIsAtHomeInOneFieldAtItsIssuersPage) {
  const auto text = [](const std::string& path, const std::string& field) {
    const std::string body = fmt::format(R"({{"grant_type":"refresh_token","{}":"{}"}})", field,
                                         made_up_refresh_token());
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: {{}}\r\nContent-Type: application/json\r\n"
        "Content-Length: {}\r\n\r\n{}",
        path, body.size(), body);
  };
  World world({.more_hosts = {"login.test"}, .overrides = with_refresh_token_rule()});
  const auto status = [&](const std::string& host, std::string request) {
    request.replace(request.find("{}"), 2, world.authority(host));
    Wire agent = world.tunnel(host);
    agent.send(request);
    return read_response(agent).status;
  };
  EXPECT_EQ(status("login.test", text("/oauth/token", "refresh_token")), 200);
  EXPECT_EQ(status("login.test", text("/oauth/token", "note")), 403);
  EXPECT_EQ(status("login.test", text("/gists", "refresh_token")), 403);
  EXPECT_EQ(status("origin.test", text("/oauth/token", "refresh_token")), 403);
}

TEST(Leak, IsOnlyRecordedWhereTheBottleObserves) {
  World world({.respond = [](const OriginRequest& request) { return ok(request.body); },
               .mode = policy::Mode::observe});
  const std::string body = json_with(made_up_token());
  Wire agent = world.tunnel();
  agent.send(post(world, body));
  EXPECT_EQ(read_response(agent).body, body);
  agent.send(post(world, "{}"));
  EXPECT_EQ(read_response(agent).body, "{}");
  world.stop();
  const std::vector<std::string> lines = world.audit();
  const auto with_leak = std::ranges::find_if(lines, [](const std::string& line) {
    return line.contains("github") && line.contains(R"("event":"close")");
  });
  ASSERT_NE(with_leak, lines.end());
  EXPECT_THAT(*with_leak, HasSubstr(R"("decision":"observe","reason":"leak")"));
  EXPECT_THAT(lines.back(), HasSubstr(R"("decision":"allow","reason":"allowed")"));
}

TEST(Leak, IsNoneThatWouldBeRefusedWhereTheRouteOnlyWarns) {
  World world({.respond = [](const OriginRequest& request) { return ok(request.body); },
               .mode = policy::Mode::observe,
               .on_leak = policy::OnLeak::warn});
  Wire agent = world.tunnel();
  agent.send(post(world, json_with(made_up_token())));
  EXPECT_EQ(read_response(agent).status, 200);
  world.stop();
  EXPECT_THAT(world.audit().back(), HasSubstr(R"("decision":"allow","reason":"allowed")"));
  EXPECT_THAT(world.audit().back(), HasSubstr("github"));
}

TEST(Leak, AnUnknownContentCodingIsRefused) {
  World world;
  Wire agent = world.tunnel();
  agent.send(post(world, "abc", "Content-Encoding: mystery\r\n"));
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body, HasSubstr(R"("reason": "scan_limit")"));
}

}  // namespace
}  // namespace cork::test
