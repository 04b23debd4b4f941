// A configuration taken while cork runs: what it denies ends, what it allows goes on.
#include "tests/integration/two_bottles.h"
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>

namespace cork::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string get(const World& world, const std::string& path = "/",
                const std::string& host = "origin.test") {
  return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", path, world.authority(host));
}

// Answers with a piece at a time until the test releases it.
class Streaming {
 public:
  explicit Streaming(World& world) {
    world.origin().stream("/stream", [released = released_](Wire& wire) {
      wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      while (!*released && wire.send("6\r\npiece\n\r\n")) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
      wire.send("0\r\n\r\n");
    });
  }
  ~Streaming() { release(); }
  void release() { *released_ = true; }

 private:
  // The origin's thread may outlive this.
  std::shared_ptr<std::atomic<bool>> released_ = std::make_shared<std::atomic<bool>>(false);
};

TEST(Reload, ARouteThatIsRemovedIsDeniedFromTheNextRequestOn) {
  World world({.more_hosts = {"other.test"}});
  Wire agent = world.tunnel();
  agent.send(get(world));
  EXPECT_EQ(read_response(agent).status, 200);
  ASSERT_TRUE(world.reload({"other.test"}));
  // The idle tunnel to it was closed; a new one is denied.
  EXPECT_EQ(agent.receive_all(), "");
  Wire again = world.tunnel();
  again.send(get(world));
  EXPECT_THAT(read_response(again).body, HasSubstr("host_not_allowed"));
  Wire other = world.tunnel("other.test");
  other.send(get(world, "/", "other.test"));
  EXPECT_EQ(read_response(other).status, 200);
}

TEST(Reload, ARouteThatIsAddedIsOpenAtOnce) {
  World world;
  world.resolver().answer("new.test", {{"127.0.0.1"}});
  Wire before = world.tunnel("new.test");
  before.send(get(world, "/", "new.test"));
  EXPECT_EQ(read_response(before).status, 403);
  ASSERT_TRUE(world.reload({"origin.test", "new.test"}));
  // On the same connection, even.
  before.send(get(world, "/", "new.test"));
  EXPECT_NE(read_response(before).status, 403);
}

TEST(Reload, ARunningDownloadOnARemovedRouteEndsAndSaysWhyInTheLog) {
  World world({.more_hosts = {"other.test"}});
  Streaming streaming(world);
  Wire agent = world.tunnel();
  agent.send(get(world, "/stream"));
  EXPECT_THAT(agent.receive_until("piece"), HasSubstr(" 200 "));
  ASSERT_TRUE(world.reload({"other.test"}));
  const auto begin = std::chrono::steady_clock::now();
  agent.receive_all();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  streaming.release();
  world.stop();
  EXPECT_THAT(world.audit().back(), HasSubstr("the configuration changed meanwhile"));
  EXPECT_THAT(world.audit().back(), HasSubstr("host_not_allowed"));
}

TEST(Reload, ARunningDownloadThatStaysAllowedRunsOn) {
  World world({.more_hosts = {"other.test"}});
  Streaming streaming(world);
  Wire agent = world.tunnel();
  agent.send(get(world, "/stream"));
  agent.receive_until("piece\n");
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(world.reload(i % 2 == 0 ? std::vector<std::string>{"origin.test"}
                                        : std::vector<std::string>{"origin.test", "other.test"}));
    EXPECT_THAT(agent.receive_until("piece\n"), HasSubstr("piece"));
  }
  streaming.release();
  EXPECT_THAT(agent.receive_until("0\r\n\r\n"), HasSubstr("0\r\n\r\n"));
}

