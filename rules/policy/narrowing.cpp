#include "rules/policy/narrowing.h"

#include "rules/policy/bottle.h"
#include "rules/policy/overrides.h"
#include "rules/policy/path_readings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

namespace cork::policy {
namespace {

using Routes = std::span<const Route* const>;
using Readings = Result<std::vector<std::string>>;

bool admits_method(const Route& route, std::string_view method) {
  return route.methods.empty() || std::ranges::find(route.methods, method) != route.methods.end();
}

bool admits_path(const Route& route, const Readings& readings) {
  if (route.paths.empty()) return true;
  return readings && std::ranges::all_of(*readings, [&](const std::string& reading) {
           return std::ranges::any_of(
               route.paths, [&](const PathPattern& pattern) { return pattern.matches(reading); });
         });
}

bool admits_git(const Route& route, const GitRequest& asked) {
  return route.git.empty() || (asked.verb && route.git.has(*asked.verb));
}

template <class Text>
std::vector<std::string_view> united(Routes routes, Text texts) {
  std::vector<std::string_view> all;
  for (const Route* route : routes) {
    for (const std::string_view text : texts(*route)) {
      if (std::ranges::find(all, text) == all.end()) all.push_back(text);
    }
  }
  return all;
}

Objection against_method(Routes routes, const Route& nearest, const RequestHead& head) {
  const auto methods = united(routes, [](const Route& route) { return std::span(route.methods); });
  Objection objection{.reason = Reason::method_not_allowed,
                      .route = &nearest,
                      .act = fmt::format("{} to", head.method),
                      .because = fmt::format("allows {} only", fmt::join(methods, ", ")),
                      .change = fmt::format("add {} to `methods`", head.method),
                      .instead = {}};
  // No entry may name a method in lower case: RFC 9110, section 9.1.
  std::string upper(head.method);
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  if (upper == head.method) return objection;
  objection.because += fmt::format("; methods are case-sensitive, and this is not {}", upper);
  objection.instead = fmt::format("send {} instead of {}", upper, head.method);
  const bool allowed = std::ranges::find(methods, upper) != methods.end();
  objection.change = allowed ? "" : fmt::format("add {} to `methods`", upper);
  return objection;
}

Objection against_path(const Route& nearest, const Readings& readings) {
  constexpr std::size_t most_shown = 8;
  std::string because;
  if (!readings) {
    because = fmt::format("is narrowed by `paths`, and the path {}", readings.error().what);
  } else {
    std::vector<std::string_view> shown;
    for (const PathPattern& pattern : nearest.paths) {
      if (shown.size() < most_shown) shown.push_back(pattern.text());
    }
    const bool all = shown.size() == nearest.paths.size();
    because =
        fmt::format("admits {}{} only{}", fmt::join(shown, ", "), all ? "" : ", …",
                    readings->size() > 1 ? ", and some way to read the path leads elsewhere" : "");
  }
  return {.reason = Reason::path_not_allowed,
          .route = &nearest,
          .act = "ask for that path of",
          .because = std::move(because),
          .change = readings ? "add a pattern for that path to `paths`" : ""};
}

Objection against_git(const Route& nearest, const GitRequest& asked) {
  return {.reason = Reason::git_not_allowed,
          .route = &nearest,
          .act = "make that request to",
          .because = fmt::format("admits {} only, and {}", nearest.git.to_string(), asked.words),
          .change = asked.verb ? fmt::format("add `{}` to `git`", name_of(*asked.verb)) : ""};
}

Objection against_override(const Route& nearest, Override found) {
  return {.reason = found.reason,
          .route = &nearest,
          .act = "make that request to",
          .because = fmt::format("is narrowed, and {}", found.words),
          .change = ""};
}

// What comes nearest: git's own requests are answered by the routes for git, others by those that
// take the method, and a place for git alone answers for git.
Objection against(Routes routes, const RequestHead& head, const Readings& readings,
                  const GitRequest& asked) {
  const auto find = [&](auto check) {
    const auto found = std::ranges::find_if(routes, [&](const Route* r) { return check(*r); });
    return found == routes.end() ? nullptr : *found;
  };
  const auto fails_by_path = [&](const Route& r) {
    return admits_method(r, head.method) && admits_git(r, asked) && !admits_path(r, readings);
  };
  if (const Route* route = find(fails_by_path)) return against_path(*route, readings);
  const Route* for_git = find([](const Route& r) { return !r.git.empty(); });
  const Route* other = find([](const Route& r) { return r.git.empty(); });
  if (for_git != nullptr && (asked.verb || other == nullptr)) return against_git(*for_git, asked);
  return against_method(routes, *other, head);
}

}  // namespace

bool is_narrowed(const Route& route) noexcept {
  return !route.methods.empty() || !route.paths.empty() || !route.git.empty();
}

Admission admit(Routes routes, const RequestHead& head) {
  for (const Route* route : routes) {
    if (!is_narrowed(*route)) return {route, {}};
  }
  const auto needs = [&](auto check) {
    return std::ranges::any_of(routes, [&](const Route* route) { return check(*route); });
  };
  const bool for_git = needs([](const Route& route) { return !route.git.empty(); });
  const bool by_path = needs([](const Route& route) { return !route.paths.empty(); });
  const Readings readings =
      for_git || by_path ? readings_of(head.target.path()) : Readings(std::vector<std::string>());
  const GitRequest asked = for_git ? git_request(head, readings) : GitRequest{};
  for (const Route* route : routes) {
    if (!admits_method(*route, head.method) || !admits_git(*route, asked) ||
        !admits_path(*route, readings)) {
      continue;
    }
    if (auto found = find_override(head)) return {nullptr, against_override(*route, *found)};
    return {route, {}};
  }
  return {nullptr, against(routes, head, readings, asked)};
}

}  // namespace cork::policy
