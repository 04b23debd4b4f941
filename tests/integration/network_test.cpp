// Addresses that nobody listed: this machine's neighbours, and what lies behind a NAT64.
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cork::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string answer_of(World& world) {
  return world.exchange(fmt::format("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", world.authority()));
}

TEST(Network, AnOnLinkAddressIsRefusedThoughItIsPublic) {
  app::Overrides overrides;
  overrides.on_link = [] { return std::vector{Cidr::parse("8.8.8.0/24").value()}; };
  World world({.overrides = overrides});
  world.resolver().answer("origin.test", {{"8.8.8.8"}});
  EXPECT_THAT(answer_of(world), AllOf(HasSubstr(R"("reason": "address_not_allowed")"),
                                      HasSubstr("8.8.8.8 is a neighbouring (on-link) address"),
                                      HasSubstr("addresses: [8.8.8.8/32]")));
}

TEST(Network, AnInterfaceThatComesLaterIsLookedAtAgain) {
  // Guarded, because reloads and refreshes look on this thread and the World's start on another.
  struct Interfaces {
    std::mutex mutex;
    std::vector<Cidr> networks;
  };
  const auto interfaces = std::make_shared<Interfaces>();
  app::Overrides overrides;
  overrides.on_link = [interfaces] {
    const std::lock_guard lock(interfaces->mutex);
    return interfaces->networks;
  };
  World world({.overrides = overrides});
  EXPECT_FALSE(world.cork().refresh_network());
  {
    const std::lock_guard lock(interfaces->mutex);
    interfaces->networks = {Cidr::parse("9.9.9.0/24").value()};
  }
  EXPECT_TRUE(world.cork().refresh_network());
  EXPECT_FALSE(world.cork().refresh_network());
  world.resolver().answer("origin.test", {{"9.9.9.9"}});
  EXPECT_THAT(answer_of(world), HasSubstr("neighbouring (on-link)"));
}

TEST(Network, APrivateAddressBehindADiscoveredNat64IsRefused) {
  World world;
  world.resolver().answer("ipv4only.arpa", {{"192.0.0.170", "2606:4700:64::c000:aa"}});
  // The first asks; once its only worker has taken the second, it has had the answer.
  ASSERT_TRUE(world.reload({"origin.test"}));
  ASSERT_TRUE(world.reload({"origin.test"}));
  world.cork().refresh_network();
  for (const std::string address : {"2606:4700:64::a00:1", "2606:4700:64::a9fe:a9fe"}) {
    world.resolver().answer("origin.test", {{address}});
    EXPECT_THAT(answer_of(world), AllOf(HasSubstr(R"("reason": "address_not_allowed")"),
                                        HasSubstr("behind NAT64 as " + address)));
  }
}

}  // namespace
}  // namespace cork::test
