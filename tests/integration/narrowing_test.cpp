// What a narrowed route has to say of a request's body, on its way through the proxy.
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cork::test {
namespace {

using ::testing::HasSubstr;

std::string post(const World& world, const std::string& path, const std::string& type,
                 const std::string& body, const std::string& more = "") {
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n{}", path,
      world.authority(), type, body.size(), more, body);
}

std::string fetch(const World& world, const std::string& body, const std::string& more = "") {
  return post(world, "/r/git-upload-pack", "application/x-git-upload-pack-request", body, more);
}

std::string wants_and_haves(int haves) {
  std::string text = "0032want " + std::string(40, 'a') + "\n0000";
  for (int i = 0; i < haves; ++i) text += fmt::format("0032have {:040x}\n", i);
  return text;
}

TEST(Narrowing, AFetchPassesOnGitFetchWhateverItsSize) {
  World world({.git = {policy::GitVerb::fetch}});
  for (const int haves : {0, 10, 10'000}) {
    const std::string body = wants_and_haves(haves) + "0009done\n";
    EXPECT_THAT(world.exchange(fetch(world, body)), HasSubstr("200 OK"));
    EXPECT_EQ(world.origin().requests().back().body, body);
  }
}

TEST(Narrowing, ABodyThatIsNotWhatTheGitVerbSaysNeverArrivesWhole) {
  World world({.git = {policy::GitVerb::fetch}});
  for (const int haves : {0, 10'000}) {
    const std::string body = wants_and_haves(haves) + "0009text\n";
    EXPECT_THAT(world.exchange(fetch(world, body)), HasSubstr(R"("reason": "git_not_allowed")"));
  }
  EXPECT_EQ(world.origin().complete_requests(), 0U);
  EXPECT_EQ(world.origin().received().find("text\n"), std::string::npos);
}

TEST(Narrowing, AFetchThatEndsEarlyNeverArrivesWhole) {
  World world({.git = {policy::GitVerb::fetch}});
  const std::string answer = world.exchange(fetch(world, wants_and_haves(10'000) + "0009do"));
  EXPECT_THAT(answer, HasSubstr("the body ends within a line"));
  EXPECT_EQ(world.origin().complete_requests(), 0U);
}

TEST(Narrowing, GitsUserAgentGetsItsRefusalAsText) {
  World world({.git = {policy::GitVerb::fetch}});
  const std::string answer = world.exchange(fetch(world, "a=b&", "User-Agent: git/2.39.5\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain; charset=utf-8"));
  EXPECT_THAT(answer, HasSubstr("reason: git_not_allowed"));
}

TEST(Narrowing, AFormThatOverridesTheMethodIsRefusedOnARouteNarrowedByMethod) {
  World world({.methods = {"POST"}});
  const std::string form = "application/x-www-form-urlencoded";
  EXPECT_THAT(world.exchange(post(world, "/x", form, "a=b&_method=DELETE")),
              HasSubstr(R"("reason": "method_not_allowed")"));
  EXPECT_EQ(world.origin().connections(), 0U);
  EXPECT_THAT(world.exchange(post(world, "/x", form, "a=b&method=DELETE")), HasSubstr("200 OK"));
}

TEST(Narrowing, IsRecordedAndLetThroughWhereTheBottleObserves) {
  World world({.mode = policy::Mode::observe, .git = {policy::GitVerb::fetch}});
  EXPECT_THAT(world.exchange(fetch(world, "a=b&c=d")), HasSubstr("200 OK"));
  world.stop();
  ASSERT_FALSE(world.audit().empty());
  EXPECT_THAT(world.audit().back(), HasSubstr(R"("reason":"git_not_allowed")"));
}

}  // namespace
}  // namespace cork::test
