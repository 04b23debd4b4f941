// Idle connections to origins, kept for the next request.
//
// Belongs to one worker. The key holds all that makes reuse unsafe: scheme, host, port, bottle and
// policy generation. A connection on which anything arrived while idle is closed, never used.
#pragma once

#include "base/endpoint.h"
#include "base/message.h"
#include "proxy/io/read_buffer.h"
#include "proxy/io/stream.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace cork::session {

struct Upstream {
  std::unique_ptr<io::Stream> stream;
  io::ReadBuffer buffer;
  IpAddress ip;
  std::string address;  // with the port: "93.184.216.34:443"
  bool reused = false;
  io::SteadyClock::time_point dialled = io::SteadyClock::now();
};

[[nodiscard]] std::string pool_key(Scheme scheme, const Endpoint& endpoint,
                                   const std::string& bottle, std::uint64_t generation);

class UpstreamPool {
 public:
  struct Options {
    std::size_t per_key;
    std::size_t total;
    std::uint64_t idle_ms;
    std::uint64_t lifetime_ms;  // since it was dialled
  };
  explicit UpstreamPool(Options options) : options_(options) {}

  // The connection that was last put back there and is still fit, if any.
  std::optional<Upstream> take(const std::string& key);
  // Closes it instead where the pool is full.
  void put(const std::string& key, Upstream upstream);
  void sweep(io::SteadyClock::time_point now);
  void clear() noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  struct Idle {
    Upstream upstream;
    io::SteadyClock::time_point since;
  };

  [[nodiscard]] bool is_fit(const Idle& one, io::SteadyClock::time_point now) const;

  Options options_;
  std::unordered_map<std::string, std::vector<Idle>> by_key_;
  std::size_t size_ = 0;
};

}  // namespace cork::session
