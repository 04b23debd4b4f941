#include "proxy/session/own_place.h"

#include "proxy/io/dialer.h"
#include "proxy/session/request_rules.h"

#include <fmt/format.h>

namespace cork::session {

std::optional<policy::Decision> decide_own(const Snapshot& snapshot, const IpAddress& address,
                                           std::uint16_t port) {
  if (!is_own(snapshot, address, port)) return std::nullopt;
  return denied(policy::Reason::address_not_allowed,
                fmt::format("{} is cork itself: nothing reaches it through the proxy.",
                            io::to_string(address, port)));
}

std::optional<policy::Decision> decide_own(const Snapshot& snapshot, const Endpoint& endpoint) {
  if (!endpoint.host.address()) return std::nullopt;
  return decide_own(snapshot, *endpoint.host.address(), endpoint.port);
}

}  // namespace cork::session
