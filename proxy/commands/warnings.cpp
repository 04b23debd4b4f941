#include "proxy/commands/warnings.h"

#include "proxy/config/relays.h"

#include <fmt/format.h>

namespace cork::commands {

std::optional<Warning> warning_of(const policy::Route& route) {
  const config::Relay* relay = config::relay_of(route);
  if (relay == nullptr) return std::nullopt;
  const std::string& pattern = route.pattern.text();
  std::string through;
  if (relay->pattern.text() != pattern) through = fmt::format(" (as {})", relay->pattern.text());
  return Warning{
      .route = pattern,
      .where = route.where,
      .kind = relay->kind,
      .what = fmt::format("{}{} relays: {}", pattern, through, relay->why),
      .hint = relay->reads ? "name the host or the `paths` that are needed, with `methods: [GET, "
                             "HEAD]`, or do without it"
                           : "narrow it with `methods: [GET, HEAD]` or `git: fetch` where reading "
                             "is enough; otherwise what leaves there can reach anybody's account",
  };
}

std::vector<Warning> warnings_of(const config::BottleConfig& bottle) {
  std::vector<Warning> warnings;
  for (const policy::Route& route : bottle.bottle.routes()) {
    if (auto warning = warning_of(route)) warnings.push_back(*std::move(warning));
  }
  return warnings;
}

}  // namespace cork::commands
