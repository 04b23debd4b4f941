#include "proxy/session/leak_rules.h"

#include "rules/secrets/rule_names.h"

#include <iterator>
#include <utility>

namespace cork::session {
namespace {

using secrets::Action;

Action action_of(policy::OnLeak word) noexcept {
  switch (word) {
    case policy::OnLeak::redact:
      return Action::redact;
    case policy::OnLeak::warn:
      return Action::record;
    case policy::OnLeak::block:
      break;
  }
  return Action::block;
}

}  // namespace

Result<std::shared_ptr<const LeakRules>, Diagnostics> LeakRules::make(
    const policy::LeakWords& words, const secrets::Ruleset& rules) {
  if (words.rules.empty() && words.exceptions.empty()) return nullptr;
  auto made = std::make_shared<LeakRules>();
  Diagnostics problems;
  std::vector<secrets::NamedActions::Word> named;
  named.reserve(words.rules.size());
  for (const policy::RuleWord& word : words.rules) {
    named.push_back({word.rule, action_of(word.word), word.where});
  }
  auto actions = secrets::NamedActions::make(named, rules);
  if (actions) {
    if (!named.empty()) made->named_ = std::move(*actions);
  } else {
    problems = std::move(actions.error());
  }
  for (const policy::Exception& exception : words.exceptions) {
    if (const auto rule = rules.index_of(exception.rule)) {
      made->excused_.push_back({exception, *rule});
    } else {
      problems.push_back(secrets::unknown_rule(exception.rule, exception.where, rules.rules()));
    }
  }
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return made;
}

std::vector<secrets::Excuse> LeakRules::excuses(const Host& host,
                                                std::chrono::system_clock::time_point now) const {
  std::vector<secrets::Excuse> excuses;
  for (const auto& [exception, rule] : excused_) {
    if (has_expired(exception, now) || !covers(exception, host)) continue;
    excuses.push_back({rule, exception.print, exception.reason, exception.owner});
  }
  return excuses;
}

secrets::Actions actions_for(const policy::Bottle& bottle, const RequestHead& request,
                             const LeakRules* rules, std::chrono::system_clock::time_point now) {
  secrets::Actions::Parts parts;
  parts.all = action_of(bottle.on_leak(request.authority, request.scheme));
  parts.observes = bottle.mode() == policy::Mode::observe;
  if (rules != nullptr) {
    parts.named = rules->named();
    parts.excuses = rules->excuses(request.authority.host, now);
  }
  return secrets::Actions(std::move(parts));
}

}  // namespace cork::session
