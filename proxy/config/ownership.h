// Who could change a configuration: whoever can decides what leaves.
//
// Looks at the file system; thread-safe.
//
//   if (auto problem = writable_by_others(file)) return report(*problem);
#pragma once

#include "base/diagnostic.h"
#include "proxy/config/config.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace cork::config {

// The file, or a folder above it in which it could be replaced, may be written by every user of the
// machine, a bottle's among them. A folder in which only a file's owner may replace it (sticky,
// like /tmp) is none.
std::optional<Diagnostic> writable_by_others(const std::filesystem::path& file);
// The same of all that decides: the configuration, and the rules, the certificates and the secrets
// that it names.
std::optional<Diagnostic> writable_by_others(const Config& config);

// Files of passwords, pinned credentials and known values.
[[nodiscard]] std::vector<std::filesystem::path> secret_files(const Config& config);

}  // namespace cork::config
