// `cork ca init|show|bundle`: cork's certificate authority, and what clients need to trust it.
#pragma once

#include "proxy/commands/command.h"
#include "proxy/commands/settings.h"

#include <filesystem>
#include <optional>

namespace cork::commands {

struct CaOptions {
  ConfigFlag config;
  std::optional<std::filesystem::path> out;  // of `bundle`: by default standard output
};

// Makes the CA; kFailed where there is one already.
int ca_init(const CaOptions& options, const Context& context);
// Its files, fingerprint and end of validity.
int ca_show(const CaOptions& options, const Context& context);
// The system's roots and the CA's certificate, PEM: for clients that take one file.
int ca_bundle(const CaOptions& options, const Context& context);

}  // namespace cork::commands
