// Which log the audit commands read, and what they say of lines they could not read.
#pragma once

#include "base/result.h"
#include "proxy/commands/command.h"
#include "proxy/commands/settings.h"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace cork::commands {

// The file named, else audit.path of the configuration; nullopt: what is wrong was printed.
std::optional<std::filesystem::path> audit_file(const std::optional<std::filesystem::path>& file,
                                                const ConfigFlag& flag, const Context& context);

// That it cannot be opened, and the code: kUsage where `named`, by the command line, and not there.
int no_log(const std::optional<std::filesystem::path>& named, const Error& error,
           const Context& context);

void report_skipped(std::uint64_t lines, const std::filesystem::path& file, const Context& context);

}  // namespace cork::commands
