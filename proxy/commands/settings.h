// The configuration a command runs under, and errors as commands print them.
#pragma once

#include "proxy/commands/command.h"
#include "proxy/config/config.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class Option;
}

namespace cork::commands {

using ConfigFlag = std::optional<std::filesystem::path>;

// --config, on any command.
void add_config_option(CLI::App& command, ConfigFlag& flag);

// --group, on commands that look for secrets: groups of rules that are on beside those of a
// configuration. One that is not there is wrong usage.
void add_group_option(CLI::App& command, std::vector<std::string>& groups);

// nullopt: what is wrong was printed, and the command ends with kUsage.
std::optional<config::Config> load_settings(const ConfigFlag& flag, const Context& context,
                                            const config::CredentialReading& credentials = {});
// The same for commands that serve, or say what serving would do: what others may write is refused,
// and certificates that cannot be trusted.
std::optional<config::Config> load_settings_to_serve(
    const ConfigFlag& flag, const Context& context,
    const config::CredentialReading& credentials = {});
// For commands that judge no request: the credentials that routes pin need not be there.
inline constexpr config::CredentialReading kNoCredentials{.values = false};

// The bottle of that name; without a name the only one. nullptr: printed, as above.
const config::BottleConfig* choose_bottle(const config::Config& config,
                                          const std::optional<std::string>& name,
                                          const Context& context);

// "cork: error: …", control characters escaped. Returns `code`.
int complain(const Context& context, int code, std::string_view what, std::string_view hint = {});

// Writes the commented default to ~/.config/cork/cork.yaml unless there is one; its path.
Result<std::filesystem::path> write_default_config(const config::Environment& environment);

}  // namespace cork::commands
