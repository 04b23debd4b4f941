// A host and a port: an authority without userinfo (RFC 3986, section 3.2).
//
// Pure value.
//
//   Endpoint::parse("example.com:443");             // port required
//   Endpoint::parse_authority("example.com", 443);  // port optional: what Host and URLs carry
#pragma once

#include "base/host.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace cork {

struct Endpoint {
  Host host;
  std::uint16_t port;

  // "host:port". The port is 1-65535 in decimal without sign, space or leading zero.
  static Result<Endpoint> parse(std::string_view text);
  // "host" or "host:port"; an empty port ("host:") is refused.
  static Result<Endpoint> parse_authority(std::string_view text, std::uint16_t default_port);

  // "example.com:443", "[::1]:443".
  [[nodiscard]] std::string to_string() const;

  bool operator==(const Endpoint&) const = default;
};

}  // namespace cork
