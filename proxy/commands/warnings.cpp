#include "proxy/commands/warnings.h"

#include "base/address_class.h"
#include "base/host.h"
#include "proxy/config/leak_words.h"
#include "proxy/config/relays.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

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

Warning passed_through(const policy::Route& route, const config::Relay* relay) {
  std::string what = fmt::format(
      "{} is passed through unread: neither requests nor secrets inside are seen, nor which host "
      "behind that name they are for",
      route.pattern.text());
  if (relay != nullptr) what += fmt::format("; and it relays: {}", relay->why);
  return {.route = route.pattern.text(),
          .where = route.where,
          .kind = Warning::Kind::passthrough,
          .relay = {},
          .what = std::move(what),
          .hint =
              "leave `tls: passthrough` to hosts whose client insists on their certificate; "
              "`upload_limit` caps what a tunnel carries out"};
}

std::optional<Warning> relay_warning(const policy::Route& route) {
  const config::Relay* relay = config::relay_of(route);
  if (route.tls == policy::Tls::passthrough) return passed_through(route, relay);
  if (relay == nullptr) return std::nullopt;
  const std::string& pattern = route.pattern.text();
  std::string through;
  if (relay->pattern.text() != pattern) through = fmt::format(" (as {})", relay->pattern.text());
  return Warning{
      .route = pattern,
      .where = route.where,
      .kind = Warning::Kind::relay,
      .relay = relay->kind,
      .what = fmt::format("{}{} relays: {}", pattern, through, relay->why),
      .hint = hint_for(*relay),
  };
}

Warning about_conversations(const policy::Route& route) {
  return {
      .route = route.pattern.text(),
      .where = route.where,
      .kind = Warning::Kind::conversation,
      .relay = {},
      .what = fmt::format("{} is sent the whole conversation with every turn: once an agent has "
                          "read a secret, each of its turns is refused",
                          route.pattern.text()),
      .hint =
          "`on_leak: redact` in the bottle, or in an entry of `allow` for that host, masks "
          "the secret instead and lets the agent go on"};
}

// The metadata services that the route opens; a wider block opens none.
std::vector<std::string> opened_services(const policy::Route& route) {
  std::vector<std::string> opened;
  for (const Cidr& block : route.addresses) {
    if (block.is_single_address() && classify(block.network()) == AddressClass::metadata) {
      opened.push_back(block.network().to_string());
    }
  }
  return opened;
}

std::optional<Warning> about_metadata(const policy::Route& route) {
  constexpr std::string_view danger =
      "is a metadata service: it hands this machine's credentials to whoever may ask it";
  Warning warning{.route = route.pattern.text(),
                  .where = route.where,
                  .kind = Warning::Kind::metadata,
                  .relay = {},
                  .what = {},
                  .hint = {}};
  if (const auto opened = opened_services(route); !opened.empty()) {
    warning.what = fmt::format("{} {}", fmt::join(opened, ", "), danger);
    warning.hint =
        fmt::format("take the route to {} out, unless the agent is to act as this machine",
                    route.pattern.text());
    return warning;
  }
  const auto host = Host::parse(route.pattern.text());
  if (!host || !host->address()) return std::nullopt;
  if (classify(*host->address()) != AddressClass::metadata) return std::nullopt;
  warning.what = fmt::format("{} {}; this route opens no address, so that nothing passes",
                             host->text(), danger);
  warning.hint = fmt::format("take it out; only `addresses: [{}]` would open it",
                             host->address()->to_string());
  return warning;
}

}  // namespace

std::string_view name_of(Warning::Kind kind) noexcept {
  switch (kind) {
    case Warning::Kind::relay:
      return "relay";
    case Warning::Kind::clear_text:
      return "clear-text";
    case Warning::Kind::passthrough:
      return "passthrough";
    case Warning::Kind::conversation:
      return "conversation";
    case Warning::Kind::metadata:
      return "metadata";
    case Warning::Kind::expired:
      return "expired-exception";
  }
  return "";
}

std::string_view label_of(Warning::Kind kind) noexcept {
  return kind == Warning::Kind::conversation ? "advice" : "warning";
}

std::vector<Warning> warnings_of(const policy::Route& route) {
  std::vector<Warning> warnings;
  if (auto relay = relay_warning(route)) warnings.push_back(*std::move(relay));
  if (auto metadata = about_metadata(route)) warnings.push_back(*std::move(metadata));
  if (route.scheme == Scheme::http && route.credential.pins()) {
    warnings.push_back(
        {.route = route.pattern.text(),
         .where = route.where,
         .kind = Warning::Kind::clear_text,
         .relay = {},
         .what = fmt::format("http://{} takes its credential in clear text, for everybody on the "
                             "way to read and use",
                             route.pattern.text()),
         .hint = "write the route without http:// if the host speaks TLS"});
  }
  if (route.on_leak == policy::OnLeak::block && route.tls != policy::Tls::passthrough &&
      config::takes_conversations(route)) {
    warnings.push_back(about_conversations(route));
  }
  return warnings;
}

std::vector<Warning> warnings_of(const config::BottleConfig& bottle,
                                 std::chrono::system_clock::time_point now) {
  std::vector<Warning> warnings;
  for (const policy::Route& route : bottle.bottle.routes()) {
    for (Warning& warning : warnings_of(route)) warnings.push_back(std::move(warning));
  }
  for (Diagnostic& expired : config::expired_exceptions(bottle, now)) {
    warnings.push_back({.route = {},
                        .where = std::move(expired.where),
                        .kind = Warning::Kind::expired,
                        .relay = {},
                        .what = std::move(expired.what),
                        .hint = std::move(expired.hint)});
  }
  return warnings;
}

}  // namespace cork::commands
