// A route in words, for terminals and for JSON alike.
//
// Pure.
#pragma once

#include "rules/policy/bottle.h"

#include <string>

namespace cork::commands {

// As an entry of `allow` names it: "api.example.com", "http://a.example", "a.example:8443".
[[nodiscard]] std::string place_text(const policy::Route& route);
// What it lets through: "every method", "GET, HEAD; /a/**; opens 10.1.0.0/16; credential: env:KEY
// (set); records leaks".
[[nodiscard]] std::string passes_text(const policy::Route& route);
// Where it is written, short: "cork.yaml:12", "preset npm@1:7".
[[nodiscard]] std::string line_text(const Where& where);

}  // namespace cork::commands
