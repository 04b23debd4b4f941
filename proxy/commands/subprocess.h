// Asking another program something: its version, its configuration.
#pragma once

#include "base/result.h"
#include "proxy/config/config.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cork::commands {

// Where PATH finds that program.
[[nodiscard]] std::optional<std::filesystem::path> find_program(
    const std::string& name, const config::Environment& environment);

// What it printed to its standard output, at most 4 KiB, without the last line break. It sees PATH,
// HOME and where git looks, and nothing else of the environment. An error where it cannot be
// started, exits with another code than 0, or takes longer than 5 s, which ends it.
Result<std::string> ask_program(const std::filesystem::path& program,
                                const std::vector<std::string>& arguments,
                                const config::Environment& environment);

}  // namespace cork::commands
