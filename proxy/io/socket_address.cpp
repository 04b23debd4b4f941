#include "proxy/io/socket_address.h"

#include "proxy/io/dialer.h"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <span>

namespace cork::io {

namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::optional<AddressAndPort> from_sockaddr(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    std::array<std::uint8_t, 4> octets{};
    std::memcpy(octets.data(), &in.sin_addr, octets.size());
    return AddressAndPort{IpAddress::v4(octets), ntohs(in.sin_port)};
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 in{};
    std::memcpy(&in, address, sizeof in);
    std::array<std::uint8_t, 16> octets{};
    std::memcpy(octets.data(), &in.sin6_addr, octets.size());
    if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), octets.begin())) {
      return AddressAndPort{IpAddress::v4({octets[12], octets[13], octets[14], octets[15]}),
                            ntohs(in.sin6_port)};
    }
    return AddressAndPort{IpAddress::v6(octets), ntohs(in.sin6_port)};
  }
  return std::nullopt;
}

// How many bits a netmask has set.
int bits_of(const sockaddr* mask) noexcept {
  const auto count = [](std::span<const std::uint8_t> octets) {
    int bits = 0;
    for (const std::uint8_t octet : octets) bits += std::popcount(octet);
    return bits;
  };
  std::array<std::uint8_t, 16> octets{};
  if (mask->sa_family == AF_INET) {
    std::memcpy(octets.data(), &reinterpret_cast<const sockaddr_in*>(mask)->sin_addr, 4);
  } else if (mask->sa_family == AF_INET6) {
    std::memcpy(octets.data(), &reinterpret_cast<const sockaddr_in6*>(mask)->sin6_addr, 16);
  }
  return count(octets);
}

}  // namespace

asio::generic::stream_protocol::endpoint socket_endpoint(const IpAddress& address,
                                                         std::uint16_t port) {
  const auto octets = address.octets();
  if (address.is_v4()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::memcpy(&in.sin_addr, octets.data(), octets.size());
    return {&in, sizeof in};
  }
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(port);
  std::memcpy(&in.sin6_addr, octets.data(), octets.size());
  return {&in, sizeof in};
}

std::optional<AddressAndPort> peer_of(Socket& socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  if (::getpeername(socket.native_handle(), address, &size) != 0) return std::nullopt;
  return from_sockaddr(address);
}

std::optional<AddressAndPort> local_of(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  if (::getsockname(fd, address, &size) != 0) return std::nullopt;
  return from_sockaddr(address);
}

std::optional<std::uint32_t> uid_of_peer(Socket& socket) {
  int domain = 0;
  socklen_t size = sizeof domain;
  // The kernel answers SO_PEERCRED for a TCP socket too, with nobody's.
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 ||
      domain != AF_UNIX) {
    return std::nullopt;
  }
  ucred credentials{};
  size = sizeof credentials;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return std::nullopt;
  }
  return credentials.uid;
}

std::vector<IpAddress> own_addresses() {
  ifaddrs* list = nullptr;
  std::vector<IpAddress> addresses;
  if (::getifaddrs(&list) != 0) return addresses;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owned(list, &::freeifaddrs);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr) continue;
    if (const auto found = from_sockaddr(entry->ifa_addr)) addresses.push_back(found->address);
  }
  return addresses;
}

std::vector<Cidr> on_link_networks() {
  ifaddrs* list = nullptr;
  std::vector<Cidr> networks;
  if (::getifaddrs(&list) != 0) return networks;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owned(list, &::freeifaddrs);
  const auto add = [&](const sockaddr* of, const sockaddr* mask) {
    const auto address = of != nullptr ? from_sockaddr(of) : std::nullopt;
    if (!address) return;
    const int all = address->address.is_v4() ? 32 : 128;
    const int prefix = mask != nullptr ? bits_of(mask) : all;
    const Cidr network = Cidr::around(address->address, prefix > 0 ? prefix : all);
    if (std::ranges::find(networks, network) == networks.end()) networks.push_back(network);
  };
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    add(entry->ifa_addr, entry->ifa_netmask);
    if ((entry->ifa_flags & IFF_POINTOPOINT) != 0) add(entry->ifa_dstaddr, entry->ifa_netmask);
  }
  return networks;
}

std::string describe_client(Socket& socket) {
  if (const auto peer = peer_of(socket)) return to_string(peer->address, peer->port);
  const auto uid = uid_of_peer(socket);
  return uid ? fmt::format("unix:uid={}", *uid) : "unix";
}

}  // namespace cork::io
