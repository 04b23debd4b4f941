// What an operator should know of a bottle's routes before an agent finds it out: routes to hosts
// that relay.
//
// Pure.
#pragma once

#include "proxy/config/config.h"

#include <optional>
#include <string>
#include <vector>

namespace cork::commands {

struct Warning {
  std::string route;  // its pattern
  Where where;
  std::string kind;  // what sort of relay: "llm-api"
  std::string what;  // "api.example.com relays: ..."
  std::string hint;  // what to do about it
};

// nullopt: nothing is known against it.
[[nodiscard]] std::optional<Warning> warning_of(const policy::Route& route);
[[nodiscard]] std::vector<Warning> warnings_of(const config::BottleConfig& bottle);

}  // namespace cork::commands
