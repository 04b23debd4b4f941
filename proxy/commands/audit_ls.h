// `cork audit ls`: the exchanges that a filter takes, as a table or as JSON lines.
#pragma once

#include "proxy/commands/audit_filter.h"
#include "proxy/commands/command.h"
#include "proxy/commands/settings.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace cork::commands {

struct AuditLsOptions {
  enum class Format : std::uint8_t { text, json };

  ConfigFlag config;
  std::optional<std::filesystem::path> file;  // by default the configuration's audit.path
  AuditFilterText filter;
  std::size_t limit = 0;  // the newest so many; 0: all
  Format format = Format::text;
};

// In the order in which they ended, and behind them what is under way. The log is read once from
// beginning to end, in bounded memory; where it is rotated meanwhile, the new file is read too.
int audit_ls(const AuditLsOptions& options, const Context& context);

}  // namespace cork::commands
