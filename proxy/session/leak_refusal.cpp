#include "proxy/session/leak_refusal.h"

#include "base/ascii.h"
#include "base/limits.h"
#include "proxy/session/refusal.h"
#include "proxy/session/request_rules.h"
#include "rules/policy/credential_names.h"
#include "rules/secrets/known_finding.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

namespace cork::session {
namespace {

using secrets::Action;
using secrets::Finding;
using secrets::Part;

bool in_body(const Finding& finding) noexcept {
  return finding.place.part == Part::body || finding.place.part == Part::message;
}

bool same_bytes(const Finding& one, const Finding& other) noexcept {
  return one.place.part == other.place.part && one.place.pointer == other.place.pointer &&
         one.spot.text == other.spot.text && one.place.begin < other.place.end &&
         other.place.begin < one.place.end;
}

bool same_secret(const Finding& one, const Finding& other) noexcept {
  return same_bytes(one, other) || (one.print.value != 0 && one.print == other.print);
}

// All that refuses that secret, here and wherever else it was seen, or would: where a bottle only
// observes, nothing stops.
std::vector<const Finding*> refusing_with(const Finding& chosen,
                                          std::span<const Finding> findings) {
  const auto refuses = chosen.stops ? &Finding::stops : &Finding::blocking;
  std::vector<const Finding*> all{&chosen};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const Finding& other : findings) {
      if (!(other.*refuses) || other.kind != secrets::Kind::rule) continue;
      if (std::ranges::find(all, &other) != all.end()) continue;
      if (same_secret(*all[i], other)) all.push_back(&other);
    }
  }
  return all;
}

// What lets one of them pass leaves the others to refuse it. A rule that asks whether a secret
// looks drawn sees it in several lengths, with a print each, of which the record has one.
std::string exceptions_for(const secrets::Ruleset& rules,
                           const std::vector<const Finding*>& alike) {
  const Finding& first = *alike.front();
  std::vector<std::string> several;  // lengths
  for (const Finding* finding : alike) {
    const secrets::Rule& rule = rules.rules()[finding->rule];
    std::string id = fmt::format("`{}`", rule.id);
    if (rule.random && std::ranges::find(several, id) == several.end()) {
      several.push_back(std::move(id));
    }
  }
  const bool one = std::ranges::all_of(alike, [&](const Finding* finding) {
    return finding->rule == first.rule && finding->print == first.print;
  });
  const std::string unprinted =
      several.empty() ? ""
                      : fmt::format(", for {} without `print`: it is seen in several lengths",
                                    fmt::join(several, " and "));
  return one ? "an entry of its `exceptions`" + unprinted
             : "entries of its `exceptions`, one for each rule and `print` that `cork audit show` "
               "says blocked it" +
                   unprinted;
}

// Where a request says who asks, so that a route can pin it.
bool is_identity(const Finding& finding) {
  if (finding.place.part != Part::field) return false;
  return policy::is_credential_field(finding.place.pointer) ||
         equals_ignoring_case(finding.place.pointer, "cookie");
}

const Finding& best_named(const secrets::Ruleset& rules, const std::vector<const Finding*>& alike) {
  const auto known = std::ranges::find_if(alike, [&](const Finding* finding) {
    return !secrets::is_catch_all(rules.rules()[finding->rule]);
  });
  return known == alike.end() ? *alike.front() : **known;
}

// More than escapes are between it and the wire: those are no obstacle to a mask.
bool encoded(const secrets::Place& place) noexcept {
  constexpr std::array<std::string_view, 6> escapes{"json",    "percent", "entity",
                                                    "unicode", "escapes", "form"};
  const std::string_view views = place.encoding;
  return !views.empty() && std::ranges::any_of(views | std::views::split(' '), [&](auto view) {
    return std::ranges::find(escapes, std::string_view(view)) == escapes.end();
  });
}

std::string words_for(secrets::Unmasked why) {
  switch (why) {
    case secrets::Unmasked::partial:
      return "the rule sees no more than a part of it";
    case secrets::Unmasked::quoted:
      return "a quote, or the end of a form's field, stands in it";
    case secrets::Unmasked::binary:
      return "bytes that are no text stand beside it";
    case secrets::Unmasked::gone:
      return "where it begins has left already";
    case secrets::Unmasked::too_many:
      return fmt::format("more different ones are in the body than are masked in one ({})",
                         ScanLimits{}.findings);
    case secrets::Unmasked::none:
    case secrets::Unmasked::encoded:
    case secrets::Unmasked::endless:
      break;
  }
  return "it cannot be told where it ends, or what of the body it is";
}

