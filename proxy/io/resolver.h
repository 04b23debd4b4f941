// Names to addresses, without ever blocking a worker.
//
// Thread-safe. The answer is whatever the system's resolver says, unfiltered: deciding what may be
// dialled is the caller's work, address by address.
//
//   auto addresses = co_await resolver.resolve("api.example.com", "dev", 5'000);
#pragma once

#include "base/ip_address.h"
#include "proxy/io/stream.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cork::io {

class Resolver {
 public:
  virtual ~Resolver() = default;
  // At least one address. Absolute: no search domain is tried. Abandons the lookup at the deadline.
  // `asker`: for whom (a bottle); one asker's slow lookups keep no other waiting.
  virtual Awaitable<IoResult<std::vector<IpAddress>>> resolve(std::string name, std::string asker,
                                                              std::uint64_t deadline_ms) = 0;
};

// getaddrinfo() on a bounded pool of threads: it honours hosts files, nsswitch and resolv.conf.
// Must outlive every coroutine that resolves, and be destroyed before the io_contexts they run on.
class SystemResolver final : public Resolver {
 public:
  // Blocks; on a thread of the pool.
  using LookUp = std::function<IoResult<std::vector<IpAddress>>(const std::string& name)>;
  struct Options {
    std::size_t threads = 16;
    std::size_t share = 4;    // of the threads, for one asker
    std::size_t queue = 512;  // an asker's lookups that wait; more fail at once
    LookUp look_up = {};      // empty: getaddrinfo()
  };
  explicit SystemResolver(Options options);
  ~SystemResolver() override;

  Awaitable<IoResult<std::vector<IpAddress>>> resolve(std::string name, std::string asker,
                                                      std::uint64_t deadline_ms) override;

 private:
  class Pool;
  std::unique_ptr<Pool> pool_;
};

}  // namespace cork::io
