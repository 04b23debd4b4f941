// `cork health`: is the cork of this configuration ready? For container health checks and scripts.
#pragma once

#include "proxy/commands/command.h"
#include "proxy/commands/settings.h"

#include <cstdint>

namespace cork::commands {

struct HealthOptions {
  ConfigFlag config;
  std::uint64_t timeout_ms = 3'000;  // for the connection and the whole answer
};

// Asks /readyz of the metrics listener and prints what it says. kNo: it says that it is not ready.
// kFailed: nothing answers in time, or what answers is not cork.
int health(const HealthOptions& options, const Context& context);

}  // namespace cork::commands
