#include "proxy/io/socket_address.h"

#include "tests/support/io_loop.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace cork::io {
namespace {

using test::IoLoop;

IpAddress ip(std::string_view text) {
  return *IpAddress::parse(text);
}

TEST(SocketAddress, AnIpv4EndpointIsASockaddrIn) {
  const auto endpoint = socket_endpoint(ip("192.0.2.7"), 8443);
  ASSERT_EQ(endpoint.size(), sizeof(sockaddr_in));
  sockaddr_in in{};
  std::memcpy(&in, endpoint.data(), sizeof in);
  EXPECT_EQ(in.sin_family, AF_INET);
  EXPECT_EQ(ntohs(in.sin_port), 8443);
  EXPECT_EQ(ntohl(in.sin_addr.s_addr), 0xC0000207U);
}

TEST(SocketAddress, AnIpv6EndpointIsASockaddrIn6) {
  const auto address = ip("2001:db8::7");
  const auto endpoint = socket_endpoint(address, 443);
  ASSERT_EQ(endpoint.size(), sizeof(sockaddr_in6));
  sockaddr_in6 in{};
  std::memcpy(&in, endpoint.data(), sizeof in);
  EXPECT_EQ(in.sin6_family, AF_INET6);
  EXPECT_EQ(ntohs(in.sin6_port), 443);
  EXPECT_TRUE(std::equal(address.octets().begin(), address.octets().end(), in.sin6_addr.s6_addr));
  EXPECT_EQ(in.sin6_scope_id, 0U);
}

TEST(SocketAddress, BothEndsOfAConnectionAgree) {
  IoLoop loop;
  auto [near_end, far_end] = loop.tcp_pair();
  const auto near_local = local_of(near_end.native_handle());
  const auto far_local = local_of(far_end.native_handle());
  ASSERT_TRUE(near_local && far_local);
  EXPECT_EQ(near_local->address, ip("127.0.0.1"));
  EXPECT_NE(near_local->port, 0);
  EXPECT_EQ(peer_of(near_end), far_local);
  EXPECT_EQ(peer_of(far_end), near_local);
}

TEST(SocketAddress, AMappedPeerIsGivenAsIpv4) {
  const int fd = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) GTEST_SKIP() << "this machine has no IPv6";
  const auto mapped = socket_endpoint(ip("::ffff:127.0.0.1"), 0);
  const bool bound = ::bind(fd, mapped.data(), static_cast<socklen_t>(mapped.size())) == 0;
  const auto local = local_of(fd);
  ::close(fd);
  if (!bound) GTEST_SKIP() << "this machine maps no IPv4 into IPv6";
  ASSERT_TRUE(local);
  EXPECT_EQ(local->address, ip("127.0.0.1"));
  EXPECT_NE(local->port, 0);
}

TEST(SocketAddress, AUnixSocketHasNone) {
  IoLoop loop;
  auto [near_end, far_end] = loop.unix_pair();
  EXPECT_EQ(peer_of(near_end), std::nullopt);
  EXPECT_EQ(local_of(far_end.native_handle()), std::nullopt);
}

TEST(SocketAddress, WhatIsNoSocketHasNone) {
  EXPECT_EQ(local_of(-1), std::nullopt);
}

TEST(SocketAddress, OwnAddressesHoldLoopback) {
  const auto own = own_addresses();
  EXPECT_NE(std::ranges::find(own, ip("127.0.0.1")), own.end());
}

TEST(SocketAddress, ATcpClientIsDescribedByAddressAndPort) {
  IoLoop loop;
  auto [near_end, far_end] = loop.tcp_pair();
  const auto port = local_of(near_end.native_handle())->port;
  EXPECT_EQ(describe_client(far_end), fmt::format("127.0.0.1:{}", port));
}

TEST(SocketAddress, AUnixClientIsDescribedByItsUser) {
  IoLoop loop;
  auto [near_end, far_end] = loop.unix_pair();
  EXPECT_EQ(describe_client(far_end), fmt::format("unix:uid={}", ::getuid()));
}

TEST(SocketAddress, OnlyAUnixClientHasAUser) {
  IoLoop loop;
  auto [near_end, far_end] = loop.unix_pair();
  EXPECT_EQ(uid_of_peer(far_end), ::getuid());
  auto [tcp_near, tcp_far] = loop.tcp_pair();
  EXPECT_EQ(uid_of_peer(tcp_far), std::nullopt);
}

TEST(OnLinkNetworks, HoldEveryAddressOfThisMachine) {
  const auto networks = on_link_networks();
  const auto holds = [&](const IpAddress& address) {
    return std::ranges::any_of(networks, [&](const Cidr& one) { return one.contains(address); });
  };
  for (const IpAddress& own : own_addresses()) EXPECT_TRUE(holds(own)) << own.to_string();
  EXPECT_NE(std::ranges::find(networks, Cidr::parse("127.0.0.0/8").value()), networks.end());
  for (const Cidr& one : networks) EXPECT_GT(one.prefix(), 0) << one.to_string();
}

}  // namespace
}  // namespace cork::io
