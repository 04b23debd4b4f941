// An IP address and a block of them (CIDR).
//
// Pure values. Parsing is strict: dotted quad without leading zeros (RFC 6943, section 3.1.1), or
// RFC 4291 text without a zone; everything inet_aton would guess at is refused.
//
//   Result<IpAddress> ip = IpAddress::parse("10.0.0.1");
//   Result<Cidr> block = Cidr::parse("10.0.0.0/8");
//   block->contains(*ip);  // true
#pragma once

#include "base/result.h"

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cork {

class IpAddress {
 public:
  // The unspecified IPv4 address, which nothing may dial.
  IpAddress() = default;

  [[nodiscard]] static IpAddress v4(std::array<std::uint8_t, 4> octets) noexcept;
  [[nodiscard]] static IpAddress v6(std::array<std::uint8_t, 16> octets) noexcept;
  static Result<IpAddress> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const noexcept { return is_v4_; }
  // Network byte order: 4 bytes or 16. The span lives as long as this address.
  [[nodiscard]] std::span<const std::uint8_t> octets() const noexcept;
  // The IPv4 address that an IPv4-mapped one (::ffff:0:0/96) stands for, else the address itself:
  // the one that a connection to it reaches.
  [[nodiscard]] IpAddress unmapped() const noexcept;
  // RFC 5952 text; IPv6 without brackets.
  [[nodiscard]] std::string to_string() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  std::array<std::uint8_t, 16> octets_{};
  bool is_v4_ = true;
};

class Cidr {
 public:
  // A bare address is a block of one. Refuses host bits ("10.1.2.3/8") with the block that was
  // probably meant in the message.
  static Result<Cidr> parse(std::string_view text);
  // The block with a prefix of that length (of more bits than the address has: all of them) in
  // which the address lies.
  [[nodiscard]] static Cidr around(const IpAddress& address, int prefix) noexcept;

  // An IPv4 block never contains an IPv6 address, not even an IPv4-mapped one.
  [[nodiscard]] bool contains(const IpAddress& address) const noexcept;
  // Whether some address is in both.
  [[nodiscard]] bool meets(const Cidr& other) const noexcept;
  // Whether the block is one address: a /32 or a /128.
  [[nodiscard]] bool is_single_address() const noexcept;
  [[nodiscard]] int prefix() const noexcept { return prefix_; }
  // Its first address.
  [[nodiscard]] const IpAddress& network() const noexcept { return network_; }
  [[nodiscard]] std::string to_string() const;

  bool operator==(const Cidr&) const = default;

 private:
  Cidr(IpAddress network, int prefix) noexcept : network_(network), prefix_(prefix) {}

  IpAddress network_;
  int prefix_;
};

}  // namespace cork
