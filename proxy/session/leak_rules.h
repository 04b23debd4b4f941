// What a bottle does about leaks, ready for the rules that are in force.
//
// Immutable once made; shared between threads.
//
//   auto made = LeakRules::make(config.leaks, *rules);
//   if (!made) return made.error();
//   const secrets::Actions actions = actions_for(bottle, request, made->get(), now);
#pragma once

#include "base/message.h"
#include "base/result.h"
#include "rules/policy/bottle.h"
#include "rules/policy/leak_words.h"
#include "rules/secrets/actions.h"
#include "rules/secrets/ruleset.h"

#include <chrono>
#include <memory>
#include <vector>

namespace cork::session {

class LeakRules {
 public:
  // nullptr where nothing is said. Refuses names of no rule, and rules that cannot do what is said.
  static Result<std::shared_ptr<const LeakRules>, Diagnostics> make(const policy::LeakWords& words,
                                                                    const secrets::Ruleset& rules);

  [[nodiscard]] const std::shared_ptr<const secrets::NamedActions>& named() const noexcept {
    return named_;
  }
  [[nodiscard]] std::vector<secrets::Excuse> excuses(
      const Host& host, std::chrono::system_clock::time_point now) const;

 private:
  struct Excused {
    policy::Exception exception;
    secrets::RuleIndex rule;
  };
  std::shared_ptr<const secrets::NamedActions> named_;
  std::vector<Excused> excused_;
};

// What is done about a leak in this request, whose head arrived at `now`. `rules`: the bottle's;
// nullptr: none.
[[nodiscard]] secrets::Actions actions_for(const policy::Bottle& bottle, const RequestHead& request,
                                           const LeakRules* rules,
                                           std::chrono::system_clock::time_point now);

}  // namespace cork::session
