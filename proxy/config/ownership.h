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

// The file, or a folder in which it or a link on the way to it could be replaced, may be written by
// every user of the machine, a bottle's among them. In a folder where only its owner may replace
// something (sticky, like /tmp) what is the effective user's or root's is fine. Elsewhere nobody
// asks whose a file is: in a container it is often the host's user's.
std::optional<Diagnostic> writable_by_others(const std::filesystem::path& file);
// The same of all that decides: the configuration, and the rules, the certificates and the secrets
// that it names.
std::optional<Diagnostic> writable_by_others(const Config& config);

// Files of passwords, pinned credentials and known values.
[[nodiscard]] std::vector<std::filesystem::path> secret_files(const Config& config);

}  // namespace cork::config
