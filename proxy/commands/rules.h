// `cork rules ls|test`: the rules in force, and whether each finds what its examples say.
#pragma once

#include "proxy/commands/command.h"
#include "proxy/commands/settings.h"

#include <filesystem>
#include <optional>

namespace cork::commands {

struct RulesOptions {
  ConfigFlag config;
  std::optional<std::filesystem::path> file;  // that file's rules alone, and no configuration
};

int rules_ls(const RulesOptions& options, const Context& context);
// kNo: an example is missed, or a non-example found. Examples are made up from the
// context's seed.
int rules_test(const RulesOptions& options, const Context& context);

}  // namespace cork::commands
