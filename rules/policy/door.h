// The bottles behind one listener, and which of them a client is.
//
// Pure: no sockets, no clock. Built once from configuration, immutable afterwards, shared freely
// between threads. A default Door knows nobody.
//
//   Identified who = door.identify(peer, presented);
//   if (who.kind == Identified::Kind::bottle) bottles[who.bottle].decide_connect(…);
#pragma once

#include "base/ip_address.h"
#include "rules/policy/proxy_credentials.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cork::policy {

// The other end of a connection, as the kernel tells it.
struct Peer {
  std::optional<IpAddress> address;  // of a TCP client
  std::optional<IpAddress> local;    // the address of this machine that it came to
  std::optional<std::uint32_t> uid;  // of who connected to a unix socket
};

struct ProxyUser {
  std::string name;
  CredentialDigest credentials;  // with its password
};

// Whose clients are a bottle's: all that is said here must hold.
struct Conditions {
  std::vector<Cidr> clients = {};            // source addresses; empty: every one
  std::vector<std::uint32_t> users = {};     // empty: whoever can open the socket
  std::optional<ProxyUser> proxy_user = {};  // nullopt: proxy credentials are not looked at
};

// What keeps two bottles from sharing a listener.
enum class Clash : std::uint8_t {
  none,       // no client can be both
  open,       // one of them asks for no credentials, and takes clients of the other
  same_user,  // their clients may come from the same place, and have the same name
};
[[nodiscard]] Clash clash(const Conditions& a, const Conditions& b) noexcept;

// Whether that end fulfils everything but the credentials.
[[nodiscard]] bool admits(const Conditions& conditions, const Peer& peer) noexcept;

struct Identified {
  enum class Kind : std::uint8_t {
    nobody,             // no bottle's client: a wrong place, or wrong credentials
    needs_credentials,  // they would tell, and there are none
    bottle,
  };
  Kind kind = Kind::nobody;
  std::size_t bottle = 0;  // where it is one
  bool operator==(const Identified&) const = default;
};

// What a request says of itself.
struct Presented {
  bool any = false;
  std::optional<CredentialDigest> digest = {};  // of what was well-formed
};

class Door {
 public:
  struct Bottle {
    std::size_t index;
    Conditions conditions;
  };

  Door() = default;
  // No two of `bottles` clash. `address`: the only one at which it listens; nullopt: every one, or
  // a unix socket.
  Door(std::optional<IpAddress> address, std::vector<Bottle> bottles);

  // Unknown user and wrong password take the same way and give the same answer.
  [[nodiscard]] Identified identify(const Peer& peer, const Presented& presented) const noexcept;
  // Whether who comes to it may be no bottle's client.
  [[nodiscard]] bool may_meet_strangers() const noexcept;

 private:
  std::optional<IpAddress> address_;
  std::vector<Bottle> bottles_;
};

}  // namespace cork::policy
