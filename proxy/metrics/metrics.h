// cork's Prometheus metrics. Labels are bounded: bottles, reasons and rules come from the
// configuration, never from traffic.
//
// Thread-safe. Handles are resolved when a configuration is read, never registered an exchange.
//
//   Metrics metrics({"dev"}, {"github-token"});
//   metrics.exchange(record);        // at its end
//   std::string text = metrics.text();
#pragma once

#include "proxy/audit/record.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace cork::metrics {

class Metrics {
 public:
  Metrics(const std::vector<std::string>& bottles, const std::vector<std::string>& rules);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // Names that a new configuration has; those known already stay as they are.
  void add(const std::vector<std::string>& bottles, const std::vector<std::string>& rules);
  // A configuration was read again: taken, or refused and the old one kept.
  void reloaded(bool taken) noexcept;

  // An exchange ended, or was refused: everything its record says.
  void exchange(const audit::Record& record) noexcept;

  // It was counted in the record of another one.
  void folded(const std::string& bottle) noexcept;

  enum class Side : std::uint8_t { client, upstream };
  void handshake(Side side, bool succeeded) noexcept;
  void connection_opened(const std::string& bottle) noexcept;
  void connection_closed(const std::string& bottle) noexcept;
  // A request found a pooled upstream connection, or had to dial.
  void pool(bool hit) noexcept;
  // A client that never got as far as an exchange: "limit", "hello", "head".
  enum class Drop : std::uint8_t { limit, hello, head, internal };
  void dropped(Drop why) noexcept;

  struct LeafCacheReading {
    std::uint64_t hits, misses, evictions, size;
  };
  // Asked at each scrape.
  void leaf_cache_from(std::function<LeafCacheReading()> read);

  struct AuditReading {
    std::uint64_t lines, owed;
    bool short_of_room;
  };
  // Asked at each scrape.
  void audit_from(std::function<AuditReading()> read);

  struct LockReading {
    std::string bottle;
    bool locked;
  };
  // Asked at each scrape.
  void locks_from(std::function<std::vector<LockReading>()> read);

  // Prometheus' text exposition format 0.0.4.
  [[nodiscard]] std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cork::metrics
