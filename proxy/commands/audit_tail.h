// `cork audit tail`: the last exchanges, one line each, and on request those that follow.
#pragma once

#include "proxy/commands/command.h"
#include "proxy/commands/settings.h"

#include <cstddef>
#include <filesystem>
#include <optional>

namespace cork::commands {

struct AuditTailOptions {
  ConfigFlag config;
  std::optional<std::filesystem::path> file;  // by default the configuration's audit.path
  std::size_t count = 20;
  bool follow = false;  // until the context's pause() says no; a replaced file is opened anew
};

int audit_tail(const AuditTailOptions& options, const Context& context);

}  // namespace cork::commands
