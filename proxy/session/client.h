// The agent's side of a connection, and the tunnel it asked for.
#pragma once

#include "base/endpoint.h"
#include "base/message.h"
#include "certs/client_hello.h"
#include "proxy/io/read_buffer.h"
#include "proxy/io/stream.h"
#include "rules/policy/decision.h"
#include "rules/secrets/finding.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::session {

struct Client {
  std::unique_ptr<io::Stream> stream;
  io::ReadBuffer buffer;  // read and not yet used
  std::string address;    // "127.0.0.1:5312", for the record
};

// What CONNECT asked for. Every exchange inside must name the same endpoint.
struct Tunnel {
  Endpoint endpoint;
  // Set where every exchange inside is to be refused: the answer to CONNECT shows in few clients.
  std::optional<policy::Decision> refusal;
  std::vector<secrets::Finding> findings;
  Scheme spoken = Scheme::https;
  // Set where the bytes are to be passed through unread: the ClientHello, which still waits.
  std::optional<certs::ClientHello> unread = {};
};

// Stands in the record for what holds a secret, or may.
inline constexpr std::string_view kMasked = "…";
// A method as the record may have it before it has been scanned: no registered one is longer, and
// no credential is that short.
[[nodiscard]] inline std::string_view recorded_method(std::string_view method) noexcept {
  constexpr std::size_t longest = std::string_view("UPDATEREDIRECTREF").size();
  return method.size() <= longest ? method : kMasked;
}
// The tunnel's host as the record may have it.
[[nodiscard]] inline std::string_view recorded_host(const Tunnel& tunnel) noexcept {
  const bool unread = tunnel.refusal && tunnel.refusal->reason == policy::Reason::scan_limit;
  return tunnel.findings.empty() && !unread ? tunnel.endpoint.host.text() : kMasked;
}

}  // namespace cork::session
