// Reading a TLS ClientHello before answering it (RFC 8446, section 4.1.2; RFC 6066 for SNI).
//
// Pure: sees bytes only, keeps nothing. Feed it everything received so far, as often as you like.
//
//   ClientHelloResult r = peek_client_hello(received);
//   if (r.status == ClientHelloResult::Status::need_more) read_more();
#pragma once

#include "base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::certs {

inline constexpr std::size_t kMaxClientHelloBytes = std::size_t{64} * 1024;  // records and all

struct ClientHello {
  std::optional<std::string> sni;  // as spelled
  std::vector<std::string> alpn;
  bool has_ech = false;  // encrypted_client_hello (0xfe0d), or its drafts' encrypted_server_name
  bool offers_tls13 = false;
};

struct ClientHelloResult {
  enum class Status : std::uint8_t { need_more, complete, not_tls, malformed, too_large };
  Status status = Status::need_more;
  ClientHello hello;           // where complete
  std::string_view problem;    // where not_tls, malformed or too_large; static storage
  std::size_t wire_bytes = 0;  // where complete: of the records it came in
};

// A ClientHello may span TCP segments and TLS records (RFC 8446, section 5.1). `not_tls` is said
// from the first bytes, so that a peer which speaks something else is not waited for.
[[nodiscard]] ClientHelloResult peek_client_hello(Bytes received);

}  // namespace cork::certs
