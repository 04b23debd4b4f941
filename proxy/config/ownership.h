// Who could change a configuration: whoever can decides what leaves.
//
// Looks at the file system; thread-safe.
//
//   if (auto problem = writable_by_others(file)) return report(*problem);
#pragma once

#include "base/diagnostic.h"

#include <filesystem>
#include <optional>

namespace cork::config {

// The file, or a folder above it in which it could be replaced, may be written by every user of the
// machine, a bottle's among them. A folder in which only a file's owner may replace it (sticky,
// like /tmp) is none.
std::optional<Diagnostic> writable_by_others(const std::filesystem::path& file);

}  // namespace cork::config
