// `cork rules ls|show|why|test`: the rules in force, what one of them is for, and whether each
// finds what its examples say.
#pragma once

#include "proxy/commands/command.h"
#include "proxy/commands/settings.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cork::commands {

struct RulesOptions {
  ConfigFlag config;
  std::optional<std::filesystem::path> file;  // that file's rules alone, and no configuration
  std::string id = {};                        // of `show`; of the others, a part of ids
  std::vector<std::string> groups = {};       // that are on beside those of the configuration
};

// What was left out of a gitleaks configuration, or only recorded, is said on the error stream.
int rules_ls(const RulesOptions& options, const Context& context);
// kNo: an example is missed, or a non-example found. Examples are made up from the
// context's seed.
int rules_test(const RulesOptions& options, const Context& context);
// Of a rule whose group is off, too. kUsage: there is no such rule.
int rules_show(const RulesOptions& options, const Context& context);

}  // namespace cork::commands
