// The rules that `cork scan` searches with.
//
// Reads files.
//
//   auto rules = scan_rules(options.config, options.paths);
//   if (!rules) return render(rules.error());
#pragma once

#include "base/diagnostic.h"
#include "base/result.h"
#include "rules/gitleaks/load.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cork::commands {

// The rules of a tree, where gitleaks looks for them.
inline constexpr const char* kRulesFile = ".gitleaks.toml";

struct ScanRules {
  gitleaks::Config config;
  Diagnostics warnings;
  std::string file;  // where they come from; "": they are cork's own
};

// Of the file that is named: in gitleaks' form, or with keys of cork's own. Otherwise of
// .gitleaks.toml, where one folder alone is looked into and has one. Otherwise cork's own.
// `groups`: of secrets::rule_groups(), beside any of these; an id that both have is an error.
Result<ScanRules, Diagnostics> scan_rules(const std::optional<std::filesystem::path>& named,
                                          const std::vector<std::string>& paths,
                                          const std::vector<std::string>& groups = {});

}  // namespace cork::commands
