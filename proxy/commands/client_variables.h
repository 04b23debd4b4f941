// The environment variables by which clients find their proxy and the CA to trust.
//
// Pure. docs/tls.md says which client reads which.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cork::commands {

struct Variable {
  std::string name, value;
};

// `proxy` is "host:port"; the scheme is http:// for every variable, since https:// makes clients
// speak TLS to the proxy. `bundle` is a file with the system's roots and cork's CA, because most of
// these variables replace a client's trust store instead of adding to it.
[[nodiscard]] std::vector<Variable> client_variables(const std::string& proxy,
                                                     const std::string& bundle);

enum class Shell : std::uint8_t {
  sh,      // export NAME='value': POSIX shells, bash, zsh
  fish,    // set -gx NAME 'value'
  docker,  // NAME=value: docker's --env-file, compose's env_file, which know no quotes
};

// One line with its newline. Only a line break in a value for docker cannot be said.
Result<std::string> assignment(Shell shell, const Variable& variable);

}  // namespace cork::commands
