#include "proxy/config/bottles.h"

#include "base/ascii.h"
#include "proxy/config/leak_words.h"
#include "proxy/config/presets.h"
#include "proxy/config/route_credential.h"
#include "proxy/config/routes.h"
#include "proxy/config/schema.h"
#include "proxy/config/secrets.h"
#include "proxy/config/whose.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cork::config {
namespace {

constexpr std::string_view kAllowExample = "`- api.example.com`, one line for each host";

void check_name(const Member& bottle, Report& report) {
  constexpr std::size_t longest = 63;
  const std::string& name = bottle.key;
  const bool plain =
      std::ranges::all_of(name, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
  if (!name.empty() && name.size() <= longest && plain) return;
  report.add(bottle.at, fmt::format("'{}' is not a name for a bottle", name),
             fmt::format("a name has letters, digits, '-' and '_', at most {} of them", longest));
}

void require(const Member& bottle, std::string_view key, std::string_view hint, Report& report) {
  if (!lacks(bottle.value, Section::bottle, key)) return;
  report.add(bottle.at, fmt::format("bottle '{}' has no '{}'", bottle.key, key), std::string(hint));
}

// Until a value is known to be right, the one that lets least through.
struct Draft {
  std::optional<Listen> listen;
  policy::Mode mode = policy::Mode::enforce;
  policy::OnLeak on_leak = policy::OnLeak::block;
  BottleSecrets secrets;
  std::optional<std::uint64_t> lock_after;
  policy::LeakWords leaks;
};

std::optional<BottleConfig> read_bottle(const Member& bottle, const Surroundings& surroundings,
                                        Report& report) {
  check_name(bottle, report);
  if (!is_mapping(item_of(bottle), "`listen:` and `allow:` below the bottle's name", report)) {
    return std::nullopt;
  }
  check_keys(bottle.value, Section::bottle, report);
  require(bottle, "listen", "write its own door: `listen: 127.0.0.1:8888`", report);
  if (lacks(bottle.value, Section::bottle, "use")) {
    require(bottle, "allow",
            "a bottle without one could reach nothing: write `allow:` and below it "
            "`- api.example.com`",
            report);
  }
  Draft draft;
  const Member *allow = nullptr, *use = nullptr;
  for (const Member& member : bottle.value.members) {
    const Item item = item_of(member);
    if (member.key == "listen") {
      draft.listen = read_listen(item, surroundings, report);
    } else if (member.key == "mode") {
      const auto mode = read_choice(item, {"enforce", "observe"}, {}, report);
      if (mode) draft.mode = *mode == 0 ? policy::Mode::enforce : policy::Mode::observe;
    } else if (member.key == "on_leak") {
      if (const auto on_leak = read_on_leak(item, report)) draft.on_leak = *on_leak;
    } else if (member.key == "secrets") {
      draft.secrets = read_secrets(item, surroundings, report);
    } else if (member.key == "lock_after") {
      draft.lock_after = read_number(item, {1, 1000}, report);
    } else if (member.key == "rules") {
      draft.leaks.rules = read_rule_words(item, report);
    } else if (member.key == "exceptions") {
      draft.leaks.exceptions = read_exceptions(item, surroundings.today, report);
    } else if (member.key == "allow") {
      allow = &member;
    } else if (member.key == "use") {
      use = &member;
    }
  }
  Whose who = read_whose(bottle.value, draft.listen, surroundings, report);
  std::vector<policy::Route> routes;
  if (allow != nullptr && is_list(item_of(*allow), kAllowExample, report)) {
    routes = read_routes(allow->value, draft.on_leak, surroundings, report);
  }
  Used used;
  if (use != nullptr) used = read_use(item_of(*use), draft.on_leak, surroundings, report);
  std::vector<ReplacedRoute> replaced = add_presets(routes, std::move(used.routes));
  check_pins(routes, report);
  const Member* place = allow != nullptr ? allow : use;
  if (!draft.listen || place == nullptr) return std::nullopt;
  return BottleConfig{
      std::move(*draft.listen),
      policy::Bottle(bottle.key, draft.mode, std::move(routes), report.where(place->at)),
      std::move(used.presets),
      std::move(replaced),
      std::move(who.conditions),
      std::move(who.password),
      std::move(draft.secrets.sources),
      std::move(draft.secrets.known),
      draft.lock_after,
      std::move(draft.leaks)};
}

}  // namespace

std::vector<BottleConfig> read_bottles(const Item& bottles, const Surroundings& surroundings,
                                       Report& report) {
  std::vector<BottleConfig> read;
  if (bottles.node.kind == YamlNode::Kind::null ||
      (bottles.node.kind == YamlNode::Kind::mapping && bottles.node.members.empty())) {
    report.add(bottles.at, "'bottles' is empty",
               "write at least one: a name, and below it `listen:` and `allow:`");
    return read;
  }
  if (!is_mapping(bottles, "a name for each bottle, as in `dev:`, and its settings below",
                  report)) {
    return read;
  }
  for (const Member& member : bottles.node.members) {
    if (auto bottle = read_bottle(member, surroundings, report)) read.push_back(std::move(*bottle));
  }
  return read;
}

}  // namespace cork::config
