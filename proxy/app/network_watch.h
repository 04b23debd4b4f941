// What the network around this machine is like, looked at again and again: its interfaces, and
// whether it has a NAT64 (RFC 7050).
//
// Belongs to one thread; the answer to ask() may come on another. Nothing waits.
//
//   NetworkWatch watch({resolver, executor, 5'000, {}});
//   watch.ask(executor);                       // begins a lookup
//   watch.show(snapshot);                      // with its answer, once there is one
//   if (auto next = watch.renewed(*snapshot)) adopt(next);
#pragma once

#include "base/neighbourhood.h"
#include "proxy/io/resolver.h"
#include "proxy/session/snapshot.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace cork::app {

class NetworkWatch {
 public:
  struct Options {
    io::Resolver& resolver;  // outlives the lookups, and so the io_context they run on
    std::uint64_t deadline_ms;
    std::function<std::vector<Cidr>()> on_link = {};  // empty: the system's interfaces
  };
  explicit NetworkWatch(Options options);

  // Looks kIpv4OnlyName up, on the executor. A lookup that fails leaves what was known. One at a
  // time: a call meanwhile is another lookup behind it.
  void ask(const io::Executor& executor);
  // Whether any lookup succeeded: until then nobody knows of a NAT64.
  [[nodiscard]] bool has_answer() const;
  // Puts what is known now into the snapshot: this machine's addresses, and what is around it.
  void show(session::Snapshot& snapshot) const;
  // The snapshot as it should be, of the next generation; nullptr where nothing has changed.
  [[nodiscard]] std::shared_ptr<const session::Snapshot> renewed(
      const session::Snapshot& snapshot) const;

 private:
  // Shared with the lookup, which may outlive this.
  struct Answer {
    std::mutex mutex;
    bool asking = false, again = false, answered = false;
    std::vector<Nat64Prefix> prefixes;
  };
  static io::Awaitable<void> look_up(io::Resolver& resolver, std::uint64_t deadline_ms,
                                     std::shared_ptr<Answer> answer);

  Options options_;
  std::shared_ptr<Answer> answer_ = std::make_shared<Answer>();
};

}  // namespace cork::app
