// The command line: which command, with which options.
//
//   return dispatch(argc, argv, context, &app::run);
#pragma once

#include "proxy/app/run.h"
#include "proxy/commands/command.h"
#include "proxy/config/config.h"

#include <cstdio>
#include <functional>

namespace cork::app {

// What `cork run` calls once its configuration is read: app::run(), or a test's.
using Serve =
    std::function<int(const config::Config&, const RunOptions&, std::FILE* out, std::FILE* err)>;

// Runs the command and returns the process's exit code; help and version go to context.out, usage
// errors to context.err with kUsage. Throws nothing.
int dispatch(int argc, const char* const* argv, const commands::Context& context,
             const Serve& serve);

}  // namespace cork::app
