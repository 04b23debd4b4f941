// What narrows a route beyond its methods: `paths` and `git`.
//
// Pure.
#pragma once

#include "proxy/config/document.h"
#include "proxy/config/values.h"
#include "rules/policy/bottle.h"

#include <vector>

namespace cork::config {

std::vector<policy::PathPattern> read_paths(const Item& item, Report& report);
// One word, or a list of them.
policy::GitVerbs read_git(const Item& item, Report& report);
// The keys of `entry` that say nothing beside each other.
void check_narrowing(const YamlNode& entry, Report& report);

}  // namespace cork::config
