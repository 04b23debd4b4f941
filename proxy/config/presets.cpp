#include "proxy/config/presets.h"

#include "base/ascii.h"
#include "proxy/config/document.h"
#include "proxy/config/embedded_data.h"
#include "proxy/config/routes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace cork::config {
namespace {

struct Id {
  std::string_view name;
  std::optional<unsigned> version;
};

// nullopt: what stands behind '@' is no version.
std::optional<Id> parse_id(std::string_view text) {
  const std::size_t mark = text.find('@');
  if (mark == std::string_view::npos) return Id{text, std::nullopt};
  const std::string_view digits = text.substr(mark + 1);
  if (digits.empty() || digits.size() > 4 || digits.front() == '0' ||
      !std::ranges::all_of(digits, is_digit)) {
    return std::nullopt;
  }
  unsigned version = 0;
  for (const char c : digits) version = version * 10 + static_cast<unsigned>(c - '0');
  return Id{text.substr(0, mark), version};
}

std::vector<Preset> make_presets() {
  std::vector<Preset> presets;
  for (const EmbeddedPreset& one : embedded_presets()) {
    const auto id = parse_id(one.id);
    if (id && id->version) presets.push_back({id->name, *id->version, one.text});
  }
  std::ranges::sort(presets, {},
                    [](const Preset& one) { return std::pair(one.name, one.version); });
  return presets;
}

std::vector<std::string_view> names() {
  std::vector<std::string_view> all;
  for (const Preset& one : all_presets()) {
    if (all.empty() || all.back() != one.name) all.push_back(one.name);
  }
  return all;
}

void report_unknown(const Item& item, std::string_view text, std::string_view name,
                    Report& report) {
  const std::vector<std::string_view> known = names();
  const std::string_view meant = nearest(name, known);
  const std::string list = fmt::format("there are: {}", fmt::join(known, ", "));
  report.add(item.at, fmt::format("there is no preset '{}'", text),
             meant.empty() ? list : fmt::format("did you mean '{}'? {}", meant, list));
}

void report_version(const Item& item, std::string_view text, const Id& id, Report& report) {
  std::vector<std::string> ids;
  for (const Preset& one : all_presets()) {
    if (one.name == id.name) ids.push_back(one.id());
  }
  report.add(item.at, fmt::format("there is no preset '{}' in this cork", text),
             fmt::format("write {}, or {} for the newest", fmt::join(ids, " or "), id.name));
}

// The preset that an element of `use` names.
const Preset* find(const Item& item, Report& report) {
  const auto text = read_text(item, report);
  if (!text) return nullptr;
  const auto id = parse_id(*text);
  if (!id) {
    report.add(item.at, fmt::format("'{}' is not the name of a preset", *text),
               "write a name, or a name and its version, as in npm@1");
    return nullptr;
  }
  const Preset* found = nullptr;
  bool named = false;
  for (const Preset& one : all_presets()) {
    if (one.name != id->name) continue;
    named = true;
    if (one.version == id->version.value_or(one.version)) found = &one;
  }
  if (found != nullptr) return found;
  if (named) {
    report_version(item, *text, *id, report);
  } else {
    report_unknown(item, *text, id->name, report);
  }
  return nullptr;
}

void read_preset(const Preset& preset, UsedPreset& used, std::vector<policy::Route>& routes,
                 policy::OnLeak on_leak, const Surroundings& surroundings, Report& report) {
  Report inner("preset " + preset.id());
  const auto root = parse_document(preset.text, inner);
  if (root) {
    if (const YamlNode* what = root->find("what")) used.what = what->text;
    const YamlNode* allow = root->find("allow");
    if (allow != nullptr)
      std::ranges::move(read_routes(*allow, on_leak, surroundings, inner),
                        std::back_inserter(routes));
  }
  for (const Diagnostic& wrong : inner.take()) {
    report.add({used.where.line, used.where.column},
               fmt::format("{}: {}", to_string(wrong.where), wrong.what), wrong.hint);
  }
}

}  // namespace

std::span<const Preset> all_presets() {
  static const std::vector<Preset> presets = make_presets();
  return presets;
}

Used read_use(const Item& use, policy::OnLeak on_leak, const Surroundings& surroundings,
              Report& report) {
  Used used;
  if (!is_list(use, "[claude-code, npm], or remove the key", report)) return used;
  for (const YamlNode& element : use.node.items) {
    const Preset* preset = find(element_of(use.name, element), report);
    if (preset == nullptr) continue;
    const auto same = std::ranges::find(used.presets, preset->name, &UsedPreset::name);
    if (same != used.presets.end()) {
      report.add(element.at, fmt::format("the preset '{}' is used twice", preset->name),
                 "keep one of the two");
      continue;
    }
    UsedPreset one{std::string(preset->name),
                   preset->version,
                   element.text.contains('@'),
                   {},
                   report.where(element.at)};
    std::vector<policy::Route> routes;
    read_preset(*preset, one, routes, on_leak, surroundings, report);
    for (policy::Route& route : routes) {
      route.where.column = 0;
      used.routes.push_back(std::move(route));
    }
    used.presets.push_back(std::move(one));
  }
  return used;
}

std::vector<ReplacedRoute> add_presets(std::vector<policy::Route>& own,
                                       std::vector<policy::Route> presets) {
  std::vector<ReplacedRoute> replaced;
  const std::size_t count = own.size();
  for (policy::Route& route : presets) {
    const auto end = own.begin() + static_cast<std::ptrdiff_t>(count);
    const auto same = std::find_if(
        own.begin(), end, [&](const policy::Route& one) { return one.pattern == route.pattern; });
    if (same == end) {
      own.push_back(std::move(route));
    } else {
      replaced.push_back({std::move(route), same->where});
    }
  }
  return replaced;
}

}  // namespace cork::config
