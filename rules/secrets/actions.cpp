#include "rules/secrets/actions.h"

#include "rules/secrets/rule_names.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace cork::secrets {

NamedActions::NamedActions(const Ruleset& rules)
    : actions_(rules.rules().size()), hold_(rules.hold()) {}

Result<std::shared_ptr<const NamedActions>, Diagnostics> NamedActions::make(
    std::span<const Word> words, const Ruleset& rules) {
  auto made = std::make_shared<NamedActions>(rules);
  Diagnostics problems;
  for (const Word& word : words) {
    const auto rule = rules.index_of(word.rule);
    if (!rule) {
      problems.push_back(unknown_rule(word.rule, word.where, rules.rules()));
      continue;
    }
    made->actions_[*rule] = word.action;
    if (word.action == Action::record) continue;
    if (auto no = rules.hold_for(*rule, made->hold_)) {
      problems.push_back(
          {"rule '" + word.rule + "' cannot stop anything: " + *no, word.where,
           "write `warn`, or a rule of its own whose match has a bound (`rules.files`)"});
    }
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return made;
}

bool NamedActions::says(Action action) const noexcept {
  return std::ranges::find(actions_, std::optional(action)) != actions_.end();
}

bool Actions::is_leak(const Ruleset& rules, RuleIndex rule) const noexcept {
  const auto named = parts_.named ? parts_.named->of(rule) : std::nullopt;
  if (named) return *named != Action::record;
  return rules.rules()[rule].confidence == Confidence::high;
}

Action Actions::said_of(RuleIndex rule) const noexcept {
  const auto named = parts_.named ? parts_.named->of(rule) : std::nullopt;
  return named.value_or(parts_.all);
}

Action Actions::of(RuleIndex rule) const noexcept {
  return possible(said_of(rule));
}

bool Actions::would_stop(RuleIndex rule) const noexcept {
  return parts_.observes && said_of(rule) != Action::record;
}

const Excuse* Actions::excuse(RuleIndex rule, const Fingerprint& print) const noexcept {
  const auto found = std::ranges::find_if(parts_.excuses, [&](const Excuse& excuse) {
    return excuse.rule == rule && (!excuse.print || *excuse.print == print);
  });
  return found == parts_.excuses.end() ? nullptr : &*found;
}

Actions Actions::without_masks() const {
  Actions same = *this;
  same.parts_.masks = false;
  return same;
}

Action Actions::possible(Action action) const noexcept {
  if (parts_.observes) return Action::record;
  return action == Action::redact && !parts_.masks ? Action::block : action;
}

bool Actions::does(Action action) const noexcept {
  const auto is = [&](Action said) { return possible(said) == action; };
  if (is(parts_.all)) return true;
  return parts_.named &&
         std::ranges::any_of(std::array{Action::block, Action::redact, Action::record},
                             [&](Action said) { return is(said) && parts_.named->says(said); });
}

bool Actions::no_stricter_than(const Actions& others, const Ruleset& rules) const noexcept {
  const auto stops = [&](const Actions& actions, RuleIndex rule) {
    return actions.is_leak(rules, rule) && actions.of(rule) != Action::record;
  };
  if (of_known() != Action::record && others.of_known() == Action::record) return false;
  for (std::size_t i = 0; i < rules.rules().size(); ++i) {
    const auto rule = static_cast<RuleIndex>(i);
    if (stops(*this, rule) && !stops(others, rule)) return false;
  }
  return std::ranges::all_of(others.parts_.excuses, [&](const Excuse& excuse) {
    return !stops(*this, excuse.rule) ||
           std::ranges::any_of(parts_.excuses,
                               [&](const Excuse& mine) { return mine.covers(excuse); });
  });
}

const Hold& Actions::hold(const Ruleset& rules) const noexcept {
  return parts_.named ? parts_.named->hold() : rules.hold();
}

}  // namespace cork::secrets
