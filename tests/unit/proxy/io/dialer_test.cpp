#include "proxy/io/dialer.h"

#include "proxy/io/listener.h"
#include "proxy/io/socket_address.h"
#include "tests/support/io_loop.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>
#include <vector>

namespace cork::io {
namespace {

using test::IoLoop;
using Kind = IoError::Kind;

constexpr std::uint64_t kLongMs = 60'000;

IpAddress ip(std::string_view text) {
  return *IpAddress::parse(text);
}

// A default-constructible result: what a coroutine that runs on its own must have.
struct Dialled {
  std::optional<Socket> socket;
  IoError error;
};

Awaitable<Dialled> try_dial(IoLoop& loop, IpAddress address, std::uint16_t port,
                            std::uint64_t deadline_ms) {
  auto socket = co_await dial(address, port, loop.deadlines, deadline_ms);
  Dialled dialled;
  if (socket) {
    dialled.socket.emplace(std::move(*socket));
  } else {
    dialled.error = socket.error();
  }
  co_return dialled;
}

TEST(Dialer, ConnectsToThatAddressAndPort) {
  IoLoop loop;
  const auto bound = BoundSocket::tcp(ip("127.0.0.1"), 0);
  ASSERT_TRUE(bound);
  auto dialled = loop.run(try_dial(loop, ip("127.0.0.1"), bound->address()->port, kLongMs));
  ASSERT_TRUE(dialled.socket) << dialled.error.what;
  EXPECT_EQ(peer_of(*dialled.socket), bound->address());
}

TEST(Dialer, SaysWhenNobodyListens) {
  IoLoop loop;
  std::uint16_t port = 0;
  {
    const auto bound = BoundSocket::tcp(ip("127.0.0.1"), 0);
    ASSERT_TRUE(bound);
    port = bound->address()->port;
  }
  const auto dialled = loop.run(try_dial(loop, ip("127.0.0.1"), port, kLongMs));
  ASSERT_FALSE(dialled.socket);
  EXPECT_EQ(dialled.error.kind, Kind::refused);
  EXPECT_EQ(dialled.error.what, "Connection refused");
}

TEST(Dialer, GivesUpAtItsDeadline) {
  IoLoop loop;
  // A listener whose queue is full: the kernel leaves further attempts unanswered.
  const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto any = socket_endpoint(ip("127.0.0.1"), 0);
  ASSERT_EQ(::bind(listening, any.data(), static_cast<socklen_t>(any.size())), 0);
  ASSERT_EQ(::listen(listening, 0), 0);
  const auto port = local_of(listening)->port;
  std::vector<Dialled> queued;
  Dialled last;
  for (int i = 0; i < 8 && last.error.what.empty(); ++i) {
    last = loop.run(try_dial(loop, ip("127.0.0.1"), port, 50));
    if (last.socket) queued.push_back(std::move(last));
  }
  ::close(listening);
  EXPECT_EQ(last.error.kind, Kind::timeout);
  EXPECT_EQ(last.error.what, "connecting timed out");
}

TEST(Dialer, DialsNothingOnceTheWorkerEnds) {
  IoLoop loop;
  const auto bound = BoundSocket::tcp(ip("127.0.0.1"), 0);
  ASSERT_TRUE(bound);
  loop.deadlines.end();
  const auto dialled = loop.run(try_dial(loop, ip("127.0.0.1"), bound->address()->port, kLongMs));
  ASSERT_FALSE(dialled.socket);
  EXPECT_EQ(dialled.error.kind, Kind::timeout);
}

TEST(Dialer, RefusesAConnectionThatEndedUpElsewhere) {
  IoLoop loop;
  const auto bound = BoundSocket::tcp(ip("127.0.0.1"), 0);
  ASSERT_TRUE(bound);
  // The kernel takes the unspecified address for loopback.
  const auto dialled = loop.run(try_dial(loop, ip("0.0.0.0"), bound->address()->port, kLongMs));
  ASSERT_FALSE(dialled.socket);
  EXPECT_EQ(dialled.error.kind, Kind::refused);
  EXPECT_EQ(dialled.error.what, "connected to another address");
}

TEST(Dialer, WritesAnAddressAndItsPort) {
  EXPECT_EQ(to_string(ip("93.184.216.34"), 443), "93.184.216.34:443");
  EXPECT_EQ(to_string(ip("::1"), 8080), "[::1]:8080");
}

}  // namespace
}  // namespace cork::io
