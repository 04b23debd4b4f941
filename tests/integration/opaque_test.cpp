// A route that refuses what nobody can read.
#include "tests/integration/gzip.h"
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace cork::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string noise(std::size_t bytes) {
  std::mt19937 random(1);
  std::string out(bytes, '\0');
  for (char& c : out) c = static_cast<char>(random() & 0xff);
  return out;
}

std::string words(std::size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += "what is written in words can be read. ";
  return out;
}

std::string post(const World& world, const std::string& body) {
  return fmt::format("POST /upload HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n{}",
                     world.authority(), body.size(), body);
}

Response answer_to(const World& world, const std::string& body) {
  Wire agent = world.tunnel();
  agent.send(post(world, body));
  return read_response(agent);
}

TEST(Opaque, WhatCannotBeReadIsRefusedWhereTheRouteSaysSo) {
  World world({.opaque = policy::Opaque::deny});
  EXPECT_EQ(answer_to(world, words(20'000)).status, 200);
  EXPECT_EQ(answer_to(world, words(20'000) + noise(2000)).status, 200);
  for (const std::string& body : {noise(20'000), words(9000) + noise(9000)}) {
    const Response refused = answer_to(world, body);
    EXPECT_EQ(refused.status, 403);
    EXPECT_THAT(refused.body,
                AllOf(HasSubstr(R"("reason": "scan_limit")"), HasSubstr("cannot be read: "),
                      HasSubstr("% of the "), HasSubstr("`opaque: allow`")));
  }
  EXPECT_THAT(answer_to(world, "%PDF-1.7 and no more").body, HasSubstr("a document (PDF)"));
  EXPECT_EQ(world.origin().complete_requests(), 2U);
}

TEST(Opaque, ALongBodyIsStoppedWhereItTurnsUnreadable) {
  World world({.opaque = policy::Opaque::deny});
  const std::string text = words(300'000);
  EXPECT_EQ(answer_to(world, text + noise(300'000)).status, 403);
  EXPECT_EQ(world.origin().complete_requests(), 0U);
  EXPECT_LE(world.origin().received().size(), text.size() + 30'000);
}

TEST(Opaque, ALeakThatIsOnlyRecordedHidesNothingBehindIt) {
  World world({.on_leak = policy::OnLeak::warn, .opaque = policy::Opaque::deny});
  EXPECT_EQ(answer_to(world, "a token " + made_up_token() + words(2000)).status, 200);
  EXPECT_EQ(answer_to(world, "a token " + made_up_token() + noise(20'000)).status, 403);
}

TEST(Opaque, OtherwiseItPassesAndTheRecordSaysHowMuchItWas) {
  World world({});
  EXPECT_EQ(answer_to(world, words(10'240).substr(0, 10'240) + noise(10'240)).status, 200);
  EXPECT_EQ(answer_to(world, "{}").status, 200);
  world.stop();
  const auto lines = world.audit();
  // Of what nobody reads a byte here and there is a zero or a blank.
  EXPECT_THAT(lines[lines.size() - 3], HasSubstr(R"("bytes":{"request":20480,"readable":10)"));
  EXPECT_THAT(lines.back(), HasSubstr(R"("bytes":{"request":2,"readable":2,)"));
}

TEST(Opaque, ABottleThatObservesLetsItPass) {
  World world({.mode = policy::Mode::observe, .opaque = policy::Opaque::deny});
  EXPECT_EQ(answer_to(world, noise(20'000)).status, 200);
}

TEST(Opaque, WithoutABodyNothingIsSaidOfIt) {
  World world({.opaque = policy::Opaque::deny});
  Wire agent = world.tunnel();
  agent.send(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", world.authority()));
  EXPECT_EQ(read_response(agent).status, 200);
  world.stop();
  EXPECT_THAT(world.audit().back(), Not(HasSubstr("readable")));
}

}  // namespace
}  // namespace cork::test
