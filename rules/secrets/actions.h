// What is done about what is found in a request. A canary stops it whatever is said here.
//
// Pure values.
//
//   const Actions actions(Action::redact);
//   if (actions.is_leak(rules, found.rule)) apply(actions.of(found.rule));
#pragma once

#include "rules/secrets/finding.h"
#include "rules/secrets/ruleset.h"

#include <cstdint>

namespace cork::secrets {

// Ordered by what is let through.
enum class Action : std::uint8_t {
  block,   // the request is refused
  redact,  // what can be is masked on its way, and whatever cannot be is refused
  record,  // it passes
};

class Actions {
 public:
  // Of every leak.
  explicit Actions(Action all = Action::block) noexcept : all_(all) {}

  // Is what that rule finds a leak, or no more than a note?
  [[nodiscard]] static bool is_leak(const Ruleset& rules, RuleIndex rule) noexcept {
    return rules.rules()[rule].confidence == Confidence::high;
  }
  // What is done about a leak that this rule finds, or that is a known value.
  [[nodiscard]] Action of_known() const noexcept { return all_; }
  [[nodiscard]] Action of(RuleIndex) const noexcept { return all_; }

  // Whether anything is masked; whether anything but a canary is stopped or masked at all.
  [[nodiscard]] bool mask() const noexcept { return all_ == Action::redact; }
  [[nodiscard]] bool stop() const noexcept { return all_ != Action::record; }

 private:
  Action all_;
};

}  // namespace cork::secrets
