// What is done about what is found in a request. A canary stops it whatever is said here.
//
// Pure values; NamedActions is immutable once made, and shared between threads.
//
//   auto named = NamedActions::make(words, rules);
//   const Actions actions({.all = Action::redact, .named = *named});
//   if (actions.is_leak(*rules, found.rule)) apply(actions.of(found.rule));
#pragma once

#include "base/result.h"
#include "rules/secrets/finding.h"
#include "rules/secrets/hold.h"
#include "rules/secrets/ruleset.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cork::secrets {

// Ordered by what is let through.
enum class Action : std::uint8_t {
  block,   // the request is refused
  redact,  // what can be is masked on its way, and whatever cannot be is refused
  record,  // it passes
};

// What is said of single rules, by their names.
class NamedActions {
 public:
  struct Word {
    std::string rule;
    Action action = Action::block;
    Where where;
  };
  // Refuses names of no rule, and an action that stops what a rule finds whose matches have no
  // bound.
  static Result<std::shared_ptr<const NamedActions>, Diagnostics> make(std::span<const Word> words,
                                                                       const Ruleset& rules);

  [[nodiscard]] std::optional<Action> of(RuleIndex rule) const noexcept { return actions_[rule]; }
  [[nodiscard]] bool says(Action action) const noexcept;
  // What the ruleset's own rules that block need, and those that are named.
  [[nodiscard]] const Hold& hold() const noexcept { return hold_; }

  NamedActions(const Ruleset& rules);

 private:
  std::vector<std::optional<Action>> actions_;  // by RuleIndex
  Hold hold_;
};

// A credential that may leave though it is a leak, until a day that was agreed on.
struct Excuse {
  RuleIndex rule = 0;
  std::optional<Fingerprint> print;  // none: whatever the rule finds
  std::string reason, owner;

  // Whether this excuses all that the other does.
  [[nodiscard]] bool covers(const Excuse& other) const noexcept {
    return rule == other.rule && (!print || print == other.print);
  }
};

class Actions {
 public:
  struct Parts {
    Action all = Action::block;                           // of every leak
    std::shared_ptr<const NamedActions> named = nullptr;  // goes before it; nullptr: none
    std::vector<Excuse> excuses = {};                     // and these before both
    bool observes = false;  // all of it is only recorded: what would be done is said, not done
    bool masks = true;      // false: what would be masked is blocked
  };
  Actions() = default;
  explicit Actions(Action all) : Actions(Parts{.all = all}) {}
  explicit Actions(Parts parts) : parts_(std::move(parts)) {}

  // Is what that rule finds a leak, or no more than a note?
  [[nodiscard]] bool is_leak(const Ruleset& rules, RuleIndex rule) const noexcept;
  // What is done about a leak that this rule finds.
  [[nodiscard]] Action of(RuleIndex rule) const noexcept;
  [[nodiscard]] Action of_known() const noexcept { return possible(parts_.all); }
  // Whether that which is done about neither here is more than to record it, but for that here all
  // is only observed.
  [[nodiscard]] bool would_stop(RuleIndex rule) const noexcept;
  [[nodiscard]] bool would_stop_known() const noexcept {
    return parts_.observes && parts_.all != Action::record;
  }
  // The same where nothing can be masked.
  [[nodiscard]] Actions without_masks() const;
  // nullptr: it has none. Lives as long as this.
  [[nodiscard]] const Excuse* excuse(RuleIndex rule, const Fingerprint& print) const noexcept;

  // Whether anything is masked; whether anything but a canary is stopped or masked at all.
  [[nodiscard]] bool mask() const noexcept { return does(Action::redact); }
  [[nodiscard]] bool stop() const noexcept { return does(Action::block) || mask(); }
  // Whether all that these stop or mask is stopped or masked by `others` as well: what those
  // excuse, these do.
  [[nodiscard]] bool no_stricter_than(const Actions& others, const Ruleset& rules) const noexcept;
  [[nodiscard]] const Hold& hold(const Ruleset& rules) const noexcept;

 private:
  [[nodiscard]] Action said_of(RuleIndex rule) const noexcept;
  [[nodiscard]] Action possible(Action action) const noexcept;
  [[nodiscard]] bool does(Action action) const noexcept;

  Parts parts_;
};

}  // namespace cork::secrets
