// Tunnels that are passed through unread: what is held to from outside, and what the log says.
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

namespace cork::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using namespace std::string_literals;

WorldOptions unread(WorldOptions options = {}) {
  options.tls = policy::Tls::passthrough;
  return options;
}

app::Overrides session(auto change) {
  app::Overrides overrides;
  change(overrides.session);
  return overrides;
}

// As a client that trusts the origin's own CA, and no other.
Wire pinned(const World& world) {
  Wire agent = world.open_tunnel();
  EXPECT_TRUE(agent.start_tls("origin.test", world.origin_ca_pem()));
  return agent;
}

std::string get(const World& world, const std::string& path = "/") {
  return fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", path, world.authority());
}

// The end of the newest exchange, once it is there.
std::string last_record(World& world) {
  world.stop();
  const auto lines = world.audit();
  return lines.empty() ? "" : lines.back();
}

std::string number(std::size_t value, int width) {
  std::string text;
  for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) {
    text += static_cast<char>(value >> shift & 0xff);
  }
  return text;
}

// A ClientHello in one record, with these extensions behind server_name.
std::string hello(const std::string& more) {
  const std::string host = "origin.test";
  const std::string name = "\0"s + number(host.size(), 2) + host;
  const std::string list = number(name.size(), 2) + name;
  const std::string extensions = "\0\0"s + number(list.size(), 2) + list + more;
  const std::string body = "\x03\x03"s + std::string(32, 'r') + "\0"s + number(2, 2) + "\x13\x01"s +
                           "\x01\0"s + number(extensions.size(), 2) + extensions;
  const std::string message = "\x01"s + number(body.size(), 3) + body;
  return "\x16\x03\x01"s + number(message.size(), 2) + message;
}

constexpr std::string_view kUnrecognizedName("\x15\x03\x03\x00\x02\x02\x70", 7);
constexpr std::string_view kAccessDenied("\x15\x03\x03\x00\x02\x02\x31", 7);

TEST(Passthrough, FiftyMegabytesArriveUnchangedBothWaysUnderTheOriginsOwnCertificate) {
  World world(unread({.respond = [](const OriginRequest& request) { return ok(request.body); }}));
  Wire agent = pinned(world);
  std::string body(50'000'000, ' ');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31 + i / 4099);
  // Nothing inside is looked at, a secret included.
  const std::string secret = made_up_token();
  body.replace(1'000'000, secret.size(), secret);
  std::jthread sender([&] {
    agent.send(fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n",
                           world.authority(), body.size()));
    agent.send(body);
  });
  sender.join();
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.body == body);
  agent.finish();
  agent.receive_all();
  world.stop();
  const auto lines = world.audit();
  ASSERT_THAT(lines, SizeIs(2));
  EXPECT_THAT(lines[0], AllOf(HasSubstr(R"("event":"open")"), HasSubstr(R"("method":"CONNECT")"),
                              HasSubstr(R"("wire":"tls-passthrough")")));
  EXPECT_THAT(lines[1], AllOf(HasSubstr(R"("event":"close")"), HasSubstr(R"("reason":"allowed")"),
                              HasSubstr(R"("bytes":{"request":50)"), HasSubstr(R"("status":200)"),
                              HasSubstr(R"("sent":50)"), HasSubstr(R"("response":50)")));
}

TEST(Passthrough, AnSniThatIsNotTheConnectHostIsRefused) {
  World world(unread({.more_hosts = {"other.test"}}));
  Wire agent = world.open_tunnel();
  EXPECT_FALSE(agent.start_tls("other.test", world.origin_ca_pem()));
  EXPECT_EQ(world.origin().connections(), 0U);
  EXPECT_TRUE(world.resolver().asked().empty());
  EXPECT_THAT(last_record(world), HasSubstr("sni_mismatch"));
}

TEST(Passthrough, AnSniThatSpellsTheHostOtherwiseIsRefused) {
  World world(unread());
  Wire agent = world.open_tunnel();
  EXPECT_FALSE(agent.start_tls("origin.test.", world.origin_ca_pem()));
  EXPECT_EQ(world.origin().connections(), 0U);
  EXPECT_THAT(last_record(world), HasSubstr("spells the host otherwise"));
}

TEST(Passthrough, AMissingSniIsRefused) {
  World world(unread());
  Wire agent = world.open_tunnel();
  EXPECT_FALSE(agent.start_tls("", world.origin_ca_pem()));
  EXPECT_EQ(world.origin().connections(), 0U);
  EXPECT_THAT(last_record(world), HasSubstr("the client named no host in TLS"));
}

