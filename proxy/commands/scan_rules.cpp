#include "proxy/commands/scan_rules.h"

#include "proxy/config/file.h"
#include "proxy/config/rule_files.h"
#include "rules/gitleaks/own_rules.h"
#include "rules/secrets/rule.h"
#include "rules/secrets/rule_groups.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace cork::commands {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{8} << 20;

Result<ScanRules, Diagnostics> own_file(std::string_view text, const std::string& file) {
  const auto rules = secrets::parse_rules(text, file);
  if (!rules) return std::unexpected(rules.error());
  return ScanRules{gitleaks::from_own_rules(*rules), {}, file};
}

// Where gitleaks looks for it, too: in the working directory.
Result<gitleaks::ReadText, Diagnostics> read_extended(const std::string& path,
                                                      const std::string& from) {
  const std::filesystem::path beside = std::filesystem::path(from).parent_path() / path;
  std::error_code error;
  const bool here = !std::filesystem::exists(beside, error) && std::filesystem::exists(path, error);
  if (!here) return config::read_extended(path, from);
  return config::read_extended(std::filesystem::absolute(path).native(), from);
}

Result<ScanRules, Diagnostics> load(const std::filesystem::path& path) {
  const auto text = config::read_file(path, kMaxBytes);
  if (!text) return std::unexpected(text.error());
  if (const auto own = gitleaks::find_own_key(*text, path.native())) {
    auto rules = own_file(*text, path.native());
    if (rules) return rules;
    rules.error().push_back(gitleaks::said_of(*own));
    return std::unexpected(in_order(std::move(rules.error())));
  }
  auto loaded = gitleaks::load_config(*text, path.native(), read_extended);
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  return ScanRules{std::move(loaded->config), std::move(loaded->warnings), path.native()};
}

Result<ScanRules, Diagnostics> chosen(const std::optional<std::filesystem::path>& named,
                                      const std::vector<std::string>& paths) {
  if (named) return load(*named);
  if (paths.size() == 1) {
    const std::filesystem::path beside = std::filesystem::path(paths[0]) / kRulesFile;
    std::error_code error;
    if (std::filesystem::is_regular_file(beside, error)) return load(beside.lexically_normal());
  }
  return ScanRules{gitleaks::builtin_config(), {}, ""};
}

// A group's rules behind those that are there.
void add_group(const std::string& name, gitleaks::Config& config, Diagnostics& problems) {
  const secrets::RuleGroup* group = secrets::find_group(name);
  if (group == nullptr) return problems.push_back(secrets::unknown_group(name, {}));
  for (gitleaks::Rule& rule : gitleaks::from_own_rules(secrets::rules_of(*group)).rules) {
    const auto same = std::ranges::find(config.rules, rule.id, &gitleaks::Rule::id);
    if (same == config.rules.end()) {
      config.rules.push_back(std::move(rule));
    } else {
      problems.push_back({"the group '" + name + "' has a rule '" + rule.id + "', too", same->where,
                          "leave out --group, or give this one another id"});
    }
  }
}

}  // namespace

Result<ScanRules, Diagnostics> scan_rules(const std::optional<std::filesystem::path>& named,
                                          const std::vector<std::string>& paths,
                                          const std::vector<std::string>& groups) {
  auto rules = chosen(named, paths);
  if (!rules) return rules;
  Diagnostics problems;
  for (const std::string& name : groups) add_group(name, rules->config, problems);
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return rules;
}

}  // namespace cork::commands
