// `cork audit show ID`: one exchange, everything the log says of it.
#pragma once

#include "proxy/commands/command.h"
#include "proxy/commands/settings.h"

#include <filesystem>
#include <optional>
#include <string>

namespace cork::commands {

struct AuditShowOptions {
  ConfigFlag config;
  std::optional<std::filesystem::path> file;  // by default the configuration's audit.path
  std::string id;                             // or its beginning or end, where no other has it
};

// kNo: the log has no such id; kUsage: more than one.
int audit_show(const AuditShowOptions& options, const Context& context);

}  // namespace cork::commands
