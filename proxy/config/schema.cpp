#include "proxy/config/schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace cork::config {
namespace {

constexpr std::array kKeys{
    Key{Section::root, "version", "1", "required"},
    Key{Section::root, "ca", "mapping", "see below"},
    Key{Section::root, "audit", "mapping", "see below"},
    Key{Section::root, "metrics", "mapping", "no metrics listener"},
    Key{Section::root, "upstream", "mapping", "see below"},
    Key{Section::root, "rules", "mapping", "see below"},
    Key{Section::root, "workers", "number, 0 to 256", "0: one a core"},
    Key{Section::root, "bottles", "mapping of name to bottle", "required"},
    Key{Section::ca, "directory", "path", kDefaultCaDirectory},
    Key{Section::audit, "path", "path", kDefaultAuditPath},
    Key{Section::audit, "max_bytes", "size, 1 MiB or more", "as far as the disk allows"},
    Key{Section::metrics, "listen", "listen address", "required"},
    Key{Section::upstream, "ca_file", "path", "the system's roots alone"},
    Key{Section::rules, "builtin", "true or false", "true"},
    Key{Section::rules, "groups", "list of groups", "none"},
    Key{Section::rules, "files", "list of paths", "none"},
    Key{Section::bottle, "listen", "listen address", "required"},
    Key{Section::bottle, "clients", "list of address blocks", "every address"},
    Key{Section::bottle, "proxy_auth", "mapping", "no proxy credentials"},
    Key{Section::proxy_auth, "user", "text without a colon", "required"},
    Key{Section::proxy_auth, "password", "env:NAME or file:PATH", "required"},
    Key{Section::bottle, "users", "list of users", "whoever can open the socket"},
    Key{Section::bottle, "mode", "enforce or observe", "enforce"},
    Key{Section::bottle, "on_leak", "block, redact or warn", "block"},
    Key{Section::bottle, "rules", "mapping of rule to block, redact or warn", "as on_leak says"},
    Key{Section::bottle, "exceptions", "list of exceptions", "none"},
    Key{Section::exception, "rule", "a rule's id", "required"},
    Key{Section::exception, "host", "host pattern", "every host"},
    Key{Section::exception, "print", "fingerprint, 16 hexadecimal digits",
        "whatever the rule finds"},
    Key{Section::exception, "reason", "text", "required"},
    Key{Section::exception, "owner", "text", "required"},
    Key{Section::exception, "expires", "date, YYYY-MM-DD", "required"},
    Key{Section::bottle, "use", "list of presets", "none"},
    Key{Section::bottle, "secrets", "list of secrets", "none"},
    Key{Section::secret, "from", "env:NAME, file:PATH or dotenv:PATH", "required"},
    Key{Section::secret, "for", "list of hosts", "nowhere"},
    Key{Section::secret, "in", "list of header fields", "Authorization alone"},
    Key{Section::secret, "canary", "true or false", "false"},
    Key{Section::bottle, "lock_after", "number, 1 to 1000", "8"},
    Key{Section::bottle, "allow", "list of routes", "required without `use`"},
    Key{Section::route, "host", "host pattern", "required"},
    Key{Section::route, "port", "number, 1 to 65535", "443; 80 with http://"},
    Key{Section::route, "methods", "list of methods", "every method"},
    Key{Section::route, "paths", "list of path patterns", "every path"},
    Key{Section::route, "git", "fetch, push, lfs, or a list of them", "not for git alone"},
    Key{Section::route, "addresses", "list of address blocks", "public addresses alone"},
    Key{Section::route, "credential", "first-seen, env:NAME, file:PATH, or a list of the latter",
        "any credential"},
    Key{Section::route, "on_leak", "block, redact or warn", "the bottle's"},
    Key{Section::route, "opaque", "allow or deny", "allow"},
    Key{Section::route, "tls", "intercept or passthrough", "intercept"},
    Key{Section::route, "upload_limit", "size, 1 KiB to 1 TiB", "64 MiB"},
};

struct Later {
  Section section;
  std::string_view name;
};
// What cork's design has words for and this version does not do: an error, never ignored.
constexpr std::array kLater{
    Later{Section::root, "admin"},
    Later{Section::audit, "sync"},
};

std::vector<std::string_view> names_of(Section section) {
  std::vector<std::string_view> names;
  for (const Key& key : kKeys) {
    if (key.section == section) names.push_back(key.name);
  }
  return names;
}

bool is_later(Section section, std::string_view name) {
  return std::ranges::any_of(
      kLater, [&](const Later& later) { return later.section == section && later.name == name; });
}

// The key of some section that is spelled so; nullptr: none.
const Key* find_key(std::string_view name) {
  const auto found = std::ranges::find(kKeys, name, &Key::name);
  return found == kKeys.end() ? nullptr : &*found;
}

// The key that an unknown one was probably meant to be; "": none.
std::string_view meant_by(std::string_view name, const std::vector<std::string_view>& known) {
  return find_key(name) != nullptr ? std::string_view() : nearest(name, known);
}

std::string hint_for(std::string_view name, Section section,
                     const std::vector<std::string_view>& known) {
  if (const Key* elsewhere = find_key(name)) {
    const std::string_view place = path_of(elsewhere->section);
    return place.empty() ? fmt::format("'{}' belongs to the left margin, in no section", name)
                         : fmt::format("'{}' belongs under {}", name, place);
  }
  if (const std::string_view meant = meant_by(name, known); !meant.empty()) {
    return fmt::format("did you mean '{}'?", meant);
  }
  const std::string_view place = path_of(section);
  return fmt::format("{} has these keys: {}", place.empty() ? "a configuration" : place,
                     fmt::join(known, ", "));
}

}  // namespace

std::span<const Key> all_keys() noexcept {
  return kKeys;
}

std::string_view path_of(Section section) noexcept {
  switch (section) {
    case Section::root:
      return "";
    case Section::ca:
      return "ca";
    case Section::audit:
      return "audit";
    case Section::metrics:
      return "metrics";
    case Section::upstream:
      return "upstream";
    case Section::rules:
      return "rules";
    case Section::bottle:
      return "bottles.NAME";
    case Section::proxy_auth:
      return "bottles.NAME.proxy_auth";
    case Section::secret:
      return "bottles.NAME.secrets[]";
    case Section::exception:
      return "bottles.NAME.exceptions[]";
    case Section::route:
      return "bottles.NAME.allow[]";
  }
  return "";
}

void check_keys(const YamlNode& mapping, Section section, Report& report) {
  const std::vector<std::string_view> known = names_of(section);
  for (const Member& member : mapping.members) {
    if (std::ranges::find(known, member.key) != known.end()) continue;
    if (is_later(section, member.key)) {
      report.add(member.at,
                 fmt::format("'{}' is not supported by this version of cork yet", member.key),
                 "remove it: cork does not start on a setting that it would not honour");
    } else {
      report.add(member.at, fmt::format("unknown key '{}'", member.key),
                 hint_for(member.key, section, known));
    }
  }
}

bool lacks(const YamlNode& mapping, Section section, std::string_view key) {
  const std::vector<std::string_view> known = names_of(section);
  return std::ranges::none_of(mapping.members, [&](const Member& member) {
    return member.key == key || meant_by(member.key, known) == key;
  });
}

}  // namespace cork::config
