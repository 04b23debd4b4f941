#include "proxy/config/relays.h"

#include "proxy/config/document.h"
#include "proxy/config/embedded_data.h"
#include "proxy/config/values.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>
#include <utility>

namespace cork::config {
namespace {

constexpr std::array<std::string_view, 3> kReading{"GET", "HEAD", "OPTIONS"};

bool is_wildcard(const policy::HostPattern& pattern) {
  return pattern.text().starts_with('*');
}

bool only_reads(const policy::Route& route) {
  if (!route.git.empty()) return !route.git.has(policy::GitVerb::push);
  return !route.methods.empty() &&
         std::ranges::all_of(route.methods, [](const std::string& method) {
           return std::ranges::find(kReading, method) != kReading.end();
         });
}

// A wildcard that no route can have, because the list of public suffixes knows its suffix: there is
// nothing to warn of. Which it knows depends on its age.
bool is_below_public_suffix(std::string_view pattern) {
  const std::size_t dot = pattern.find('.');
  return pattern.starts_with('*') && dot != std::string_view::npos &&
         policy::HostPattern::parse(fmt::format("**.y.x{}", pattern.substr(dot))).has_value();
}

std::optional<Relay> read_relay(const YamlNode& entry, Report& report) {
  if (!is_mapping(element_of("relays", entry), "{host: ..., kind: ..., why: ...}", report)) {
    return std::nullopt;
  }
  std::optional<policy::HostPattern> pattern;
  std::string kind, why;
  bool reads = false, keyless = false, wildcards = false;
  for (const Member& member : entry.members) {
    const Item item = item_of(member);
    bool* const flag = member.key == "reads"       ? &reads
                       : member.key == "keyless"   ? &keyless
                       : member.key == "wildcards" ? &wildcards
                                                   : nullptr;
    if (flag != nullptr) {
      *flag = read_bool(item, report).value_or(false);
      continue;
    }
    const auto text = read_text(item, report);
    if (!text) continue;
    if (member.key == "host") {
      auto parsed = policy::HostPattern::parse(*text);
      if (!parsed && is_below_public_suffix(*text)) return std::nullopt;
      if (!parsed) {
        report.add(item.at, fmt::format("'{}' is not a host pattern", *text), parsed.error().what);
      } else {
        pattern = *std::move(parsed);
      }
    } else if (member.key == "kind") {
      kind = *text;
    } else if (member.key == "why") {
      why = *text;
    } else {
      report.add(member.at, fmt::format("unknown key '{}'", member.key));
    }
  }
  if (!pattern || kind.empty() || why.empty()) {
    report.add(entry.at, "a relay has a host, a kind and a reason");
    return std::nullopt;
  }
  return Relay{*std::move(pattern), std::move(kind), std::move(why), reads, keyless, wildcards};
}

}  // namespace

Result<std::vector<Relay>, Diagnostics> parse_relays(std::string_view yaml,
                                                     const std::string& file) {
  Report report(file);
  std::vector<Relay> relays;
  const auto root = parse_document(yaml, report);
  const YamlNode* list = root ? root->find("relays") : nullptr;
  if (list == nullptr) {
    report.add({1, 1}, "there is no list 'relays'");
  } else {
    for (const YamlNode& entry : list->items) {
      if (auto relay = read_relay(entry, report)) relays.push_back(*std::move(relay));
    }
  }
  if (!report.empty()) return std::unexpected(report.take());
  return relays;
}

const std::vector<Relay>& all_relays() {
  static const auto relays = parse_relays(builtin_relays_text(), "relays.yaml");
  assert(relays.has_value());
  return *relays;
}

bool needs_account(const Relay& relay) noexcept {
  return !relay.reads && !relay.keyless;
}

bool takes_conversations(const policy::Route& route, const std::vector<Relay>& relays) {
  return std::ranges::any_of(relays, [&](const Relay& relay) {
    return relay.kind == "llm-api" && relay.pattern.overlaps(route.pattern) &&
           relay.pattern.specificity() <= route.pattern.specificity();
  });
}

const Relay* relay_of(const policy::Route& route, const std::vector<Relay>& relays) {
  const Relay* best = nullptr;
  for (const Relay& relay : relays) {
    if (!relay.pattern.overlaps(route.pattern)) continue;
    // Reading from places that the operator spelled out takes nothing anywhere else.
    if (only_reads(route) && (!relay.reads || !route.paths.empty())) continue;
    if (relay.wildcards && !is_wildcard(route.pattern)) continue;
    if (route.credential.pins() && needs_account(relay)) continue;
    if (best == nullptr || relay.pattern.specificity() > best->pattern.specificity()) best = &relay;
  }
  return best;
}

}  // namespace cork::config
