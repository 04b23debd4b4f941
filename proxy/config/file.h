// Reading a file that a person named.
#pragma once

#include "base/diagnostic.h"
#include "base/result.h"

#include <cstddef>
#include <filesystem>
#include <string>

namespace cork::config {

// The whole of a regular file of at most `most` bytes; why not, naming the file.
Result<std::string, Diagnostics> read_file(const std::filesystem::path& file, std::size_t most);

}  // namespace cork::config
