// From the log's lines to its exchanges, and what `cork audit` prints of one.
//
// Pure.
#pragma once

#include "proxy/commands/audit_lines.h"

#include <cstddef>
#include <deque>
#include <string>

namespace cork::commands {

// The exchanges of a log in the order in which they began, the last `most` of them.
class Window {
 public:
  explicit Window(std::size_t most) : most_(most) {}

  // The exchange the event belongs to; valid until the next call.
  AuditExchange& add(AuditEvent event);
  void forget(const AuditExchange& exchange);
  [[nodiscard]] const std::deque<AuditExchange>& exchanges() const noexcept { return exchanges_; }

 private:
  std::size_t most_;
  std::deque<AuditExchange> exchanges_;
};

// Exchanges that are open at once; of more the oldest are forgotten, and only their end is shown.
inline constexpr std::size_t kMostOpen = 10'000;

// "https://api.example.com:8443/v1", without the usual port.
[[nodiscard]] std::string place_of(const AuditFields& fields);
// The rules that found something, each once: "github-token (masked),own-token"; nothing of
// a denied exchange is called masked.
[[nodiscard]] std::string rules_of(const AuditFields& fields);
// "×1,234" of refusals that one record counts, "×…" where it does not say how many; else "".
[[nodiscard]] std::string times_of(const AuditExchange& exchange);
// The end of its id on a terminal, which is enough for `cork audit show`.
inline constexpr std::size_t kShortId = 8;
[[nodiscard]] std::string short_id(const AuditExchange& exchange);
// "2026-01-02 03:04:05" of an RFC 3339 time.
[[nodiscard]] std::string time_of(const AuditFields& fields);

}  // namespace cork::commands
