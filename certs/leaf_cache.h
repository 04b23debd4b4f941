// Ready-to-use server contexts, one a host: minting and building one costs more than a handshake.
//
// Thread-safe. Bounded: the least recently used host goes first. Two threads that ask for the same
// new host mint it once (single flight). Contexts share one process secret for session tickets,
// bound to the host, so that a client resumes on any worker but never under another name.
//
//   Result<SslCtxRef> context = cache.get(host, now);
//   SslPtr ssl(SSL_new(context->get()));
#pragma once

#include "base/host.h"
#include "base/result.h"
#include "certs/authority.h"

#include <cstdint>
#include <memory>

namespace cork::certs {

using SslCtxRef = std::shared_ptr<SSL_CTX>;  // an SSL made from it keeps it alive by itself

class LeafCache {
 public:
  struct Options {
    std::size_t capacity = 1024;
  };
  struct Stats {
    std::uint64_t hits = 0, misses = 0, evictions = 0, size = 0;
  };

  LeafCache(std::shared_ptr<const Authority> authority, Options options);
  ~LeafCache();
  LeafCache(const LeafCache&) = delete;
  LeafCache& operator=(const LeafCache&) = delete;

  // TLS 1.2 and 1.3, no renegotiation, no compression, no early data, ALPN http/1.1 only,
  // SSL_MODE_RELEASE_BUFFERS. Mints again a day before a leaf expires.
  Result<SslCtxRef> get(const Host& host, Clock::time_point now);
  [[nodiscard]] Stats stats() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cork::certs
