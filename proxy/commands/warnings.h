// What an operator should know of a bottle's routes before an agent finds it out: routes to hosts
// that relay, credentials that are pinned where everybody can read them.
//
// Pure.
#pragma once

#include "proxy/config/config.h"

#include <string>
#include <vector>

namespace cork::commands {

struct Warning {
  std::string route;  // its pattern
  Where where;
  std::string kind;  // what sort of relay: "llm-api"; empty: something else is the matter
  std::string what;  // "api.example.com relays: ..."
  std::string hint;  // what to do about it
};

// Empty: nothing is known against it.
[[nodiscard]] std::vector<Warning> warnings_of(const policy::Route& route);
[[nodiscard]] std::vector<Warning> warnings_of(const config::BottleConfig& bottle);

}  // namespace cork::commands
