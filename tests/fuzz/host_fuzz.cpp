// Whatever the text: an accepted host has one spelling that parses to itself, and no accepted name
// is one that a resolver would read as an address.
#include "base/endpoint.h"
#include "rules/policy/host_pattern.h"
#include "tests/fuzz/require.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace {

using cork::fuzz::require;

void check_host(std::string_view text) {
  const cork::Result<cork::Host> host = cork::Host::parse(text);
  if (!host) return require(!host.error().what.empty());
  const cork::Result<cork::Host> again = cork::Host::parse(host->url_text());
  require(again && *again == *host && again->url_text() == host->url_text());
  require(again->is_name() == host->is_name());
  if (host->is_name()) {
    in_addr v4{};
    in6_addr v6{};
    require(inet_aton(host->text().c_str(), &v4) == 0);
    require(inet_pton(AF_INET6, host->text().c_str(), &v6) == 0);
    require(host->text().size() <= 253);
  } else {
    require(cork::Host::of(*host->address()) == *host);
    require(cork::IpAddress::parse(host->text()).value() == *host->address());
  }
}

void check_endpoint(std::string_view text) {
  const cork::Result<cork::Endpoint> endpoint = cork::Endpoint::parse(text);
  const cork::Result<cork::Endpoint> authority = cork::Endpoint::parse_authority(text, 443);
  if (endpoint) {
    require(endpoint->port != 0 && cork::Endpoint::parse(endpoint->to_string()) == *endpoint);
    require(authority && *authority == *endpoint);
  } else if (authority) {
    require(authority->port == 443 && cork::Host::parse(text).value() == authority->host);
  }
}

void check_cidr(std::string_view text) {
  const cork::Result<cork::Cidr> block = cork::Cidr::parse(text);
  if (block) require(cork::Cidr::parse(block->to_string()).value() == *block);
}

void check_pattern(std::string_view text) {
  const auto pattern = cork::policy::HostPattern::parse(text);
  if (!pattern) return;
  require(cork::policy::HostPattern::parse(pattern->text()).value() == *pattern);
  const cork::Result<cork::Host> host = cork::Host::parse(text);
  require(!host || pattern->matches(*host));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_host(text);
  check_endpoint(text);
  check_cidr(text);
  check_pattern(text);
  return 0;
}
