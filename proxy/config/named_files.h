// What is wrong with the files that a configuration names, all of it at once.
//
// Reads files; thread-safe.
//
//   if (auto problems = problems_to_serve(config); !problems.empty()) return report(problems);
#pragma once

#include "base/diagnostic.h"
#include "proxy/config/config.h"

namespace cork::config {

// What keeps cork from serving it, but for rules: whoever compiles those tells of them. Where there
// is something, theirs as well.
[[nodiscard]] Diagnostics problems_to_serve(const Config& config);

// Of the certificates and the rules, for whoever tells what else is wrong with the configuration.
[[nodiscard]] Diagnostics problems_beside(const Config& config);

}  // namespace cork::config