TEST(Reload, AnUploadInProgressOnARemovedRouteIsRefusedWithItsReason) {
  World world({.more_hosts = {"other.test"}});
  Wire agent = world.tunnel();
  agent.send(fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nContent-Length: 1000000\r\n\r\n{}",
                         world.authority(), std::string(200'000, 'x')));
  while (world.origin().connections() == 0) std::this_thread::yield();
  ASSERT_TRUE(world.reload({"other.test"}));
  const std::string answer = agent.receive_all();
  EXPECT_THAT(answer, HasSubstr("host_not_allowed"));
  EXPECT_THAT(answer, HasSubstr("the configuration changed meanwhile"));
  EXPECT_EQ(world.origin().complete_requests(), 0U);
}

TEST(Reload, AnUploadThatBeganBeforeItsRouteAskedSomethingOfBodiesIsRefused) {
  World world;
  Wire agent = world.tunnel();
  agent.send(
      fmt::format("POST /r/git-upload-pack HTTP/1.1\r\nHost: {}\r\n"
                  "Content-Type: application/x-git-upload-pack-request\r\n"
                  "Content-Length: 1000000\r\n\r\n{}",
                  world.authority(), std::string(200'000, 'x')));
  while (world.origin().connections() == 0) std::this_thread::yield();
  auto routes = world.config().bottles.front().bottle.routes();
  for (auto& route : routes) route.git.add(policy::GitVerb::fetch);
  world.config().bottles.front().bottle =
      policy::Bottle("dev", policy::Mode::enforce, std::move(routes), {"cork.yaml", 6, 5});
  ASSERT_TRUE(world.cork().reload(world.config()));
  const std::string answer = agent.receive_all();
  EXPECT_THAT(answer, HasSubstr("git_not_allowed"));
  EXPECT_THAT(answer, HasSubstr("began to leave before that was asked of it"));
  EXPECT_EQ(world.origin().complete_requests(), 0U);
}

TEST(Reload, ABottleComesAndGoesWithItsListener) {
  World world;
  auto& bottles = world.config().bottles;
  bottles.push_back(bottles.front());
  bottles.back().bottle = policy::Bottle("second", policy::Mode::enforce,
                                         bottles.front().bottle.routes(), {"cork.yaml", 9, 1});
  bottles.back().listen.where.line = 9;
  // Port 0 is one listener for two bottles to the configuration, so the second gets a socket file.
  TemporaryFolder folder;
  bottles.back().listen.at = config::UnixListen{folder / "second.sock"};
  ASSERT_TRUE(world.reload({"origin.test"}));
  ASSERT_EQ(world.cork().doors().size(), 2U);
  EXPECT_TRUE(std::filesystem::exists(folder / "second.sock"));
  bottles.pop_back();
  ASSERT_TRUE(world.reload({"origin.test"}));
  EXPECT_FALSE(std::filesystem::exists(folder / "second.sock"));
  Wire agent = world.tunnel();
  agent.send(get(world));
  EXPECT_EQ(read_response(agent).status, 200);
}

TEST(Reload, AConfigurationThatCannotBeTakenChangesNothing) {
  World world({.metrics = true});
  auto& bottles = world.config().bottles;
  bottles.push_back(bottles.front());
  bottles.back().listen.at = config::UnixListen{"/nonexistent/folder/second.sock"};
  bottles.back().listen.where = {"cork.yaml", 12, 3};
  const auto taken = world.reload({"other.test"});
  ASSERT_FALSE(taken);
  EXPECT_THAT(render(taken.error()), HasSubstr("cork.yaml:12:3"));
  EXPECT_EQ(world.cork().doors().size(), 1U);
  Wire agent = world.tunnel();
  agent.send(get(world));
  EXPECT_EQ(read_response(agent).status, 200);
}

TEST(Reload, WhatIsReadAtTheStartOnlyIsSaid) {
  World world;
  world.config().audit_path = "/elsewhere/audit.jsonl";
  const auto taken = world.reload({"origin.test"});
  ASSERT_TRUE(taken);
  EXPECT_THAT(*taken, ::testing::ElementsAre("audit.path"));
}

// No exchange may fail that both configurations allow.
TEST(Reload, AHundredReloadsUnderLoadFailNothing) {
  World world({.more_hosts = {"other.test"}, .workers = 2});
  std::atomic<bool> done = false;
  std::vector<std::future<int>> clients;
  // Asked for here: which doors there are is the reloading thread's.
  const std::uint16_t port = world.proxy_port();
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::async(std::launch::async, [&world, &done, port] {
      int served = 0;
      while (!done) {
        Wire agent = Wire::connect(port);
        open_tunnel(world, agent, "origin.test");
        for (int request = 0; request < 20; ++request) {
          agent.send(fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nContent-Length: 5\r\n\r\nhello",
                                 world.authority()));
          const Response response = read_response(agent);
          EXPECT_EQ(response.status, 200);
          EXPECT_TRUE(response.whole);
          if (response.status != 200) return served;
          ++served;
        }
      }
      return served;
    }));
  }
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(world.reload(i % 2 == 0 ? std::vector<std::string>{"origin.test"}
                                        : std::vector<std::string>{"origin.test", "other.test"}));
  }
  done = true;
  for (auto& client : clients) EXPECT_GT(client.get(), 0);
}

}  // namespace
}  // namespace cork::test
