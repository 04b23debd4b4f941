// The rules a configuration asks for, read and compiled: what `cork run`, `cork check` and
// `cork rules` all use.
#pragma once

#include "proxy/config/config.h"
#include "rules/secrets/ruleset.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace cork::config {

// cork's own rules unless `builtin` is false, then every file; an id that two of them have is an error.
Result<std::shared_ptr<const secrets::Ruleset>, Diagnostics> load_rules(
    bool builtin, const std::vector<std::filesystem::path>& files);
Result<std::shared_ptr<const secrets::Ruleset>, Diagnostics> load_rules(const Config& config);

}  // namespace cork::config
