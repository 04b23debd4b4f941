// Files that a command makes or makes anew.
#pragma once

#include "base/result.h"

#include <sys/types.h>

#include <filesystem>
#include <string_view>

namespace cork::commands {

// Whole or not at all: written beside its place and renamed there. What was there is replaced, but
// for a pipe or a device, which is written to, and so are "/dev/stdout", "/dev/stderr" and
// "/dev/fd/N", where they stand.
Result<void> replace_file(const std::filesystem::path& path, std::string_view content, mode_t mode);

}  // namespace cork::commands
