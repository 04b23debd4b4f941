#include "proxy/config/route_credential.h"

#include "proxy/config/secret_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace cork::config {
namespace {

using policy::CredentialPin;
using Kind = CredentialPin::Kind;

constexpr std::string_view kFirstSeen = "first-seen";
constexpr std::string_view kEnv = "env:";
constexpr std::string_view kFile = "file:";
constexpr std::string_view kForms =
    "write first-seen, env:NAME or file:PATH: a credential itself does not belong into a "
    "configuration";
constexpr std::size_t kMaxCredentialBytes = std::size_t{16} << 10;
constexpr std::size_t kMostCredentials = 64;

std::optional<std::string> value_of_variable(const Item& item, std::string_view name,
                                             const Surroundings& surroundings, Report& report) {
  if (!is_variable_name(name)) {
    report.add(item.at, "'credential' names no environment variable behind env:",
               "write the variable's name alone, as in env:API_KEY");
    return std::nullopt;
  }
  if (!surroundings.credentials.values) return std::string();
  const auto value = surroundings.environment(std::string(name));
  if (value && !trimmed(*value).empty()) return std::string(trimmed(*value));
  report.add(item.at,
             fmt::format("'credential': the environment variable {} is {}", name,
                         value ? "empty" : "not set"),
             "set it in cork's environment, or remove `credential`");
  return std::nullopt;
}

std::optional<std::string> value_in_file(const Item& item, const std::filesystem::path& path,
                                         Report& report) {
  auto value = read_secret(path, kMaxCredentialBytes);
  if (value) return *std::move(value);
  report.add(item.at, "'credential': " + value.error().what, std::move(value.error().hint));
  return std::nullopt;
}

// ~/x and relative paths as everywhere; env: would be a path in a variable, which nobody means.
std::optional<std::filesystem::path> path_of(const Item& item, std::string_view written,
                                             const Surroundings& surroundings, Report& report) {
  YamlNode node = item.node;
  node.text = written;
  if (!written.starts_with(kEnv))
    return read_path({item.name, item.at, node}, surroundings, report);
  report.add(item.at, "'credential': file: is followed by a path", std::string(kForms));
  return std::nullopt;
}

std::optional<policy::ListedCredential> read_source(const Item& item,
                                                    const Surroundings& surroundings,
                                                    Report& report) {
  const auto text = read_text(item, report);
  if (!text) return std::nullopt;
  const CredentialReading& reading = surroundings.credentials;
  std::string source;
  std::optional<std::string> value;
  if (text->starts_with(kEnv)) {
    value = value_of_variable(item, text->substr(kEnv.size()), surroundings, report);
    source = *text;
  } else if (text->starts_with(kFile)) {
    const auto path = path_of(item, text->substr(kFile.size()), surroundings, report);
    if (!path) return std::nullopt;
    value = reading.values ? value_in_file(item, *path, report) : "";
    source = fmt::format("{}{}", kFile, path->native());
  } else if (*text == kFirstSeen) {
    report.add(item.at, "'first-seen' stands alone",
               "write `credential: first-seen`, or a list of env:NAME and file:PATH");
  } else {
    const bool meant = !nearest(*text, {kFirstSeen}).empty();
    report.add(item.at, "'credential' does not say where the credential comes from",
               std::string(meant ? "did you mean 'first-seen'?" : kForms));
  }
  if (!value) return std::nullopt;
  return policy::ListedCredential{std::move(source), secrets::fingerprint(reading.key, *value)};
}

std::string place_of(const policy::Route& route) {
  return fmt::format("{}{}:{}", route.scheme == Scheme::http ? "http://" : "", route.pattern.text(),
                     route.port);
}

}  // namespace

CredentialPin read_credential(const Item& item, const Surroundings& surroundings, Report& report) {
  // Whatever is wrong with it, the route pins something until that is mended.
  CredentialPin pin{.kind = Kind::listed};
  if (item.node.kind != YamlNode::Kind::sequence) {
    if (item.node.kind == YamlNode::Kind::scalar && item.node.text == kFirstSeen) {
      pin.kind = Kind::first_seen;
    } else if (auto one = read_source(item, surroundings, report)) {
      pin.listed.push_back(*std::move(one));
    }
    return pin;
  }
  if (!is_list(item, "env:NAME, or a list of env:NAME and file:PATH", report)) return pin;
  for (const YamlNode& element : item.node.items) {
    auto one = read_source(element_of(item.name, element), surroundings, report);
    if (!one) continue;
    if (std::ranges::find(pin.listed, one->source, &policy::ListedCredential::source) !=
        pin.listed.end()) {
      report.add(element.at, fmt::format("'{}' is listed twice", one->source),
                 "keep one of the two");
      continue;
    }
    pin.listed.push_back(*std::move(one));
  }
  if (item.node.items.size() > kMostCredentials) {
    report.add(item.at, fmt::format("'credential' lists more than {}", kMostCredentials),
               "list those that are used there");
  }
  return pin;
}

void check_pins(const std::vector<policy::Route>& routes, Report& report) {
  std::map<std::string, const policy::Route*> first;
  for (const policy::Route& route : routes) {
    const auto [at, is_first] = first.emplace(place_of(route), &route);
    const policy::Route& other = *at->second;
    if (is_first || route.credential.kind == other.credential.kind) continue;
    const std::string before = to_string(other.where);
    const std::string_view pattern = route.pattern.text();
    const Position where{route.where.line, route.where.column};
    if (route.credential.pins() && other.credential.pins()) {
      report.add(where,
                 fmt::format("'{}' has first-seen in one entry and a list in another ({})", pattern,
                             before),
                 "write the same `credential` in both");
    } else {
      report.add(
          where,
          fmt::format("'{}' pins a credential in one entry and not in another ({}), which "
                      "would let every other one through",
                      pattern, before),
          "write `credential` in both: a request without any credential passes all the same");
    }
  }
}

std::vector<std::filesystem::path> credential_files(const Config& config) {
  std::vector<std::filesystem::path> files;
  for (const BottleConfig& bottle : config.bottles) {
    for (const policy::Route& route : bottle.bottle.routes()) {
      for (const policy::ListedCredential& listed : route.credential.listed) {
        if (!listed.source.starts_with(kFile)) continue;
        std::filesystem::path file = listed.source.substr(kFile.size());
        if (std::ranges::find(files, file) == files.end()) files.push_back(std::move(file));
      }
    }
  }
  return files;
}

}  // namespace cork::config