TEST(Passthrough, EchIsRefusedWhateverTheOuterName) {
  World world(unread());
  Wire agent = world.open_tunnel();
  agent.send(hello(number(0xfe0d, 2) + number(4, 2) + "grea"));
  EXPECT_EQ(agent.receive_all(), kUnrecognizedName);
  EXPECT_EQ(world.origin().connections(), 0U);
  EXPECT_THAT(last_record(world),
              AllOf(HasSubstr("sni_mismatch"), HasSubstr("Encrypted ClientHello")));
}

TEST(Passthrough, WhatIsNotTlsIsRefusedInClearText) {
  World world(unread());
  Wire agent = world.open_tunnel();
  agent.send("SSH-2.0-OpenSSH_9.2\r\n");
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 400);
  EXPECT_THAT(response.body, HasSubstr("neither TLS nor an HTTP request"));
  EXPECT_EQ(world.origin().connections(), 0U);
}

TEST(Passthrough, TlsRecordFramingIsCheckedSoClearTextAfterTheHandshakeIsCut) {
  World world(unread());
  Wire agent = pinned(world);
  agent.send(get(world));
  EXPECT_EQ(read_response(agent).status, 200);
  const std::string leaked = "POST /in-the-clear HTTP/1.1\r\n\r\n";
  agent.send_raw(leaked);
  EXPECT_EQ(agent.receive_all(), "");
  EXPECT_TRUE(agent.reset());
  EXPECT_THAT(world.origin().received(), Not(HasSubstr("in-the-clear")));
  EXPECT_THAT(last_record(world),
              AllOf(HasSubstr(R"("event":"close")"), HasSubstr("bad_request"),
                    HasSubstr("what came through the tunnel is not TLS"), HasSubstr("was cut")));
}

TEST(Passthrough, ASecondClientHelloForAnotherHostIsCut) {
  World world(unread());
  Wire agent = world.open_tunnel();
  std::string second = hello("");
  second.replace(second.find("origin"), 6, "others");
  agent.send(hello(""));
  agent.send(second);
  agent.receive_all();
  EXPECT_THAT(last_record(world), HasSubstr("names another host"));
}

