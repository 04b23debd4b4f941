#include "proxy/session/snapshot.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace cork::session {
namespace {

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

Snapshot listening_at(std::string_view address, std::uint16_t port) {
  Snapshot snapshot;
  snapshot.own_listeners = {{ip(address), port}};
  snapshot.own_addresses = {ip("127.0.0.1"), ip("::1"), ip("192.0.2.10")};
  return snapshot;
}

TEST(IsOwn, AListenerIsReachedAtItsAddressAndPort) {
  const auto snapshot = listening_at("192.0.2.10", 8888);
  EXPECT_TRUE(is_own(snapshot, ip("192.0.2.10"), 8888));
  EXPECT_FALSE(is_own(snapshot, ip("192.0.2.10"), 443));
  EXPECT_FALSE(is_own(snapshot, ip("127.0.0.1"), 8888));
  EXPECT_FALSE(is_own(snapshot, ip("192.0.2.11"), 8888));
}

TEST(IsOwn, AListenerOnEveryAddressIsReachedAtEachOfThisMachines) {
  for (const char* any : {"0.0.0.0", "::"}) {
    const auto snapshot = listening_at(any, 8888);
    for (const char* own : {"127.0.0.1", "127.9.9.9", "::1", "192.0.2.10", "0.0.0.0", "::"}) {
      EXPECT_TRUE(is_own(snapshot, ip(own), 8888)) << any << " " << own;
    }
    EXPECT_FALSE(is_own(snapshot, ip("192.0.2.11"), 8888)) << any;
    EXPECT_FALSE(is_own(snapshot, ip("127.0.0.1"), 8889)) << any;
  }
}

// The kernel takes the unspecified address for loopback.
TEST(IsOwn, TheUnspecifiedAddressReachesAListenerOnLoopback) {
  const auto snapshot = listening_at("127.0.0.1", 8888);
  EXPECT_TRUE(is_own(snapshot, ip("0.0.0.0"), 8888));
  EXPECT_TRUE(is_own(snapshot, ip("::"), 8888));
  EXPECT_FALSE(is_own(snapshot, ip("0.0.0.0"), 8889));
}

TEST(IsOwn, AnIpv4MappedAddressReachesWhatItsIpv4AddressDoes) {
  EXPECT_TRUE(is_own(listening_at("127.0.0.1", 8888), ip("::ffff:127.0.0.1"), 8888));
  EXPECT_TRUE(is_own(listening_at("0.0.0.0", 8888), ip("::ffff:192.0.2.10"), 8888));
  EXPECT_FALSE(is_own(listening_at("127.0.0.1", 8888), ip("::ffff:127.0.0.2"), 8888));
}

TEST(IsOwn, AnAddressBehindNat64ReachesWhatIsEmbeddedInIt) {
  auto snapshot = listening_at("192.0.2.10", 8888);
  EXPECT_FALSE(is_own(snapshot, ip("64:ff9b::c000:20a"), 8888));
  snapshot.around = {{}, {Nat64Prefix::around(ip("64:ff9b::"), 96).value()}};
  EXPECT_TRUE(is_own(snapshot, ip("64:ff9b::c000:20a"), 8888));
}

TEST(IsOwn, NothingIsWhereNothingListens) {
  EXPECT_FALSE(is_own(Snapshot{}, ip("127.0.0.1"), 8888));
}

}  // namespace
}  // namespace cork::session
