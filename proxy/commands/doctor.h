// `cork doctor`: is every client program here going to use the proxy and to trust its CA?
#pragma once

#include "proxy/commands/command.h"
#include "proxy/commands/settings.h"

#include <optional>
#include <string>

namespace cork::commands {

// Without a configuration (inside a container) it looks at the environment alone.
struct DoctorOptions {
  ConfigFlag config;
  std::optional<std::string> bottle;  // by default the only one
};

// One line a check. kYes: nothing is wrong; kNo: something is.
int doctor(const DoctorOptions& options, const Context& context);

}  // namespace cork::commands