// "" where nobody asked for it.
std::string why_unmasked(const Finding& finding, const secrets::Actions& actions) {
  if (actions.of(finding.rule) != Action::redact) return {};
  if (!in_body(finding)) return " It is not masked: only what stands in a body can be.";
  if (encoded(finding.place)) {
    return fmt::format(" It is not masked: it is encoded ({}).", finding.place.encoding);
  }
  return fmt::format(" It is not masked: {}.", words_for(finding.unmasked));
}

// "`a: warn` and `b: warn`": all of them, since each refuses.
std::string warn_words(const secrets::Ruleset& rules, const std::vector<const Finding*>& alike) {
  std::vector<std::string> ids;
  for (const Finding* finding : alike) {
    std::string id = rules.rules()[finding->rule].id;
    if (std::ranges::find(ids, id) == ids.end()) ids.push_back(std::move(id));
  }
  std::string words;
  for (const std::string& id : ids) {
    words += fmt::format("{}`{}: warn`", words.empty() ? "" : " and ", id);
  }
  return words;
}

std::string operator_can(const Finding& finding, const secrets::Rule& rule,
                         const secrets::Actions& actions, std::string_view in_file,
                         const std::string& warn, std::string_view exceptions) {
  // That is judged before any route is.
  if (finding.place.part == Part::authority) return {};
  const bool maskable = in_body(finding) && !rule.partial && !encoded(finding.place);
  const bool offered = maskable && actions.of(finding.rule) == Action::block;
  std::string first;
  if (is_identity(finding)) {
    first = fmt::format(
        "if it says to that host who asks, set `credential: env:NAME` on the route{}, NAME being "
        "the variable that holds it: it passes there, and no other does; ",
        in_file);
  } else if (offered) {
    first = fmt::format(
        "if the origin need not see it, set `on_leak: redact` on the route{}, which masks it; ",
        in_file);
  }
  return fmt::format(
      "{}if this is meant to leave, set `on_leak: warn` on the route{}, write {} under "
      "the bottle's `rules`, or let this one pass until a day with {}",
      first, in_file, warn, exceptions);
}

}  // namespace

policy::Decision leak_decision(const secrets::Ruleset& rules, std::span<const Finding> findings,
                               const secrets::Actions& actions, std::string_view in_file) {
  auto found = std::ranges::find_if(findings, &Finding::stops);
  if (found == findings.end()) found = std::ranges::find_if(findings, &Finding::blocking);
  // Of a known value nothing is said: neither which one it is nor where.
  if (found == findings.end() || secrets::blocks_known(findings)) {
    return denied(policy::Reason::leak, "the request holds a secret.",
                  "look it up by its id: `cork audit show` names it");
  }
  const auto alike = refusing_with(*found, findings);
  const Finding& named = best_named(rules, alike);
  const secrets::Rule& rule = rules.rules()[named.rule];
  return denied(policy::Reason::leak,
                fmt::format("the request's {} holds what looks like a secret{}{} (rule '{}').{}",
                            describe(named.place), rule.description.empty() ? "" : ": ",
                            rule.description, rule.id, why_unmasked(named, actions)),
                operator_can(named, rule, actions, in_file, warn_words(rules, alike),
                             exceptions_for(rules, alike)));
}

std::optional<policy::Decision> observed_leak(const secrets::Ruleset& rules,
                                              const policy::Decision& allowed,
                                              std::span<const audit::FindingNote> notes,
                                              const secrets::Actions& actions,
                                              std::string_view in_file) {
  if (allowed.reason != policy::Reason::allowed) return std::nullopt;
  std::vector<Finding> leaks;
  for (const auto& [id, finding] : notes) {
    const bool would = finding.kind == secrets::Kind::rule ? actions.would_stop(finding.rule)
                                                           : actions.would_stop_known();
    if (finding.blocking && would) leaks.push_back(finding);
  }
  if (leaks.empty()) return std::nullopt;
  policy::Decision seen = leak_decision(rules, leaks, actions, in_file);
  seen.observed = true;
  seen.route = allowed.route;
  seen.where = allowed.where;
  return seen;
}

}  // namespace cork::session
