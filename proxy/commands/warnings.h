// What an operator should know of a bottle's routes before an agent finds it out: routes to hosts
// that relay, routes that nobody looks into, credentials that are pinned where everybody can read
// them, routes to what hands out the machine's own.
//
// Pure.
#pragma once

#include "proxy/config/config.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cork::commands {

struct Warning {
  std::string route;  // its pattern; empty where it is none's
  Where where;
  enum class Kind : std::uint8_t {
    relay,
    clear_text,
    passthrough,
    conversation,
    metadata,
    expired
  };
  Kind kind = Kind::relay;
  std::string relay;  // of which sort: "llm-api"; empty where the kind is another
  std::string what;   // "api.example.com relays: ..."
  std::string hint;   // what to do about it
};

[[nodiscard]] std::string_view name_of(Warning::Kind kind) noexcept;  // "clear-text"
// "warning", or "advice" where nothing is wrong and something could be better.
[[nodiscard]] std::string_view label_of(Warning::Kind kind) noexcept;

// Empty: nothing is known against it.
[[nodiscard]] std::vector<Warning> warnings_of(const policy::Route& route);
[[nodiscard]] std::vector<Warning> warnings_of(const config::BottleConfig& bottle,
                                               std::chrono::system_clock::time_point now);

}  // namespace cork::commands
