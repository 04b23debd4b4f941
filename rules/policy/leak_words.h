// What a bottle says of leaks beside what its routes say of all: of single rules, and of single
// secrets until a day that was agreed on.
//
// Pure values.
//
//   if (!has_expired(exception, now) && covers(exception, host)) let_it_leave();
#pragma once

#include "base/diagnostic.h"
#include "base/fingerprint.h"
#include "base/host.h"
#include "rules/policy/bottle.h"
#include "rules/policy/host_pattern.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace cork::policy {

struct RuleWord {
  std::string rule;  // by its id
  OnLeak word = OnLeak::block;
  Where where;
};

struct Exception {
  std::string rule;                  // by its id
  std::optional<HostPattern> host;   // none: wherever it goes
  std::optional<Fingerprint> print;  // none: whatever the rule finds
  std::string reason, owner;
  std::chrono::sys_days expires;  // the last day on which it holds, UTC
  Where where;
};

[[nodiscard]] inline bool has_expired(const Exception& exception,
                                      std::chrono::system_clock::time_point now) noexcept {
  return now >= exception.expires + std::chrono::days(1);
}
[[nodiscard]] inline bool covers(const Exception& exception, const Host& host) {
  return !exception.host || exception.host->matches(host);
}

struct LeakWords {
  std::vector<RuleWord> rules;
  std::vector<Exception> exceptions;
};

}  // namespace cork::policy
