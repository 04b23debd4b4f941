#include "base/address_class.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

namespace cork {
namespace {

using enum AddressClass;

struct V4Block {
  std::uint32_t network;
  int prefix;
  AddressClass kind;
};

constexpr std::uint32_t quad(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

// The first block that contains an address decides: metadata services before the blocks they live
// in. Blocks that IANA calls globally reachable (AS112, AMT, PCP and TURN anycast) are `reserved`
// all the same: they are infrastructure that no request names.
constexpr V4Block kV4Blocks[] = {
    {quad(169, 254, 169, 254), 32, metadata},  // AWS, Azure, Google, Oracle, OpenStack and others
    {quad(169, 254, 170, 2), 32, metadata},    // AWS ECS task credentials
    {quad(169, 254, 170, 23), 32, metadata},   // AWS EKS pod identity
    {quad(169, 254, 169, 250), 32, metadata},  // Rancher
    {quad(169, 254, 42, 42), 32, metadata},    // Scaleway
    {quad(169, 254, 0, 23), 32, metadata},     // Tencent
    {quad(168, 63, 129, 16), 32, metadata},    // Azure's wire server: a public address
    {quad(100, 100, 100, 200), 32, metadata},  // Alibaba
    {quad(100, 96, 0, 96), 32, metadata},      // Volcengine
    {quad(192, 0, 0, 192), 32, metadata},      // Oracle, first generation
    {quad(0, 0, 0, 0), 8, unspecified},
    {quad(10, 0, 0, 0), 8, private_use},
    {quad(100, 64, 0, 0), 10, shared},
    {quad(127, 0, 0, 0), 8, loopback},
    {quad(169, 254, 0, 0), 16, link_local},
    {quad(172, 16, 0, 0), 12, private_use},
    {quad(192, 0, 0, 0), 24,
     reserved},  // /29 continuity, .8 dummy, .9 PCP, .10 TURN, .170-171 DNS64
    {quad(192, 0, 2, 0), 24, documentation},
    {quad(192, 31, 196, 0), 24, reserved},  // AS112-v4
    {quad(192, 52, 193, 0), 24, reserved},  // AMT
    {quad(192, 88, 99, 0), 24, reserved},   // 6to4 relay anycast, and 6a44's .2
    {quad(192, 168, 0, 0), 16, private_use},
    {quad(192, 175, 48, 0), 24, reserved},  // AS112, direct delegation
    {quad(198, 18, 0, 0), 15, benchmarking},
    {quad(198, 51, 100, 0), 24, documentation},
    {quad(203, 0, 113, 0), 24, documentation},
    {quad(224, 0, 0, 0), 4, multicast},
    {quad(255, 255, 255, 255), 32, broadcast},
    {quad(240, 0, 0, 0), 4, reserved},
};

AddressClass classify_v4(std::uint32_t address) noexcept {
  for (const V4Block& block : kV4Blocks) {
    if ((address ^ block.network) >> (32 - block.prefix) == 0) return block.kind;
  }
  return global;
}

using V6 = std::span<const std::uint8_t>;

struct V6Block {
  std::uint64_t high, low;
  int prefix;
  AddressClass kind;
};

constexpr std::uint64_t top(std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0,
                            std::uint64_t d = 0) {
  return a << 48 | b << 32 | c << 16 | d;
}

constexpr V6Block kV6Blocks[] = {
    {top(0xfd00, 0x0ec2), 0x254, 128, metadata},       // AWS
    {top(0xfd00, 0x0ec2), 0x23, 128, metadata},        // AWS EKS pod identity
    {top(0xfd20, 0x00ce), 0x254, 128, metadata},       // Google
    {top(0xfd00, 0x00c1), 0xa9fea9fe, 128, metadata},  // Oracle
    {top(0xfd00, 0x0042), 0x42, 128, metadata},        // Scaleway
    {top(0xfe80), 0xa9fea9fe, 128, metadata},          // OpenStack
    {0, 0, 128, unspecified},
    {0, 1, 128, loopback},
    {top(0x0100), 0, 64, reserved},           // discard only
    {top(0x0100, 0, 0, 1), 0, 64, reserved},  // dummy prefix (RFC 9780)
    {top(0x2001, 0x0002), 0, 48, benchmarking},
    {top(0x2001, 0x0003), 0, 32, reserved},          // AMT
    {top(0x2001, 0x0004, 0x0112), 0, 48, reserved},  // AS112-v6
    {top(0x2001, 0x0010), 0, 28, reserved},          // ORCHID
    {top(0x2001, 0x0020), 0, 28, reserved},          // ORCHIDv2
    {top(0x2001, 0x0030), 0, 28, reserved},          // drone remote ID (RFC 9374)
    {top(0x2001), 0, 23, reserved},                  // IETF protocol assignments
    {top(0x2001, 0x0db8), 0, 32, documentation},
    {top(0x2620, 0x004f, 0x8000), 0, 48, reserved},  // AS112, direct delegation
    {top(0x3fff), 0, 20, documentation},
    {top(0x5f00), 0, 16, reserved},  // segment routing
    {top(0xfc00), 0, 7, private_use},
    {top(0xfe80), 0, 10, link_local},
    {top(0xfec0), 0, 10, link_local},  // site-local (RFC 3879)
    {top(0xff00), 0, 8, multicast},
    {top(0x2000), 0, 3, global},
    {0, 0, 0, reserved},  // never allocated
};

std::uint64_t big_endian(V6 octets) noexcept {
  std::uint64_t value = 0;
  for (const std::uint8_t octet : octets) value = value << 8 | octet;
  return value;
}

bool contains(const V6Block& block, std::uint64_t high, std::uint64_t low) noexcept {
  if (block.prefix == 0) return true;
  if (block.prefix <= 64) return (high ^ block.high) >> (64 - block.prefix) == 0;
  return high == block.high && (low ^ block.low) >> (128 - block.prefix) == 0;
}

bool begins(V6 octets, std::initializer_list<std::uint8_t> prefix) noexcept {
  return std::ranges::equal(octets.first(prefix.size()), prefix);
}

AddressClass embedded(V6 octets, std::size_t at) noexcept {
  const AddressClass kind =
      classify_v4(static_cast<std::uint32_t>(big_endian(octets.subspan(at, 4))));
  return kind == global ? transition : kind;
}

// The network's own NAT64 prefix is 48 to 96 bits of 64:ff9b:1::/48, and only the network knows
// which (RFC 8215): every reading counts, octet 8 being skipped (RFC 6052, section 2.2).
AddressClass local_nat64(V6 octets) noexcept {
  for (const std::size_t prefix : {6u, 7u, 8u}) {
    std::uint32_t address = 0;
    for (std::size_t at = prefix, taken = 0; taken < 4; ++at) {
      if (at == 8) continue;
      address = address << 8 | octets[at];
      ++taken;
    }
    if (classify_v4(address) == metadata) return metadata;
  }
  return embedded(octets, 12);
}

// Teredo carries its server in clear and its client with every bit inverted (RFC 4380, 4).
AddressClass teredo(V6 octets) noexcept {
  const AddressClass server = embedded(octets, 4);
  const auto client = classify_v4(~static_cast<std::uint32_t>(big_endian(octets.subspan(12, 4))));
  return client == global || (server == metadata && client != metadata) ? server : client;
}

AddressClass classify_v6(V6 octets) noexcept {
  const std::uint64_t high = big_endian(octets.first(8)), low = big_endian(octets.last(8));
  if (high == 0 && low > 1) {
    if (low >> 32 == 0xffff) return embedded(octets, 12);       // mapped
    if (low >> 32 == 0) return embedded(octets, 12);            // compatible
    if (low >> 32 == 0xffff'0000) return embedded(octets, 12);  // translated (RFC 2765)
  }
  if (begins(octets, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) return embedded(octets, 12);
  if (begins(octets, {0, 0x64, 0xff, 0x9b, 0, 1})) return local_nat64(octets);
  if (begins(octets, {0x20, 0x02})) return embedded(octets, 2);  // 6to4
  if (begins(octets, {0x20, 0x01, 0, 0})) return teredo(octets);

  const V6Block* block =
      std::ranges::find_if(kV6Blocks, [=](const V6Block& b) { return contains(b, high, low); });
  if (block->kind != global) return block->kind;
  const bool isatap = ((low >> 32) & ~std::uint64_t{0x0300'0000}) == 0x5efe;
  return isatap ? embedded(octets, 12) : global;
}

}  // namespace

AddressClass classify(const IpAddress& address) noexcept {
  const std::span<const std::uint8_t> octets = address.octets();
  return address.is_v4() ? classify_v4(static_cast<std::uint32_t>(big_endian(octets)))
                         : classify_v6(octets);
}

std::string_view name_of(AddressClass address_class) noexcept {
  switch (address_class) {
    case global:
      return "global";
    case unspecified:
      return "unspecified";
    case loopback:
      return "loopback";
    case private_use:
      return "private";
    case shared:
      return "shared (carrier-grade NAT)";
    case link_local:
      return "link-local";
    case metadata:
      return "cloud metadata";
    case multicast:
      return "multicast";
    case broadcast:
      return "broadcast";
    case documentation:
      return "documentation";
    case benchmarking:
      return "benchmarking";
    case reserved:
      return "reserved";
    case transition:
      return "IPv4-in-IPv6 transition";
    case on_link:
      return "neighbouring (on-link)";
  }
  return "reserved";
}

}  // namespace cork
