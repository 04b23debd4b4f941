// The log under pressure: floods are counted, a full disk is shared, and no id that was shown is
// missing.
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace cork::test {
namespace {

namespace json = boost::json;
using ::testing::Contains;
using ::testing::HasSubstr;

std::string get(const World& world, const std::string& host = "origin.test",
                const std::string& path = "/") {
  return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", path, world.authority(host));
}

std::string id_of(const Response& response) {
  const auto at = response.head.find("; id=");
  return at == std::string::npos ? "" : response.head.substr(at + 5, 26);
}

std::vector<json::object> records(const World& world) {
  std::vector<json::object> all;
  for (const auto& line : world.audit()) all.push_back(json::parse(line).as_object());
  return all;
}

std::set<std::string> ids(const std::vector<json::object>& records) {
  std::set<std::string> all;
  for (const auto& record : records) all.emplace(record.at("id").as_string());
  return all;
}

std::string metrics(const World& world) {
  Wire wire = Wire::connect(world.metrics_port());
  wire.send("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  return wire.receive_all();
}

TEST(Flood, AnIdThatWasShownIsInTheLogAlready) {
  World world;
  Wire agent = world.tunnel("elsewhere.test");
  agent.send(get(world, "elsewhere.test"));
  const std::string id = id_of(read_response(agent));
  ASSERT_EQ(id.size(), 26U);
  EXPECT_THAT(ids(records(world)), Contains(id));
}

TEST(Flood, RepeatedDenialsAreCountedInOneRecordAndEveryIdThatWasShownIsFound) {
  World world({.metrics = true});
  constexpr int kRequests = 300;
  std::set<std::string> shown;
  Wire agent = world.tunnel("elsewhere.test");
  for (int i = 0; i < kRequests; ++i) {
    agent.send(get(world, "elsewhere.test", fmt::format("/{}", i)));
    const Response response = read_response(agent);
    ASSERT_EQ(response.status, 403);
    shown.insert(id_of(response));
  }
  const auto so_far = records(world);
  EXPECT_LT(so_far.size(), 40U);
  for (const auto& id : shown) EXPECT_THAT(ids(so_far), Contains(id));
  EXPECT_THAT(metrics(world),
              HasSubstr(fmt::format("reason=\"host_not_allowed\"}} {}", kRequests)));
  world.stop();
  std::int64_t counted = 0;
  for (const auto& record : records(world)) {
    if (record.at("event") == "repeated") {
      counted += record.at("repeated").at("count").as_int64();
    } else if (!record.contains("repeated")) {
      ++counted;
    }
  }
  EXPECT_EQ(counted, kRequests) << "none is lost";
}

TEST(Flood, ALeakIsNeverCountedTogether) {
  World world;
  Wire agent = world.tunnel();
  const std::string secret = made_up_token();
  constexpr int kRequests = 40;
  for (int i = 0; i < kRequests; ++i) {
    agent.send(get(world, "origin.test", "/" + secret));
    EXPECT_EQ(read_response(agent).status, 403);
  }
  const auto all = records(world);
  EXPECT_EQ(std::ranges::count_if(all,
                                  [](const json::object& record) {
                                    return record.at("reason") == "leak" &&
                                           record.at("findings").as_array().size() == 1;
                                  }),
            kRequests);
}

TEST(Flood, RefusalsAtConnectAreCountedToo) {
  app::Overrides overrides;
  overrides.bottle.denials_burst = 0;
  overrides.bottle.denials_per_second = 0;
  World world({.overrides = overrides});
  std::set<std::string> shown;
  for (int i = 0; i < 60; ++i) {
    Wire agent = world.connect();
    agent.send("CONNECT elsewhere.test:443 HTTP/1.1\r\nHost: elsewhere.test:443\r\n\r\n");
    shown.insert(id_of(read_response(agent)));
  }
  EXPECT_LT(shown.size(), 30U);
  for (const auto& id : shown) EXPECT_THAT(ids(records(world)), Contains(id));
}

// Two bottles, and so little room for the log that it is shared.
class ShortRoom : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(world.audit_path(), std::ios::app)
        << std::string(8 * kMiB - kLeft - 1, 'x') << '\n';
    world.config().audit_max_bytes = 8 * kMiB;
    ASSERT_TRUE(world.reload({"origin.test"}));
  }
  // The reasons for which the bottle at the first door was refused until it was for its share.
  std::string flood_until_refused(int most) {
    Wire agent = world.tunnel();
    for (int i = 0; i < most; ++i) {
      agent.send(get(world, "origin.test", "/" + secret));
      const Response response = read_response(agent);
      if (response.body.find("bottle_limit") != std::string::npos) return response.body;
    }
    return "";
  }

  static constexpr std::size_t kLeft = 512 * kKiB;
  const std::string secret = made_up_token();
  World world{{.more_bottles = {"quiet"}, .metrics = true}};
};

TEST_F(ShortRoom, EachBottleHasAShareOfTheDiskAndExhaustingItRefusesThatBottleAlone) {
  EXPECT_THAT(metrics(world), HasSubstr("cork_audit_short_of_room 1"));
  const std::string refusal = flood_until_refused(1000);
  EXPECT_THAT(refusal, HasSubstr("bottle 'dev' has used its share of what is left"));
  const auto size = std::filesystem::file_size(world.audit_path());
  EXPECT_LE(size, 8 * kMiB - kLeft / 2) << "half of what was left is the other's";
  // Allowed requests are refused too, and nothing of them leaves.
  const auto before = world.origin().requests().size();
  Wire agent = world.tunnel();
  for (int i = 0; i < 200; ++i) {
    agent.send(get(world));
    EXPECT_THAT(read_response(agent).body, HasSubstr("bottle_limit"));
  }
  EXPECT_EQ(world.origin().requests().size(), before);
  EXPECT_LT(std::filesystem::file_size(world.audit_path()), size + 8192) << "counted, not written";
  // The other goes on.
  Wire quiet = world.tunnel("origin.test", 1);
  for (int i = 0; i < 50; ++i) {
    quiet.send(get(world));
    EXPECT_EQ(read_response(quiet).status, 200);
  }
}

TEST_F(ShortRoom, WhoFillsItsShareFirstStillLeavesATraceOfEachRuleItTries) {
  ASSERT_NE(flood_until_refused(1000), "");
  Wire agent = world.tunnel();
  for (int i = 0; i < 20; ++i) {
    agent.send(get(world, "origin.test", "/" + secret));
    EXPECT_THAT(read_response(agent).body, HasSubstr("bottle_limit"));
  }
  world.stop();
  std::size_t whole = 0;
  std::string counted;
  for (const auto& line : world.audit()) {
    if (!line.starts_with('{') || line.find("bottle_limit") == std::string::npos) continue;
    const json::object record = json::parse(line).as_object();
    if (!record.contains("repeated")) whole += record.at("findings").as_array().size();
    if (record.at("event") == "repeated") counted += json::serialize(record.at("repeated"));
  }
  EXPECT_EQ(whole, BottleLimits{}.exhausted_leaks_per_minute);
  EXPECT_THAT(counted, HasSubstr(R"("rules":[{"rule":)"));
}

TEST_F(ShortRoom, ARotationGivesTheBottleRoomAgain) {
  ASSERT_NE(flood_until_refused(1000), "");
  std::filesystem::rename(world.audit_path(), world.audit_path().string() + ".1");
  ASSERT_TRUE(world.cork().reopen_log());
  Wire agent = world.tunnel();
  agent.send(get(world));
  EXPECT_EQ(read_response(agent).status, 200);
}

TEST_F(ShortRoom, WhereNothingIsLeftEveryoneIsRefusedAndWhatWasOpenIsStillClosed) {
  std::ofstream(world.audit_path(), std::ios::app) << std::string(kLeft - 100, 'x') << '\n';
  Wire quiet = world.tunnel("origin.test", 1);
  quiet.send(get(world));
  const Response response = read_response(quiet);
  EXPECT_EQ(response.status, 503);
  EXPECT_THAT(response.body, HasSubstr("audit_unavailable"));
  EXPECT_EQ(id_of(response), "") << "an id that is not in the log is not shown";
}

}  // namespace
}  // namespace cork::test
