// Which exchanges `cork audit ls` shows.
//
// Pure.
//
//   auto filter = AuditFilter::make({.host = "*.example.com", .since = "2h"}, now);
//   if (filter->matches(exchange)) ...
#pragma once

#include "base/result.h"
#include "proxy/commands/audit_lines.h"
#include "rules/policy/host_pattern.h"

#include <chrono>
#include <optional>
#include <string>

namespace cork::commands {

// As a person writes it; "" takes everything.
struct AuditFilterText {
  std::string bottle = {};
  std::string host = {};      // a name, "*.example.com" or "**.example.com"
  std::string decision = {};  // allow, deny, observe
  std::string reason = {};    // a code of docs/refusals.md, or "allowed"
  std::string since = {};     // a moment (below): at or after it
  std::string until = {};     // before it
  std::string rule = {};      // the id of a rule that found something
};

class AuditFilter {
 public:
  // The message says what to write instead.
  static Result<AuditFilter> make(AuditFilterText text, std::chrono::system_clock::time_point now);

  // The time is that of the exchange's beginning, as far as the log tells.
  [[nodiscard]] bool matches(const AuditExchange& exchange) const;

 private:
  AuditFilterText text_;  // since and until as the log writes times
  std::optional<policy::HostPattern> host_;
};

// "2026-01-02T03:04:05.000Z" of "2026-01-02", "2026-01-02 03:04", "2026-01-02T03:04:05Z", or of so
// long ago: "90s", "30m", "2h", "7d". UTC throughout, as the log is.
Result<std::string> parse_moment(std::string_view text, std::chrono::system_clock::time_point now);

}  // namespace cork::commands
