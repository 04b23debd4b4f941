// Everything ends: exchanges that stream, connections that are kept, those to origins.
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>

namespace cork::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

WorldOptions limited(auto change) {
  app::Overrides overrides;
  change(overrides.session);
  return {.overrides = overrides};
}

std::string get(const World& world, const std::string& path = "/") {
  return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", path, world.authority());
}

constexpr auto kShort = [](SessionLimits& limits) { limits.exchange_lifetime_ms = 300; };

TEST(Lifetime, ADownloadThatNeverEndsIsCutAndTheLogSaysWhy) {
  World world(limited(kShort));
  world.origin().stream("/stream", [](Wire& wire) {
    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (wire.send("6\r\npiece\n\r\n")) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  });
  Wire agent = world.tunnel();
  agent.send(get(world, "/stream"));
  EXPECT_THAT(agent.receive_until("piece"), HasSubstr(" 200 "));
  agent.receive_all();
  EXPECT_TRUE(agent.reset());
  world.stop();
  EXPECT_THAT(world.audit().back(),
              AllOf(HasSubstr(R"("event":"close")"), HasSubstr(R"("reason":"timeout")"),
                    HasSubstr("the exchange has lasted 0.3 s, as long as any may"),
                    HasSubstr("connection cut")));
}

TEST(Lifetime, AnExchangeThatWaitsForItsAnswerGetsAReadableRefusal) {
  World world(limited(kShort));
  const auto released = std::make_shared<std::atomic<bool>>(false);
  world.origin().stream("/never", [released](Wire&) {
    while (!*released) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  });
  Wire agent = world.tunnel();
  agent.send(get(world, "/never"));
  const Response response = read_response(agent);
  *released = true;
  EXPECT_EQ(response.status, 504);
  EXPECT_THAT(response.body, AllOf(HasSubstr(R"("reason": "timeout")"),
                                   HasSubstr("the exchange has lasted 0.3 s")));
}

TEST(Lifetime, AnUploadThatNeverEndsIsRefused) {
  World world(limited(kShort));
  Wire agent = world.tunnel();
  agent.send(fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nContent-Length: 100000000\r\n\r\n",
                         world.authority()));
  std::atomic<bool> done = false;
  const Response response = [&] {
    // Slow, and never idle.
    std::jthread sender([&] {
      while (!done && agent.send("a word and ")) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    done = true;
    sender.join();
    return read_response(agent);
  }();
  EXPECT_EQ(response.status, 504);
  EXPECT_THAT(response.body, HasSubstr("the exchange has lasted 0.3 s"));
  EXPECT_EQ(world.origin().complete_requests(), 0U);
}

TEST(Lifetime, AConnectionTakesNoRequestAfterItsTime) {
  World world(limited([](SessionLimits& limits) { limits.connection_lifetime_ms = 300; }));
  Wire agent = world.tunnel();
  agent.send(get(world));
  EXPECT_EQ(read_response(agent).status, 200);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(agent.receive_all(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(Lifetime, AnExchangeThatBeganInItsConnectionsTimeMayEnd) {
  World world(limited([](SessionLimits& limits) { limits.connection_lifetime_ms = 200; }));
  world.origin().stream("/slow", [](Wire& wire) {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    wire.send(ok("slow"));
  });
  Wire agent = world.tunnel();
  agent.send(get(world, "/slow"));
  EXPECT_EQ(read_response(agent).body, "slow");
  EXPECT_EQ(agent.receive_all(), "");
}

TEST(Lifetime, AConnectionToAnOriginIsNotUsedForever) {
  World world(limited([](SessionLimits& limits) { limits.pool_lifetime_ms = 1; }));
  Wire agent = world.tunnel();
  for (int i = 0; i < 3; ++i) {
    agent.send(get(world));
    EXPECT_EQ(read_response(agent).status, 200);
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
  EXPECT_EQ(world.origin().connections(), 3U);
}

}  // namespace
}  // namespace cork::test
