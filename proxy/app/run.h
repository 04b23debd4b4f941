// `cork run`: the parts put together, until a signal says to stop.
#pragma once

#include "proxy/config/config.h"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>

namespace cork::app {

struct RunOptions {
  // After SIGTERM or SIGINT: how long exchanges in flight may take; a second signal ends at once.
  std::uint64_t drain_ms = 25'000;
  // What `cork ca bundle` prints, in a file that is there before the first connection is taken.
  std::optional<std::filesystem::path> ca_bundle;
};

// Starts every listener and serves. Prints what listens where, and the line to eval in another
// shell, to `out`; errors with their hint to `err`. Returns the process's exit code: 0 after a
// drain, 1 when something failed at run time, 2 when a listener, the CA, the log or a rule file is
// unusable.
// A change of the configuration's files, or SIGHUP, takes them anew; one with errors is reported
// and the old one kept.
int run(const config::Config& config, const RunOptions& options, std::FILE* out, std::FILE* err);

}  // namespace cork::app
