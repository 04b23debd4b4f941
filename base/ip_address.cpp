#include "base/ip_address.h"

#include "base/ascii.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace cork {
namespace {

// Decimal without sign or leading zero, at most `largest`.
std::optional<int> parse_decimal(std::string_view text, int largest) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) return {};
  int value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return {};
    value = value * 10 + (c - '0');
  }
  return value <= largest ? std::optional(value) : std::nullopt;
}

std::optional<std::array<std::uint8_t, 4>> parse_v4(std::string_view text) {
  std::array<std::uint8_t, 4> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const std::size_t dot = text.find('.');
    if ((dot == std::string_view::npos) != (i == 3)) return {};
    const std::optional<int> octet = parse_decimal(text.substr(0, dot), 255);
    if (!octet) return {};
    octets[i] = static_cast<std::uint8_t>(*octet);
    text.remove_prefix(i == 3 ? text.size() : dot + 1);
  }
  return octets;
}

std::optional<std::array<std::uint8_t, 16>> parse_v6(std::string_view text) {
  // inet_pton reads a C string, so a NUL would hide what follows it.
  const auto allowed = [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; };
  if (text.size() >= INET6_ADDRSTRLEN || !std::ranges::all_of(text, allowed)) return {};
  std::array<std::uint8_t, 16> octets{};
  if (inet_pton(AF_INET6, std::string(text).c_str(), octets.data()) != 1) return {};
  return octets;
}

IpAddress masked(const IpAddress& address, int prefix) {
  std::array<std::uint8_t, 16> octets{};
  std::ranges::copy(address.octets(), octets.begin());
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const int kept = std::clamp(prefix - static_cast<int>(i) * 8, 0, 8);
    octets[i] = static_cast<std::uint8_t>(octets[i] & (0xFF00 >> kept));
  }
  if (!address.is_v4()) return IpAddress::v6(octets);
  return IpAddress::v4({octets[0], octets[1], octets[2], octets[3]});
}

}  // namespace

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> octets) noexcept {
  IpAddress address;
  std::ranges::copy(octets, address.octets_.begin());
  return address;
}

IpAddress IpAddress::v6(std::array<std::uint8_t, 16> octets) noexcept {
  IpAddress address;
  address.octets_ = octets;
  address.is_v4_ = false;
  return address;
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
  if (const auto octets = parse_v4(text)) return v4(*octets);
  if (const auto octets = parse_v6(text)) return v6(*octets);
  if (text.find('%') != std::string_view::npos) {
    return fail("an address with a zone ('%') is not accepted");
  }
  if (text.starts_with('[')) return fail("an IPv6 address is written without brackets here");
  return fail(
      "not an IP address: write four decimal numbers without leading zeros (192.0.2.1), or IPv6 "
      "text (2001:db8::1)");
}

std::span<const std::uint8_t> IpAddress::octets() const noexcept {
  return std::span(octets_).first(is_v4_ ? 4 : 16);
}

IpAddress IpAddress::unmapped() const noexcept {
  constexpr std::array<std::uint8_t, 12> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (is_v4_ || !std::equal(prefix.begin(), prefix.end(), octets_.begin())) return *this;
  return v4({octets_[12], octets_[13], octets_[14], octets_[15]});
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_v4_ ? AF_INET : AF_INET6, octets_.data(), text.data(), text.size());
  return text.data();
}

Result<Cidr> Cidr::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const Result<IpAddress> network = IpAddress::parse(text.substr(0, slash));
  if (!network) return std::unexpected(network.error());
  const int widest = network->is_v4() ? 32 : 128;
  if (slash == std::string_view::npos) return Cidr(*network, widest);

  const std::optional<int> prefix = parse_decimal(text.substr(slash + 1), widest);
  if (!prefix) {
    return fail(fmt::format("a prefix length is a number from 0 to {}: {}/{}", widest,
                            network->to_string(), widest));
  }
  const IpAddress meant = masked(*network, *prefix);
  if (meant != *network) {
    return fail(
        fmt::format("{0}/{1} has bits set behind its prefix: write {2}/{1} for the block, "
                    "or {0}/{3} for that address",
                    network->to_string(), *prefix, meant.to_string(), widest));
  }
  return Cidr(*network, *prefix);
}

Cidr Cidr::around(const IpAddress& address, int prefix) noexcept {
  const int kept = std::clamp(prefix, 0, address.is_v4() ? 32 : 128);
  return {masked(address, kept), kept};
}

bool Cidr::contains(const IpAddress& address) const noexcept {
  return address.is_v4() == network_.is_v4() && masked(address, prefix_) == network_;
}

bool Cidr::meets(const Cidr& other) const noexcept {
  return contains(other.network_) || other.contains(network_);
}

bool Cidr::is_single_address() const noexcept {
  return prefix_ == (network_.is_v4() ? 32 : 128);
}

std::string Cidr::to_string() const {
  return fmt::format("{}/{}", network_.to_string(), prefix_);
}

}  // namespace cork
