// What kind of place an address is, by IANA's special-purpose registries.
//
// Pure. Sources: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates),
// RFC 4291 (mapped), RFC 6052 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo), RFC 5214 (ISATAP), and
// the cloud providers' pages for their metadata addresses.
//
//   if (classify(ip) != AddressClass::global) refuse(name_of(classify(ip)));
#pragma once

#include "base/ip_address.h"

#include <string_view>

namespace cork {

// Only `global` may be dialled unless a route opens the address.
enum class AddressClass : std::uint8_t {
  global,
  unspecified,    // 0.0.0.0/8, ::
  loopback,       // 127.0.0.0/8, ::1
  private_use,    // 10/8, 172.16/12, 192.168/16, fc00::/7
  shared,         // 100.64.0.0/10
  link_local,     // 169.254.0.0/16, fe80::/10, fec0::/10
  metadata,       // cloud metadata services: 169.254.169.254, fd00:ec2::254, 168.63.129.16, ...
  multicast,      // 224.0.0.0/4, ff00::/8
  broadcast,      // 255.255.255.255
  documentation,  // 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/32, 3fff::/20
  benchmarking,   // 198.18.0.0/15, 2001:2::/48
  reserved,       // 240.0.0.0/4, 192.0.0.0/24, and every other special block
  transition,     // an IPv6 form that carries an IPv4 address which is itself global
  on_link,        // public, and on a network this machine is on: only a Neighbourhood says so
};

// The class of an address. Addresses that embed an IPv4 address (mapped, compatible, NAT64, 6to4,
// Teredo, ISATAP) have the class of that address where it is not global, else `transition`:
// a proxy has no reason to dial either.
[[nodiscard]] AddressClass classify(const IpAddress& address) noexcept;

// "loopback", "cloud metadata": for messages. Static storage.
[[nodiscard]] std::string_view name_of(AddressClass address_class) noexcept;

}  // namespace cork