TEST(Passthrough, AnUploadCapCutsTheTunnel) {
  World world(unread({.upload_limit_bytes = 100'000}));
  Wire agent = pinned(world);
  agent.send(fmt::format("POST / HTTP/1.1\r\nHost: {}\r\nContent-Length: 1000000\r\n\r\n{}",
                         world.authority(), std::string(1'000'000, 'x')));
  agent.receive_all();
  EXPECT_TRUE(agent.reset());
  const std::string record = last_record(world);
  EXPECT_THAT(record, AllOf(HasSubstr("too_large"), HasSubstr("were sent through a tunnel"),
                            HasSubstr("was cut")));
  EXPECT_LE(world.origin().received().size(), 100'000U);
  EXPECT_EQ(world.origin().complete_requests(), 0U);
}

TEST(Passthrough, WhatIsDownloadedHasNoCap) {
  World world(
      unread({.respond = [](const OriginRequest&) { return ok(std::string(5'000'000, 'd')); },
              .upload_limit_bytes = 100'000}));
  Wire agent = pinned(world);
  agent.send(get(world));
  EXPECT_EQ(read_response(agent).body.size(), 5'000'000U);
}

TEST(Passthrough, AReloadThatDeniesTheHostCutsItWithinASecond) {
  World world(unread({.more_hosts = {"other.test"}}));
  Wire agent = pinned(world);
  agent.send(get(world));
  EXPECT_EQ(read_response(agent).status, 200);
  ASSERT_TRUE(world.reload({"origin.test"}));
  agent.send(get(world));
  EXPECT_EQ(read_response(agent).status, 200) << "what both allow goes on";
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(world.reload({"other.test"}));
  EXPECT_EQ(agent.receive_all(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  EXPECT_THAT(last_record(world), AllOf(HasSubstr("host_not_allowed"),
                                        HasSubstr("the configuration changed meanwhile")));
}

TEST(Passthrough, AReloadThatWouldLookIntoItCutsIt) {
  World world(unread());
  Wire agent = pinned(world);
  world.options().tls = policy::Tls::intercept;
  ASSERT_TRUE(world.reload({"origin.test"}));
  EXPECT_EQ(agent.receive_all(), "");
  EXPECT_THAT(last_record(world), HasSubstr("is not passed through unread"));
}

TEST(Passthrough, AClientThatDiesEndsItAtTheOriginToo) {
  World world(unread());
  auto ended = std::make_shared<std::atomic<bool>>(false);
  world.origin().stream("/stream", [ended](Wire& wire) {
    while (wire.send("piece")) std::this_thread::sleep_for(std::chrono::milliseconds(2));
    *ended = true;
  });
  {
    Wire agent = pinned(world);
    agent.send(get(world, "/stream"));
    agent.receive_until("piece");
    agent.abort();
  }
  for (int tries = 0; tries < 1000 && !*ended; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_TRUE(*ended);
  EXPECT_THAT(last_record(world),
              AllOf(HasSubstr(R"("event":"close")"), HasSubstr("client closed early")));
}

TEST(Passthrough, AnOriginThatDiesIsNoCleanEndToTheClient) {
  World world(unread());
  world.origin().stream("/dies", [](Wire& wire) {
    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    wire.abort();
  });
  Wire agent = pinned(world);
  agent.send(get(world, "/dies"));
  agent.receive_all();
  EXPECT_TRUE(agent.reset());
  EXPECT_THAT(last_record(world), HasSubstr(R"("event":"close")"));
}

TEST(Passthrough, AClientThatHasSaidEverythingStillGetsItsAnswer) {
  World world(unread());
  world.origin().stream("/late", [](Wire& wire) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    wire.send(ok("late"));
  });
  Wire agent = pinned(world);
  agent.send(get(world, "/late"));
  agent.finish();
  EXPECT_THAT(agent.receive_until("late"), HasSubstr("late"));
  EXPECT_EQ(agent.receive_all(), "");
  EXPECT_THAT(last_record(world), HasSubstr(R"("reason":"allowed")"));
}

TEST(Passthrough, ATunnelHasALifetime) {
  World world(unread(
      {.overrides = session([](SessionLimits& limits) { limits.passthrough_lifetime_ms = 300; })}));
  world.origin().stream("/stream", [](Wire& wire) {
    while (wire.send("piece")) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  });
  Wire agent = pinned(world);
  agent.send(get(world, "/stream"));
  agent.receive_all();
  EXPECT_TRUE(agent.reset());
  EXPECT_THAT(last_record(world),
              AllOf(HasSubstr(R"("reason":"timeout")"), HasSubstr("the tunnel has lasted 0.3 s")));
}

TEST(Passthrough, ATunnelInWhichNothingMovesEnds) {
  World world(unread(
      {.overrides = session([](SessionLimits& limits) { limits.passthrough_idle_ms = 100; })}));
  Wire agent = pinned(world);
  EXPECT_EQ(agent.receive_all(), "");
  EXPECT_THAT(last_record(world), HasSubstr("nothing moved for too long"));
}

TEST(Passthrough, ATunnelIsOneOfTheBottlesExchanges) {
  app::Overrides overrides;
  overrides.bottle.exchanges = 1;
  World world(unread({.overrides = overrides}));
  {
    Wire first = pinned(world);
    Wire second = world.open_tunnel();
    second.send(hello(""));
    EXPECT_EQ(second.receive_all(), kAccessDenied);
  }
  world.stop();
  bool refused = false;
  for (const auto& line : world.audit()) refused |= line.find("bottle_limit") != line.npos;
  EXPECT_TRUE(refused);
}

TEST(Passthrough, AnAddressThatIsNotOpenedIsRefusedByAnAlertAndARecord) {
  World world(unread({.opened = {}}));
  Wire agent = world.open_tunnel();
  agent.send(hello(""));
  EXPECT_EQ(agent.receive_all(), kAccessDenied);
  EXPECT_EQ(world.origin().connections(), 0U);
  world.stop();
  ASSERT_THAT(world.audit(), SizeIs(2));
  EXPECT_THAT(world.audit()[1],
              AllOf(HasSubstr(R"("event":"close")"), HasSubstr("address_not_allowed")));
}

TEST(Passthrough, ABottleThatObservesHoldsToTheSame) {
  World world(unread({.mode = policy::Mode::observe}));
  Wire agent = world.open_tunnel();
  EXPECT_FALSE(agent.start_tls("other.test", world.origin_ca_pem()));
  EXPECT_EQ(world.origin().connections(), 0U);
  EXPECT_THAT(last_record(world), HasSubstr(R"("decision":"deny","reason":"sni_mismatch")"));
}

}  // namespace
}  // namespace cork::test
