// The rules a configuration asks for, read and compiled: what `cork run`, `cork check` and
// `cork rules` all use.
#pragma once

#include "proxy/config/config.h"
#include "proxy/config/database_file.h"
#include "rules/secrets/ruleset.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace cork::config {

// cork's own rules unless `builtin` is false, then every file; an id that two of them have is an
// error. `store`: where compiled rules are kept.
Result<std::shared_ptr<const secrets::Ruleset>, Diagnostics> load_rules(
    bool builtin, const std::vector<std::filesystem::path>& files,
    secrets::DatabaseStore* store = nullptr);
// The configuration's. Compiled rules that are kept beside the CA are used where they are those;
// only who serves traffic keeps what was compiled.
Result<std::shared_ptr<const secrets::Ruleset>, Diagnostics> load_rules(
    const Config& config, DatabaseFile::Use use = DatabaseFile::Use::read);

}  // namespace cork::config
