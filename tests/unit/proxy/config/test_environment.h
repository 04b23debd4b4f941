// Environments and texts for this folder's tests.
#pragma once

#include "proxy/config/config.h"

#include <map>
#include <string>
#include <string_view>

namespace cork::config {

inline Environment environment_of(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

inline Environment at_home() {
  return environment_of({{"HOME", "/home/kim"}});
}

// A configuration whose only bottle allows `route`, which begins in line 6, column 9.
inline std::string with_route(std::string_view route) {
  return "version: 1\nbottles:\n  dev:\n    listen: 127.0.0.1:8888\n    allow:\n      - " +
         std::string(route) + "\n";
}

// One bottle that is in order, behind `text`.
inline std::string with_bottle(std::string_view text) {
  return "version: 1\n" + std::string(text) +
         "bottles: {dev: {listen: 127.0.0.1:8888, allow: [a.example]}}\n";
}

inline std::string errors_of(std::string_view yaml, const Environment& environment = at_home()) {
  const auto config = parse(yaml, "/etc/cork/cork.yaml", environment);
  return config ? "" : render(config.error());
}

}  // namespace cork::config
