// What a client trusts, as files: the bundle, and the same in the form that Java reads.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>

namespace cork::commands {

// Each whole or not at all, readable by everyone: `bundle_pem` as `file`, and its certificates as
// java_truststore_beside(file). Nothing is written where the bundle holds a damaged certificate.
Result<void> write_bundle_files(const std::filesystem::path& file, const std::string& bundle_pem);

}  // namespace cork::commands
