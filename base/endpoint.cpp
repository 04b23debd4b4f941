#include "base/endpoint.h"

#include "base/ascii.h"

#include <optional>

namespace cork {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || text.front() == '0') return {};
  std::uint32_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return {};
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (value > 65535) return {};
  return static_cast<std::uint16_t>(value);
}

// Where the ':' before the port is, or npos: the colons inside brackets are the address's own.
std::size_t port_colon(std::string_view text) noexcept {
  const std::size_t colon = text.rfind(':');
  const std::size_t bracket = text.rfind(']');
  const bool inside =
      bracket != std::string_view::npos && colon != std::string_view::npos && colon < bracket;
  return inside ? std::string_view::npos : colon;
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view text) {
  // In user:password@host the colon is of no port: Host says what is wrong.
  const bool userinfo = text.find('@') != std::string_view::npos;
  const std::size_t colon = userinfo ? std::string_view::npos : port_colon(text);
  Result<Host> host = Host::parse(text.substr(0, colon));
  if (!host) return std::unexpected(std::move(host).error());
  if (colon == std::string_view::npos) return fail("a port is missing: write host:port");
  const std::optional<std::uint16_t> port = parse_port(text.substr(colon + 1));
  if (!port) return fail("a port is a decimal number from 1 to 65535 without leading zeros");
  return Endpoint{*std::move(host), *port};
}

Result<Endpoint> Endpoint::parse_authority(std::string_view text, std::uint16_t default_port) {
  if (port_colon(text) != std::string_view::npos) return parse(text);
  Result<Host> host = Host::parse(text);
  if (!host) return std::unexpected(std::move(host).error());
  return Endpoint{*std::move(host), default_port};
}

std::string Endpoint::to_string() const {
  return host.url_text() + ':' + std::to_string(port);
}

}  // namespace cork
