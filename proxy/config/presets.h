// Presets: named, versioned sets of routes for the programs people run, which a bottle takes with
// `use: [claude-code, npm@1]`. They are files of rules/data/presets, carried inside the binary.
//
// Pure. A preset's routes are read by what reads `allow`, so that every key works there; their
// `where` is "preset npm@1:7", the line in its file.
//
//   Used used = read_use(item_of(member), OnLeak::block, surroundings, report);
//   auto replaced = add_presets(routes, std::move(used.routes));
#pragma once

#include "proxy/config/config.h"
#include "proxy/config/values.h"
#include "rules/policy/bottle.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cork::config {

struct Preset {
  std::string_view name;  // "npm"
  unsigned version;
  std::string_view text;  // YAML
  [[nodiscard]] std::string id() const { return std::string(name) + '@' + std::to_string(version); }
};

// By name, then by version.
[[nodiscard]] std::span<const Preset> all_presets();

struct Used {
  std::vector<UsedPreset> presets;
  std::vector<policy::Route> routes;
};
// The bottle's `use`: a name is its newest version, "npm@1" that one. `on_leak` is the bottle's.
Used read_use(const Item& use, policy::OnLeak on_leak, const Surroundings& surroundings,
              Report& report);

// Appends the presets' routes to the bottle's own. Where the bottle's own `allow` names the same
// host pattern, for whatever scheme and port, that alone counts and the presets' routes are left
// out: a preset never widens what the bottle says of a host itself. They are returned.
std::vector<ReplacedRoute> add_presets(std::vector<policy::Route>& own,
                                       std::vector<policy::Route> presets);

}  // namespace cork::config
