#include "proxy/config/route_narrowing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace cork::config {
namespace {

using policy::GitVerb;
using policy::GitVerbs;
using policy::PathPattern;

constexpr std::size_t kMostPaths = 64;

std::optional<GitVerb> read_verb(const Item& item, Report& report) {
  const auto text = read_text(item, report);
  if (!text) return std::nullopt;
  for (const GitVerb verb : {GitVerb::fetch, GitVerb::push, GitVerb::lfs}) {
    if (*text == name_of(verb)) return verb;
  }
  constexpr std::string_view meanings =
      "write fetch (clone, pull), push, lfs (LFS download), or a list of them";
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> meant{
      {{"clone", "did you mean fetch?"},
       {"pull", "did you mean fetch?"},
       {"read", "did you mean fetch?"},
       {"write", "did you mean [fetch, push]?"},
       {"lfs-upload", "LFS upload needs an entry of its own, with `methods` and `paths`"}}};
  const auto found =
      std::ranges::find(meant, *text, &std::pair<std::string_view, std::string_view>::first);
  report.add(item.at, fmt::format("'{}' is not a word of `git`", *text),
             std::string(found == meant.end() ? meanings : found->second));
  return std::nullopt;
}

}  // namespace

std::vector<PathPattern> read_paths(const Item& item, Report& report) {
  std::vector<PathPattern> paths;
  if (!is_list(item, "[/repos/pypy/**], or remove the key to allow every path", report)) {
    return paths;
  }
  for (const YamlNode& element : item.node.items) {
    const auto text = read_text(element_of(item.name, element), report);
    if (!text) continue;
    auto pattern = PathPattern::parse(*text);
    if (!pattern) {
      report.add(element.at, fmt::format("'{}' is not a path pattern", *text),
                 std::move(pattern.error().what));
    } else if (std::ranges::find(paths, *pattern) != paths.end()) {
      report.add(element.at, fmt::format("'{}' is listed twice", *text), "keep one of the two");
    } else {
      paths.push_back(*std::move(pattern));
    }
  }
  if (item.node.items.size() > kMostPaths) {
    report.add(item.at, fmt::format("'{}' has more than {} patterns", item.name, kMostPaths),
               "write wider ones with '*' and '**'");
  }
  return paths;
}

GitVerbs read_git(const Item& item, Report& report) {
  GitVerbs verbs;
  if (item.node.kind != YamlNode::Kind::sequence) {
    if (const auto verb = read_verb(item, report)) verbs.add(*verb);
    return verbs;
  }
  if (!is_list(item, "[fetch, push], or one word", report)) return verbs;
  for (const YamlNode& element : item.node.items) {
    const auto verb = read_verb(element_of(item.name, element), report);
    if (!verb) continue;
    if (verbs.has(*verb)) {
      report.add(element.at, fmt::format("'{}' is listed twice", name_of(*verb)),
                 "keep one of the two");
    }
    verbs.add(*verb);
  }
  return verbs;
}

void check_narrowing(const YamlNode& entry, Report& report) {
  if (entry.find("git") == nullptr || entry.find("methods") == nullptr) return;
  const auto methods = std::ranges::find(entry.members, "methods", &Member::key);
  report.add(methods->at, "'methods' says nothing beside 'git'",
             "git's words name the methods too: keep one of the two, or write an entry for each");
}

}  // namespace cork::config
