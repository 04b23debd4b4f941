#include "proxy/app/doors.h"

#include "tests/support/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

namespace cork::app {
namespace {

using policy::Identified;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

config::BottleConfig bottle(const std::string& name, const std::string& address,
                            std::uint16_t port) {
  return {{config::TcpListen{IpAddress::parse(address).value(), port}, {"cork.yaml", 3, 5}},
          policy::Bottle(name, policy::Mode::enforce, {}, {}),
          {},
          {}};
}

std::uint16_t free_port() {
  return io::BoundSocket::tcp(IpAddress::parse("127.0.0.1").value(), 0)->address()->port;
}

bool connects(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto to = io::socket_endpoint(IpAddress::parse("127.0.0.1").value(), port);
  const bool connected = ::connect(fd, to.data(), static_cast<socklen_t>(to.size())) == 0;
  ::close(fd);
  return connected;
}

class DoorsTest : public ::testing::Test {
 protected:
  // Takes what the bottles need; their doors.
  std::vector<std::size_t> take(const std::vector<config::BottleConfig>& bottles) {
    auto change = doors.prepare(bottles);
    EXPECT_TRUE(change) << render(change.error());
    if (!change) return {};
    auto of_bottles = change->of_bottles();
    std::move(*change).commit();
    return of_bottles;
  }
  Doors doors;
  const std::uint16_t port = free_port();
};

TEST_F(DoorsTest, BottlesWithOneListenHaveOneDoor) {
  EXPECT_THAT(take({bottle("a", "127.0.0.1", port), bottle("b", "127.0.0.2", port),
                    bottle("c", "127.0.0.1", port)}),
              ElementsAre(0, 1, 0));
}

TEST_F(DoorsTest, AnyFreePortIsADoorOfItsOwnWhichTheBottleKeeps) {
  EXPECT_THAT(take({bottle("a", "127.0.0.1", 0), bottle("b", "127.0.0.1", 0)}), ElementsAre(0, 1));
  EXPECT_THAT(take({bottle("b", "127.0.0.1", 0), bottle("a", "127.0.0.1", 0)}), ElementsAre(1, 0));
}

TEST_F(DoorsTest, ADoorThatClosedKeepsItsNumber) {
  const std::uint16_t other = free_port();
  take({bottle("a", "127.0.0.1", port), bottle("b", "127.0.0.1", other)});
  EXPECT_THAT(take({bottle("b", "127.0.0.1", other)}), ElementsAre(1));
  EXPECT_FALSE(connects(port));
  EXPECT_TRUE(connects(other));
  EXPECT_THAT(take({bottle("a", "127.0.0.1", port), bottle("b", "127.0.0.1", other)}),
              ElementsAre(2, 1));
}

TEST_F(DoorsTest, AListenerThatOverlapsTheOneBeforeTakesItsNumber) {
  take({bottle("a", "127.0.0.1", port)});
  EXPECT_THAT(take({bottle("a", "0.0.0.0", port)}), ElementsAre(0));
  EXPECT_TRUE(connects(port));
  EXPECT_THAT(take({bottle("b", "127.0.0.2", port), bottle("a", "127.0.0.1", port)}),
              ElementsAre(0, 1));
  EXPECT_TRUE(connects(port));
}

TEST_F(DoorsTest, WhatIsNotCommittedIsUndone) {
  const std::uint16_t other = free_port();
  take({bottle("a", "127.0.0.1", port)});
  {
    const auto change =
        doors.prepare({bottle("a", "0.0.0.0", port), bottle("b", "127.0.0.1", other)});
    ASSERT_TRUE(change);
    EXPECT_THAT(change->closed(), ElementsAre(0));
    EXPECT_EQ(change->socket(0)->to_string(), fmt::format("0.0.0.0:{}", port));
    EXPECT_TRUE(connects(other));
  }
  EXPECT_TRUE(connects(port)) << "what gave way is back";
  EXPECT_FALSE(connects(other));
  const auto same = doors.prepare({bottle("a", "127.0.0.1", port)});
  ASSERT_TRUE(same);
  EXPECT_THAT(same->opened(), IsEmpty());
  EXPECT_THAT(same->closed(), IsEmpty());
  EXPECT_EQ(same->count(), 1U);
}

TEST_F(DoorsTest, WhatCannotBeOpenedIsSaidAndNothingChanged) {
  take({bottle("a", "127.0.0.1", port)});
  // 127.0.0.2 is somebody else's, so that 0.0.0.0 fails after 127.0.0.1 gave way.
  const auto theirs = io::BoundSocket::tcp(IpAddress::parse("127.0.0.2").value(), port);
  ASSERT_TRUE(theirs);
  const auto change = doors.prepare({bottle("a", "0.0.0.0", port)});
  ASSERT_FALSE(change);
  EXPECT_THAT(render(change.error()),
              HasSubstr(fmt::format("cork.yaml:3:5: error: 0.0.0.0:{}: address in use", port)));
  EXPECT_TRUE(connects(port));
}

TEST_F(DoorsTest, AUnixSocketGoesWithItsBottle) {
  const test::TemporaryFolder folder;
  auto with_socket = bottle("a", "127.0.0.1", port);
  with_socket.listen.at = config::UnixListen{folder / "a.sock"};
  take({with_socket});
  EXPECT_TRUE(std::filesystem::exists(folder / "a.sock"));
  take({bottle("a", "127.0.0.1", port)});
  EXPECT_FALSE(std::filesystem::exists(folder / "a.sock"));
}

TEST_F(DoorsTest, KnowTheirClientsByTheNumbersOfTheBottles) {
  auto a = bottle("a", "127.0.0.1", port), b = bottle("b", "127.0.0.1", port);
  a.conditions.clients = {Cidr::parse("10.1.0.0/16").value()};
  b.conditions.clients = {Cidr::parse("10.2.0.0/16").value()};
  const auto change = doors.prepare({a, b});
  ASSERT_TRUE(change);
  const auto clients = change->clients_of({a, b}, {"gone", "b", "a"});
  ASSERT_EQ(clients.size(), 1U);
  const auto who = [&](const char* from, const char* to) {
    return clients[0].identify({IpAddress::parse(from).value(), IpAddress::parse(to).value(), {}},
                               {});
  };
  EXPECT_EQ(who("10.1.0.1", "127.0.0.1"), (Identified{Identified::Kind::bottle, 2}));
  EXPECT_EQ(who("10.2.0.1", "127.0.0.1"), (Identified{Identified::Kind::bottle, 1}));
  EXPECT_EQ(who("10.2.0.1", "127.0.0.9"), Identified{}) << "it listens elsewhere";
}

}  // namespace
}  // namespace cork::app
