// The entries of a bottle's `allow`.
//
// Pure but for the environment and the files that `credential` names.
#pragma once

#include "proxy/config/document.h"
#include "proxy/config/values.h"
#include "rules/policy/bottle.h"

#include <vector>

namespace cork::config {

// `on_leak` is the bottle's, for routes that do not say.
std::vector<policy::Route> read_routes(const YamlNode& allow, policy::OnLeak on_leak,
                                       const Surroundings& surroundings, Report& report);

}  // namespace cork::config
