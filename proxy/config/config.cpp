#include "proxy/config/config.h"

#include "base/limits.h"
#include "proxy/config/bottles.h"
#include "proxy/config/document.h"
#include "proxy/config/file.h"
#include "proxy/config/listeners.h"
#include "proxy/config/named_files.h"
#include "proxy/config/schema.h"
#include "proxy/config/size.h"
#include "proxy/config/values.h"
#include "rules/secrets/rule_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace cork::config {
namespace {

// A smaller log would be full before anyone had looked at it.
constexpr Range kAuditSizes{kMiB, std::uint64_t{1} << 50};

// The value of a section's key, read as a path where it is there.
std::optional<std::filesystem::path> path_in(const YamlNode& section, std::string_view key,
                                             const Surroundings& surroundings, Report& report) {
  for (const Member& member : section.members) {
    if (member.key == key) return read_path(item_of(member), surroundings, report);
  }
  return std::nullopt;
}

void read_groups(const Member& groups, Config& config, Report& report) {
  if (!is_list(item_of(groups), "[finance]", report)) return;
  for (const YamlNode& element : groups.value.items) {
    const auto text = read_text(element_of("groups", element), report);
    if (!text) continue;
    const std::string name(*text);
    if (secrets::find_group(name) == nullptr) {
      Diagnostic problem = secrets::unknown_group(name, {});
      report.add(element.at, std::move(problem.what), std::move(problem.hint));
    } else if (std::ranges::find(config.rule_groups, name) != config.rule_groups.end()) {
      report.add(element.at, fmt::format("the group '{}' is listed twice", name), "write it once");
    } else {
      config.rule_groups.push_back(name);
    }
  }
}

void read_rules(const YamlNode& rules, const Surroundings& surroundings, Config& config,
                Report& report) {
  for (const Member& member : rules.members) {
    const Item item = item_of(member);
    if (member.key == "builtin") {
      config.builtin_rules = read_bool(item, report).value_or(true);
    } else if (member.key == "groups") {
      read_groups(member, config, report);
    } else if (member.key == "files" && is_list(item, "[own-rules.toml]", report)) {
      for (const YamlNode& element : member.value.items) {
        auto path = read_path(element_of("files", element), surroundings, report);
        if (!path) continue;
        config.rules_files.push_back(std::move(*path));
        config.rules_where.push_back(report.where(element.at));
      }
    }
  }
  const bool others = rules.find("files") != nullptr || rules.find("groups") != nullptr;
  if (!config.builtin_rules && !others) {
    report.add(rules.at, "without its builtin rules and other files cork would find no secret",
               "add `files: [own-rules.toml]`, or remove `builtin: false`");
  }
}

void read_version(const YamlNode& root, Report& report) {
  for (const Member& member : root.members) {
    if (member.key != "version") continue;
    const auto version = read_number(item_of(member), {1, 999}, report);
    if (version && *version != 1) {
      report.add(member.value.at, fmt::format("version {} is not known to this cork", *version),
                 "write `version: 1`, or run a newer cork");
    }
    return;
  }
  if (!lacks(root, Section::root, "version")) return;
  report.add(root.at, "the configuration has no 'version'", "begin it with `version: 1`");
}

// One of the sections that are a mapping of few keys.
void read_section(const Member& member, Section section, const Surroundings& surroundings,
                  Config& config, Report& report) {
  if (!is_mapping(item_of(member), "its settings below it, indented", report)) return;
  const YamlNode& node = member.value;
  check_keys(node, section, report);
  switch (section) {
    case Section::ca:
      config.ca_directory = path_in(node, "directory", surroundings, report).value_or("");
      break;
    case Section::audit:
      config.audit_path = path_in(node, "path", surroundings, report).value_or("");
      for (const Member& inner : node.members) {
        if (inner.key != "max_bytes") continue;
        config.audit_max_bytes = read_size(item_of(inner), kAuditSizes, report).value_or(0);
      }
      break;
    case Section::upstream:
      config.upstream_ca_file = path_in(node, "ca_file", surroundings, report).value_or("");
      if (const YamlNode* file = node.find("ca_file")) {
        config.upstream_ca_where = report.where(file->at);
      }
      break;
    case Section::metrics:
      for (const Member& inner : node.members) {
        if (inner.key == "listen") {
          config.metrics = read_listen(item_of(inner), surroundings, report);
        }
      }
      if (lacks(node, section, "listen")) {
        report.add(member.at, "'metrics' has no 'listen'", "write `listen: 127.0.0.1:9090` in it");
      }
      break;
    case Section::rules:
      read_rules(node, surroundings, config, report);
      break;
    case Section::root:
    case Section::bottle:
    case Section::proxy_auth:
    case Section::secret:
    case Section::exception:
    case Section::route:
      break;
  }
}

void read_root(const YamlNode& root, const Surroundings& surroundings, Config& config,
               Report& report) {
  constexpr std::pair<std::string_view, Section> sections[] = {{"ca", Section::ca},
                                                               {"audit", Section::audit},
                                                               {"metrics", Section::metrics},
                                                               {"upstream", Section::upstream},
                                                               {"rules", Section::rules}};
  check_keys(root, Section::root, report);
  read_version(root, report);
  for (const Member& member : root.members) {
    for (const auto& [name, section] : sections) {
      if (member.key == name) read_section(member, section, surroundings, config, report);
    }
    if (member.key == "workers") {
      config.workers = read_number(item_of(member), {0, 256}, report).value_or(0);
    } else if (member.key == "bottles") {
      config.bottles = read_bottles(item_of(member), surroundings, report);
    }
  }
  if (lacks(root, Section::root, "bottles")) {
    report.add(
        root.at, "the configuration has no 'bottles'",
        "write at least one: `bottles:`, below it a name, below that `listen:` and `allow:`");
  }
}

void apply_defaults(const YamlNode& root, const Surroundings& surroundings, Config& config,
                    Report& report) {
  const auto is_written = [&](std::string_view section, std::string_view key) {
    const YamlNode* found = root.find(section);
    return found != nullptr && found->find(key) != nullptr;
  };
  if (!is_written("ca", "directory")) {
    config.ca_directory =
        default_path(kDefaultCaDirectory, "ca.directory", surroundings, report).value_or("");
  }
  if (!is_written("audit", "path")) {
    config.audit_path =
        default_path(kDefaultAuditPath, "audit.path", surroundings, report).value_or("");
  }
}

Config read(std::string_view yaml, const std::filesystem::path& file,
            const Environment& environment, const CredentialReading& credentials,
            Clock::time_point now, Report& report) {
  Config config;
  config.file = file;
  config.fingerprint_key = credentials.key;
  const auto root = parse_document(yaml, report);
  if (root && root->kind != YamlNode::Kind::mapping) {
    report.add(root->at, "a configuration is a mapping of keys to values",
               "begin it with `version: 1`");
  } else if (root) {
    const Surroundings surroundings{environment, file.parent_path(), credentials,
                                    std::chrono::floor<std::chrono::days>(now)};
    read_root(*root, surroundings, config, report);
    apply_defaults(*root, surroundings, config, report);
    check_listeners(config, report);
  }
  return config;
}

}  // namespace

std::string to_string(const Listen& listen) {
  if (const auto* tcp = std::get_if<TcpListen>(&listen.at)) {
    return Host::of(tcp->address).url_text() + ':' + std::to_string(tcp->port);
  }
  return "unix:" + std::get<UnixListen>(listen.at).path.native();
}

Result<Config, Diagnostics> parse(std::string_view yaml, const std::filesystem::path& file,
                                  const Environment& environment,
                                  const CredentialReading& credentials, Clock::time_point now) {
  Report report(file.native());
  Config config = read(yaml, file, environment, credentials, now, report);
  if (!report.empty()) return std::unexpected(report.take());
  return config;
}

Result<Config, Diagnostics> load(const std::filesystem::path& file, const Environment& environment,
                                 const CredentialReading& credentials) {
  auto text = read_file(file, kMaxDocumentBytes);
  if (!text) return std::unexpected(std::move(text.error()));
  Report report(file.native());
  Config config = read(*text, file, environment, credentials, Clock::now(), report);
  if (report.empty()) return config;
  // Those of the files that it names would be told next.
  Diagnostics problems = report.take();
  std::ranges::move(problems_beside(config), std::back_inserter(problems));
  return std::unexpected(std::move(problems));
}

}  // namespace cork::config
