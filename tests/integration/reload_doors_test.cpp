// Reloads that change who a client is, or where cork listens.
#include "certs/authority.h"
#include "proxy/io/listener.h"
#include "tests/integration/two_bottles.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>

namespace cork::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kDev = "127.0.0.2";
constexpr const char* kDocs = "127.0.0.3";

void listen_at(World& world, const std::string& address, std::uint16_t port) {
  world.config().bottles.front().listen.at = config::TcpListen{*IpAddress::parse(address), port};
}

// One bottle without conditions, at a port that has a number.
WorldOptions at_named_port(const std::string& address) {
  WorldOptions options;
  options.change = [address](config::Config& config) {
    config.bottles.front().listen.at = config::TcpListen{*IpAddress::parse(address), free_port()};
  };
  return options;
}

Wire tunnel_from(const World& world, const std::string& from, const std::string& to = "127.0.0.1",
                 const std::string& fields = {}) {
  Wire agent = Wire::connect(world.proxy_port(), from, to);
  open_tunnel(world, agent, "origin.test", fields);
  return agent;
}

// The file descriptors that may be opened, until it goes.
class DescriptorsLeft {
 public:
  explicit DescriptorsLeft(unsigned count) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int lowest_free = ::dup(0);
    ::close(lowest_free);
    const rlimit few{static_cast<rlim_t>(lowest_free) + count, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  ~DescriptorsLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  DescriptorsLeft(const DescriptorsLeft&) = delete;
  DescriptorsLeft& operator=(const DescriptorsLeft&) = delete;

 private:
  rlimit before_{};
};

TEST(Reload, AHeadThatCannotBeReadMakesNobodyTheClientOfABottleThatAsksForNothingNow) {
  World world(two_bottles(named("dev", "one", kDev), named("docs", "two", kDocs)));
  Wire agent = Wire::connect(world.proxy_port(), kDev);
  agent.send("\x01");
  world.config().bottles[0].conditions = from(kDev);
  ASSERT_TRUE(world.reload());
  agent.send("\r\n\r\n");
  EXPECT_THAT(agent.receive_all(), HasSubstr("bad_request"));
  Wire again = Wire::connect(world.proxy_port(), kDev);
  open_tunnel(world, again, "origin.test");
  EXPECT_EQ(get(world, again, "origin.test").status, 200);
}

TEST(Reload, ATunnelThatIsBeingOpenedUnreadIsNotPassedThroughForTheBottleItWas) {
  WorldOptions options = two_bottles(from(kDev), from(kDocs));
  options.tls = policy::Tls::passthrough;
  World world(std::move(options));
  Wire agent = Wire::connect(world.proxy_port(), kDev);
  EXPECT_THAT(ask_tunnel(world, agent, "origin.test"), HasSubstr(" 200 "));
  auto& bottles = world.config().bottles;
  std::swap(bottles[0].conditions, bottles[1].conditions);
  ASSERT_TRUE(world.reload());
  EXPECT_FALSE(agent.start_tls("origin.test", world.origin_ca_pem()));
  world.stop();
  EXPECT_THAT(world.audit(), Contains(AllOf(HasSubstr(R"("event":"refused")"),
                                            HasSubstr("this client is none of bottle 'dev'"))));
  EXPECT_EQ(world.origin().connections(), 0U);
}

TEST(Reload, ATunnelWhoseHostWasAllowedMeanwhileIsRefusedAsItWasAskedFor) {
  World world(at_named_port("127.0.0.1"));
  {
    Wire agent = world.connect();
    EXPECT_THAT(ask_tunnel(world, agent, "new.test"), HasSubstr(" 200 "));
    ASSERT_TRUE(world.reload({"origin.test", "new.test"}));
  }  // and it goes without a ClientHello
  world.stop();
  EXPECT_THAT(world.audit(),
              Contains(AllOf(HasSubstr(R"("event":"refused")"), HasSubstr(R"("decision":"deny")"),
                             HasSubstr("host_not_allowed"))));
}

TEST(Reload, AnAddressRangeThatMovesToAnotherBottleEndsTheLiveTunnel) {
  World world(two_bottles(from(kDev), from(kDocs)));
  Wire idle = tunnel_from(world, kDev);
  EXPECT_EQ(get(world, idle, "origin.test").status, 200);
  std::atomic<bool> released = false;
  world.origin().stream("/stream", [&released](Wire& wire) {
    wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (!released && wire.send("6\r\npiece\n\r\n")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  Wire busy = tunnel_from(world, kDev);
  busy.send(fmt::format("GET /stream HTTP/1.1\r\nHost: {}\r\n\r\n", world.authority()));
  EXPECT_THAT(busy.receive_until("piece"), HasSubstr(" 200 "));

  // Both bottles may reach origin.test, so that whose they are alone decides.
  auto& bottles = world.config().bottles;
  bottles[1].bottle = {"docs", policy::Mode::enforce, bottles[0].bottle.routes(), {}};
  std::swap(bottles[0].conditions, bottles[1].conditions);
  ASSERT_TRUE(world.reload());
  EXPECT_EQ(idle.receive_all(), "");
  busy.receive_all();
  released = true;
  world.stop();
  EXPECT_THAT(world.audit(),
              Contains(AllOf(HasSubstr(R"("event":"close")"), HasSubstr("unknown_client"),
                             HasSubstr("this client is none of bottle 'dev' any more"))));
}

TEST(Reload, WhoIsStillTheSameBottleGoesOn) {
  World world(two_bottles(from(kDev), from(kDocs)));
  Wire agent = tunnel_from(world, kDev);
  auto& bottles = world.config().bottles;
  bottles[0].conditions = from("127.0.0.2/31");
  bottles[1].conditions = from("127.0.0.8/29");
  std::swap(bottles[0], bottles[1]);
  ASSERT_TRUE(world.reload());
  EXPECT_EQ(get(world, agent, "origin.test").status, 200);
}

TEST(Reload, AChangedPasswordEndsWhatTheOldOneOpened) {
  World world(two_bottles(named("dev", "one"), named("docs", "two")));
  Wire dev = tunnel_from(world, kDev, "127.0.0.1", authorization("dev", "one"));
  Wire docs = Wire::connect(world.proxy_port());
  open_tunnel(world, docs, "other.test", authorization("docs", "two"));
  world.config().bottles[0].conditions = named("dev", "three");
  ASSERT_TRUE(world.reload());
  EXPECT_EQ(dev.receive_all(), "");
  EXPECT_EQ(get(world, docs, "other.test").status, 200);
  EXPECT_THAT(
      [&] {
        Wire again = Wire::connect(world.proxy_port());
        return ask_tunnel(world, again, "origin.test", authorization("dev", "one"));
      }(),
      HasSubstr("unknown_client"));
  (void)tunnel_from(world, kDev, "127.0.0.1", authorization("dev", "three"));
}

TEST(Reload, ABottleThatMovesToAnotherListenerLeavesItsConnectionsBehind) {
  World world(at_named_port("127.0.0.1"));
  Wire agent = tunnel_from(world, kDev);
  const std::uint16_t before = world.proxy_port(), after = free_port();
  listen_at(world, "127.0.0.1", after);
  ASSERT_TRUE(world.reload());
  EXPECT_EQ(agent.receive_all(), "");
  EXPECT_FALSE(Wire::connect(before).send("x"));
  (void)tunnel_from(world, kDev);
}

TEST(Reload, FromOneAddressToEveryAddressAndBackKeepsWhatStillComesThere) {
  World world(at_named_port("127.0.0.1"));
  const std::uint16_t port = world.proxy_port();
  Wire first = tunnel_from(world, kDev);
  listen_at(world, "0.0.0.0", port);
  const auto widened = world.reload();
  ASSERT_TRUE(widened) << render(widened.error());
  EXPECT_EQ(world.cork().doors().front().address, fmt::format("0.0.0.0:{}", port));
  EXPECT_EQ(get(world, first, "origin.test").status, 200);
  Wire second = tunnel_from(world, kDev, "127.0.0.9");
  listen_at(world, "127.0.0.1", port);
  const auto narrowed = world.reload();
  ASSERT_TRUE(narrowed) << render(narrowed.error());
  EXPECT_EQ(get(world, first, "origin.test").status, 200);
  EXPECT_EQ(second.receive_all(), "") << "it could not come there any more";
  EXPECT_FALSE(Wire::connect(port, kDev, "127.0.0.9").send("x"));
  (void)tunnel_from(world, kDev);
}

TEST(Reload, AListenerThatCannotBeWidenedIsAsItWas) {
  World world(at_named_port("127.0.0.1"));
  const std::uint16_t port = world.proxy_port();
  const auto theirs = io::BoundSocket::tcp(*IpAddress::parse("127.0.0.9"), port);
  ASSERT_TRUE(theirs);
  Wire agent = tunnel_from(world, kDev);
  listen_at(world, "0.0.0.0", port);
  const auto taken = world.reload();
  ASSERT_FALSE(taken);
  EXPECT_THAT(render(taken.error()), HasSubstr("address in use"));
  EXPECT_EQ(get(world, agent, "origin.test").status, 200);
  (void)tunnel_from(world, kDev);
}

TEST(Reload, TellsOfWhatTheNextStartWouldChangeFromWhatRuns) {
  World world({.workers = 2, .metrics = true});
  const auto runs = world.config();
  world.config().workers = 3;
  world.config().metrics.reset();
  world.config().audit_path += ".other";
  const auto other = world.reload();
  ASSERT_TRUE(other);
  EXPECT_EQ(*other, (std::vector<std::string>{"audit.path", "metrics.listen", "workers"}));
  world.config() = runs;
  const auto back = world.reload();
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, std::vector<std::string>{});
}

TEST(Reload, ThatFindsNoDescriptorLeftIsRefusedAndChangesNothing) {
  World world({.workers = 2, .metrics = true});
  auto& bottles = world.config().bottles;
  bottles.push_back(bottles.front());
  const TemporaryFolder folder;
  bottles.back().bottle = {"second", policy::Mode::enforce, {}, {}};
  bottles.back().listen.at = config::UnixListen{folder / "second.sock"};
  // Once with enough, and back: UBSan needs descriptors for the first look at a type.
  ASSERT_TRUE(world.reload());
  const auto second = bottles.back();
  bottles.pop_back();
  ASSERT_TRUE(world.reload());
  bottles.push_back(second);
  // Too few to bind, and too few for every worker's own handle.
  for (const unsigned left : {1U, 2U}) {
    const auto taken = [&] {
      const DescriptorsLeft few(left);
      return world.reload();
    }();
    EXPECT_FALSE(taken) << left;
    EXPECT_EQ(world.cork().doors().size(), 1U);
    EXPECT_FALSE(std::filesystem::exists(folder / "second.sock"));
  }
  Wire agent = tunnel_from(world, kDev);
  EXPECT_EQ(get(world, agent, "origin.test").status, 200);
  ASSERT_TRUE(world.reload()) << "once there are some";
  EXPECT_TRUE(std::filesystem::exists(folder / "second.sock"));
}

TEST(Reload, ThatFailsLateLeavesTheCaAsItWas) {
  World world(at_named_port("127.0.0.1"));
  const TemporaryFolder folder;
  ASSERT_TRUE(certs::Authority::create(folder / "other-ca", certs::Clock::now()));
  const std::string before = world.cork().ca_fingerprint();
  const auto ca = world.config().ca_directory;
  world.config().ca_directory = folder / "other-ca";
  const std::uint16_t port = world.proxy_port();
  world.config().bottles.front().listen.at = config::UnixListen{"/nonexistent/folder/a.sock"};
  ASSERT_FALSE(world.reload());
  EXPECT_EQ(world.cork().ca_fingerprint(), before);
  listen_at(world, "127.0.0.1", port);
  world.config().ca_directory = ca;
  ASSERT_TRUE(world.reload());
  // Of the CA that clients trust still.
  Wire agent = tunnel_from(world, kDev);
  EXPECT_EQ(get(world, agent, "origin.test").status, 200);
}

TEST(Reload, ABottleThatWasGoneComesBackAsItself) {
  World world(two_bottles(from(kDev), from(kDocs)));
  Wire agent = tunnel_from(world, kDev);
  const auto both = world.config().bottles;
  world.config().bottles.erase(world.config().bottles.begin());
  ASSERT_TRUE(world.reload());
  EXPECT_EQ(agent.receive_all(), "");
  Wire nobody = Wire::connect(world.proxy_port(), kDev);
  EXPECT_THAT(nobody.receive_all(), HasSubstr("unknown_client"));
  world.config().bottles = both;
  ASSERT_TRUE(world.reload());
  Wire again = tunnel_from(world, kDev);
  EXPECT_EQ(get(world, again, "origin.test").status, 200);
}

}  // namespace
}  // namespace cork::test
