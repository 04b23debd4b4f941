// Between our addresses and the system's.
#pragma once

#include "base/ip_address.h"
#include "proxy/io/asio.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cork::io {

struct AddressAndPort {
  IpAddress address;
  std::uint16_t port = 0;
  bool operator==(const AddressAndPort&) const = default;
};

[[nodiscard]] asio::generic::stream_protocol::endpoint socket_endpoint(const IpAddress& address,
                                                                       std::uint16_t port);
// Whom a connected socket talks to, and where it is bound; nullopt for a unix socket. An
// IPv4-mapped address is given as IPv4.
[[nodiscard]] std::optional<AddressAndPort> peer_of(Socket& socket);
[[nodiscard]] std::optional<AddressAndPort> local_of(int fd);

// Who connected to a unix socket, as the kernel saw it then; nullopt for a TCP socket.
[[nodiscard]] std::optional<std::uint32_t> uid_of_peer(Socket& socket);

// The addresses of this machine's interfaces.
[[nodiscard]] std::vector<IpAddress> own_addresses();
// The networks they are on, as each interface's own mask says; with a peer's at the other end of a
// point-to-point link. A mask without a bit says nothing: that is no network but a default route.
[[nodiscard]] std::vector<Cidr> on_link_networks();

// Who is at the other end, for the audit record: "127.0.0.1:5312", "unix:uid=1000".
[[nodiscard]] std::string describe_client(Socket& socket);

}  // namespace cork::io
