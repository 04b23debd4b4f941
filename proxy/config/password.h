// Reading the password that a PasswordSource names.
//
// Reads the environment it is given, or the file. No message quotes what was read.
#pragma once

#include "proxy/config/config.h"
#include "proxy/config/secret_file.h"

#include <expected>
#include <string>

namespace cork::config {

// Refused: one that is empty or that no client can send, and a file that read_secret() refuses.
std::expected<std::string, SecretProblem> read_password(const PasswordSource& source,
                                                        const Environment& environment);

}  // namespace cork::config
