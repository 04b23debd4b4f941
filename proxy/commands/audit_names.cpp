#include "proxy/commands/audit_names.h"

#include "base/diagnostic.h"
#include "proxy/audit/record.h"
#include "proxy/config/config.h"
#include "proxy/config/rule_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

namespace cork::commands {
namespace {

// A log may be anybody's text.
constexpr std::size_t kMostBottles = 32;

// Without a word: the log is what was asked for.
std::optional<config::Config> configuration(const ConfigFlag& flag, const Context& context) {
  const auto file = config::find(flag, context.environment);
  if (!file) return std::nullopt;
  auto loaded = config::load(*file, context.environment, kNoCredentials);
  if (!loaded) return std::nullopt;
  return *std::move(loaded);
}

int no_bottle(const std::string& name, const std::set<std::string, std::less<>>& bottles,
              const Context& context) {
  const std::string_view meant = nearest(name, {bottles.begin(), bottles.end()});
  return complain(context, kNo, fmt::format("no record is of a bottle '{}'", name),
                  !meant.empty()    ? fmt::format("did you mean '{}'?", meant)
                  : bottles.empty() ? "the log is of no bottle at all"
                                    : fmt::format("there are: {}", fmt::join(bottles, ", ")));
}

int no_rule(const std::string& id, const std::optional<config::Config>& settings,
            const Context& context) {
  const auto rules = config::read_rules(settings);
  if (!rules) return kYes;  // it may be of the file that cannot be read
  std::vector<std::string_view> ids{audit::kKnownValue, audit::kCanary};
  for (const secrets::Rule& rule : *rules) ids.push_back(rule.id);
  if (std::ranges::find(ids, id) != ids.end()) return kYes;
  const std::string_view meant = nearest(id, ids);
  return complain(
      context, kNo,
      fmt::format("the log has no finding of a rule '{}', and there is no such rule", id),
      meant.empty() ? "cork rules ls lists them" : fmt::format("did you mean '{}'?", meant));
}

}  // namespace

void AuditNames::see(const AuditFields& fields) {
  for (const auto& [field, value] : fields) {
    if (field == "bottle") {
      saw_bottle_ = saw_bottle_ || value == wanted_.bottle;
      if (bottles_.size() < kMostBottles && !bottles_.contains(value)) bottles_.insert(value);
    } else if (!saw_rule_ && names_rule(field)) {
      saw_rule_ = value == wanted_.rule;
    }
  }
}

int AuditNames::judge(const ConfigFlag& flag, const Context& context) const {
  const bool lost_bottle = !wanted_.bottle.empty() && !saw_bottle_;
  const bool lost_rule = !wanted_.rule.empty() && !saw_rule_;
  if (!lost_bottle && !lost_rule) return kYes;
  const auto settings = configuration(flag, context);
  auto bottles = bottles_;
  if (settings) {
    for (const auto& bottle : settings->bottles) bottles.insert(bottle.bottle.name());
  }
  if (lost_bottle && !bottles.contains(wanted_.bottle)) {
    return no_bottle(wanted_.bottle, bottles, context);
  }
  return lost_rule ? no_rule(wanted_.rule, settings, context) : kYes;
}

}  // namespace cork::commands
