// The TLS server that cork plays for one host.
//
// Thread-safe: no state. A context is thread-safe once built.
//
//   Result<SslCtxPtr> context = make_server_context(host, std::move(leaf), secret);
#pragma once

#include "base/host.h"
#include "base/result.h"
#include "certs/authority.h"
#include "certs/openssl_ptr.h"

#include <array>
#include <cstddef>

namespace cork::certs {

// What session tickets are sealed under, by way of a key for each host. Wiped when it goes.
class TicketSecret {
 public:
  static Result<TicketSecret> make_random();
  ~TicketSecret();
  TicketSecret(const TicketSecret&) = default;
  TicketSecret& operator=(const TicketSecret&) = default;

  [[nodiscard]] const std::array<unsigned char, 32>& octets() const noexcept { return octets_; }

 private:
  TicketSecret() = default;

  std::array<unsigned char, 32> octets_{};
};

// TLS 1.2 and 1.3; sessions resume from tickets only, and only in a context of the same host and
// secret. A client that offers h2 and no HTTP/1.1 is refused in the handshake.
Result<SslCtxPtr> make_server_context(const Host& host, const Leaf& leaf,
                                      const TicketSecret& secret);

}  // namespace cork::certs
