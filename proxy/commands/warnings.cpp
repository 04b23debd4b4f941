#include "proxy/commands/warnings.h"

#include "proxy/config/relays.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace cork::commands {
namespace {

std::string hint_for(const config::Relay& relay) {
  if (relay.reads) {
    return "name the host or the `paths` that are needed, with `methods: [GET, HEAD]`, or do "
           "without it";
  }
  constexpr std::string_view narrow =
      "narrow it with `methods: [GET, HEAD]` or `git: fetch` where reading is enough";
  if (!config::needs_account(relay)) {
    return fmt::format("{}; otherwise what leaves there can reach anybody", narrow);
  }
  return fmt::format(
      "pin whose account is used there: `credential: first-seen`, env:NAME or file:PATH, in an "
      "entry of `allow` for that host; or {}; otherwise what leaves there can reach anybody's "
      "account",
      narrow);
}

std::optional<Warning> relay_warning(const policy::Route& route) {
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
      .hint = hint_for(*relay),
  };
}

}  // namespace

std::vector<Warning> warnings_of(const policy::Route& route) {
  std::vector<Warning> warnings;
  if (auto relay = relay_warning(route)) warnings.push_back(*std::move(relay));
  if (route.scheme == Scheme::http && route.credential.pins()) {
    warnings.push_back(
        {.route = route.pattern.text(),
         .where = route.where,
         .kind = {},
         .what = fmt::format("http://{} takes its credential in clear text, for everybody on the "
                             "way to read and use",
                             route.pattern.text()),
         .hint = "write the route without http:// if the host speaks TLS"});
  }
  return warnings;
}

std::vector<Warning> warnings_of(const config::BottleConfig& bottle) {
  std::vector<Warning> warnings;
  for (const policy::Route& route : bottle.bottle.routes()) {
    for (Warning& warning : warnings_of(route)) warnings.push_back(std::move(warning));
  }
  return warnings;
}

}  // namespace cork::commands
