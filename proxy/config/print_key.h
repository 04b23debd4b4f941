// The key under which findings get their fingerprints, kept beside the CA: a secret has the same
// one after a restart, and an exception that names it still fits.
//
// Reads and writes one file, which is its owner's alone.
//
//   const auto key = keep_print_key(config.ca_directory, random_value<FingerprintKey>());
#pragma once

#include "base/fingerprint.h"

#include <filesystem>
#include <optional>

namespace cork::config {

inline constexpr const char* kPrintKeyName = "fingerprint.key";

// nullopt: there is none, or not one that can be trusted.
[[nodiscard]] std::optional<FingerprintKey> read_print_key(const std::filesystem::path& folder);
// The one that is there, or else `fresh`, which is kept where the folder can be written.
[[nodiscard]] FingerprintKey keep_print_key(const std::filesystem::path& folder,
                                            const FingerprintKey& fresh);

}  // namespace cork::config
