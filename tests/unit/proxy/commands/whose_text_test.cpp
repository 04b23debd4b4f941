#include "proxy/commands/whose_text.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::commands {
namespace {

config::BottleConfig bottle(const std::string& name, std::uint16_t port) {
  return {{config::TcpListen{IpAddress::parse("127.0.0.1").value(), port}, {}},
          policy::Bottle(name, policy::Mode::enforce, {}, {}),
          {},
          {}};
}

TEST(DoorText, NamesTheBottlesThatShareIt) {
  config::Config config;
  config.bottles = {bottle("a", 8888), bottle("b", 8888), bottle("c", 9), bottle("d", 8888)};
  EXPECT_EQ(door_text(config, config.bottles[0]), "127.0.0.1:8888, shared with b and d");
  EXPECT_EQ(door_text(config, config.bottles[2]), "127.0.0.1:9");
  config.bottles = {bottle("a", 0), bottle("b", 0)};
  EXPECT_EQ(door_text(config, config.bottles[0]), "127.0.0.1:0") << "each has its own";
}

TEST(WhoseText, SaysWhatTellsABottlesClientsFromOthersAndNoPassword) {
  auto one = bottle("a", 1);
  EXPECT_EQ(whose_text(one), "");
  one.conditions.clients = {Cidr::parse("10.1.0.0/16").value(), Cidr::parse("::1").value()};
  EXPECT_EQ(whose_text(one), "clients from 10.1.0.0/16, ::1/128");
  one.conditions.proxy_user =
      policy::ProxyUser{"dev", policy::CredentialDigest::of("dev", "opensesame")};
  one.password = config::PasswordSource{"DEV", {}};
  EXPECT_EQ(whose_text(one),
            "clients from 10.1.0.0/16, ::1/128 with the proxy user 'dev' (password from env:DEV)");
  one.conditions.clients.clear();
  EXPECT_EQ(whose_text(one), "clients with the proxy user 'dev' (password from env:DEV)");
  auto local = bottle("b", 1);
  local.conditions.users = {1000};
  EXPECT_EQ(whose_text(local), "user 1000");
  local.conditions.users = {1000, 1001};
  EXPECT_EQ(whose_text(local), "users 1000, 1001");
}

}  // namespace
}  // namespace cork::commands
