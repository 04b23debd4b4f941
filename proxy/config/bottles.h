// The `bottles` of a configuration.
//
// Pure.
#pragma once

#include "proxy/config/config.h"
#include "proxy/config/document.h"
#include "proxy/config/values.h"

#include <vector>

namespace cork::config {

// Reports everything that is wrong with any of them; then the list is incomplete.
std::vector<BottleConfig> read_bottles(const Item& bottles, const Surroundings& surroundings,
                                       Report& report);

}  // namespace cork::config
