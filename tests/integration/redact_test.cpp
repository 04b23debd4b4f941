// `on_leak: redact`: what the origin gets is masked, and what cannot be is refused.
#include "base/base64.h"
#include "rules/known/known_values.h"
#include "tests/integration/gzip.h"
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace cork::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

WorldOptions redacting() {
  return {.respond = [](const OriginRequest& request) { return ok(request.body); },
          .on_leak = policy::OnLeak::redact};
}

std::string head(const World& world, const std::string& fields) {
  return fmt::format("POST /v1/messages HTTP/1.1\r\nHost: {}\r\n{}", world.authority(), fields);
}

std::string post(const World& world, const std::string& body, const std::string& fields = "") {
  return head(world, fmt::format("{}Content-Length: {}\r\n\r\n", fields, body.size())) + body;
}

std::string masked(std::size_t size) {
  const std::string words = "*cork*redacted*";
  return words + std::string(size - words.size(), '*');
}

std::string conversation(const std::string& secret, std::size_t before = 100) {
  return R"({"messages":[{"content":")" + std::string(before, 'x') + R"( \"key\": \")" + secret +
         R"(\"\n"},{"content":"again: )" + secret + R"("}]})";
}

Response ask(World& world, const std::string& request) {
  Wire agent = world.tunnel();
  agent.send(request);
  return read_response(agent);
}

TEST(Redact, MasksASmallBodyAndRecordsIt) {
  World world(redacting());
  const std::string token = made_up_token();
  const Response response =
      ask(world, post(world, conversation(token), "Content-Type: application/json\r\n"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, conversation(masked(token.size())));
  world.stop();
  EXPECT_THAT(world.audit().back(),
              AllOf(HasSubstr(R"("decision":"allow")"), HasSubstr(R"("action":"redact")"),
                    HasSubstr(R"("redacted":true)"), Not(HasSubstr(token.substr(8, 8)))));
}

TEST(Redact, MasksABodyThatStreamsByWhereverItIsCut) {
  World world(redacting());
  const std::string token = made_up_token();
  const std::string body = conversation(token, 150'000);
  const std::size_t begin = body.find(token);
  for (const std::size_t cut : {begin - 1, begin + 1, begin + 20, begin + token.size()}) {
    Wire agent = world.tunnel();
    agent.send(head(world, "Transfer-Encoding: chunked\r\n\r\n"));
    agent.send(fmt::format("{:x}\r\n{}\r\n", cut, body.substr(0, cut)));
    agent.send(fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", body.size() - cut, body.substr(cut)));
    const Response response = read_response(agent);
    EXPECT_EQ(response.status, 200) << cut;
    EXPECT_TRUE(response.body == conversation(masked(token.size()), 150'000)) << cut;
  }
  EXPECT_THAT(world.origin().received(), Not(HasSubstr(token.substr(8, 8))));
}

TEST(Redact, MasksABodyOfKnownLengthThatStreamsBy) {
  World world(redacting());
  const std::string token = made_up_token();
  const Response response = ask(world, post(world, conversation(token, 300'000)));
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.body == conversation(masked(token.size()), 300'000));
}

TEST(Redact, RefusesWhatCannotBeMasked) {
  World world(redacting());
  const std::string token = made_up_token();
  const std::string json = conversation(token);
  const std::string key = "-----BEGIN " + std::string("PRIVATE KEY-----");
  const std::vector<std::string> requests{
      post(world, gzip(json), "Content-Encoding: gzip\r\n"),
      post(world, gzip(json)),
      post(world, R"({"data":")" + base64_encoded(json) + "\"}"),
      post(world, "x", "X-Note: " + token + "\r\n"),
      fmt::format("GET /?q={} HTTP/1.1\r\nHost: {}\r\n\r\n", token, world.authority()),
      head(world, "Transfer-Encoding: chunked\r\n\r\n") + "1\r\nx\r\n0\r\nX-Note: " + token +
          "\r\n\r\n",
      // Its lines are values of their own.
      post(world, "[\"" + key + "\",\"" + base64_encoded(made_up_hex(80)) + "\"]"),
  };
  for (const std::string& request : requests) {
    const Response response = ask(world, request);
    EXPECT_EQ(response.status, 403) << request.substr(0, 200);
    EXPECT_THAT(response.body, HasSubstr(R"("reason": "leak")"));
  }
  EXPECT_EQ(world.origin().complete_requests(), 0U);
  EXPECT_THAT(world.origin().received(), Not(HasSubstr(token.substr(8, 8))));
}

std::shared_ptr<const known::KnownValues> known_of(const std::vector<std::string>& texts,
                                                   bool canary = false) {
  std::vector<known::Value> values;
  for (const std::string& text : texts) {
    values.push_back({{.name = "env:MINE", .canary = canary}, known::Clear(std::string(text))});
  }
  return *known::KnownValues::make(std::move(values), {std::byte{5}});
}

WorldOptions knowing(const std::vector<std::string>& values, bool canary = false) {
  WorldOptions options = redacting();
  options.change = [=](config::Config& config) {
    config.bottles[0].known = known_of(values, canary);
    config.bottles[0].lock_after = 3;
  };
  return options;
}

TEST(Redact, AConversationThatHoldsAKnownValueGoesOnAndGuessingEnds) {
  const std::string value = "vq" + made_up_hex(60);
  World world(knowing({value}));
  for (std::size_t turn = 0; turn < 6; ++turn) {
    const Response response = ask(world, post(world, conversation(value, 10 + 1000 * turn)));
    EXPECT_EQ(response.status, 200) << turn;
    EXPECT_TRUE(response.body == conversation(masked(value.size()), 10 + 1000 * turn)) << turn;
  }
  // Parts of it, each another one.
  for (std::size_t guess = 1; guess <= 2; ++guess) {
    EXPECT_EQ(ask(world, post(world, "is it " + value.substr(guess * 4, 16) + " ?")).status, 200);
  }
  const Response response = ask(world, post(world, "hello"));
  EXPECT_EQ(response.status, 403);
  EXPECT_THAT(response.body, HasSubstr("bottle 'dev' is locked"));
}

TEST(Redact, ACanaryIsRefused) {
  const std::string value = "vq" + made_up_hex(60);
  World world(knowing({value}, true));
  EXPECT_EQ(ask(world, post(world, conversation(value))).status, 403);
}

}  // namespace
}  // namespace cork::test
