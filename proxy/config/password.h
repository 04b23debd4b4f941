// Reading the password that a PasswordSource names.
//
// Reads the environment it is given, or the file. No message quotes what was read.
#pragma once

#include "proxy/config/config.h"

#include <expected>
#include <string>

namespace cork::config {

struct PasswordProblem {
  std::string what, hint;
};

// A file's last line break is not part of it. Refused: one that is empty, that no client can send,
// or in a file that every user of this machine may read.
std::expected<std::string, PasswordProblem> read_password(const PasswordSource& source,
                                                          const Environment& environment);

}  // namespace cork::config
