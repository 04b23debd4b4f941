// The environment variables by which clients find their proxy and the CA to trust.
//
// Pure. docs/clients.md says which client reads which.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace cork::commands {

struct Variable {
  std::string name, value;
};

// "user:password@host:port", percent-encoded as a URL wants it.
[[nodiscard]] std::string with_credentials(std::string_view user, std::string_view password,
                                           std::string_view proxy);

// `proxy` is "host:port", or what with_credentials() makes of it; the scheme is http:// for every
// variable, since https:// makes clients speak TLS to the proxy. `bundle` is a file with the
// system's roots and cork's CA, because most of these variables replace a client's trust store
// instead of adding to it.
[[nodiscard]] std::vector<Variable> client_variables(const std::string& proxy,
                                                     const std::string& bundle);

// What a JVM needs, which reads no variable but JAVA_TOOL_OPTIONS: proxy and trust store as system
// properties. There is none for the proxy's credentials. Its own default keeps loopback off the
// proxy.
[[nodiscard]] std::string java_options(std::string_view proxy, const std::string& bundle);

// `own`, as java_options() made it, behind what the user's JAVA_TOOL_OPTIONS said before; an
// earlier `own` in it is replaced.
[[nodiscard]] std::string java_options_after(std::string_view present, std::string_view own);

// Where the trust store for Java stands: in the bundle's folder.
[[nodiscard]] std::string java_truststore_beside(const std::filesystem::path& bundle);

enum class Shell : std::uint8_t {
  sh,      // export NAME='value': POSIX shells, bash, zsh
  fish,    // set -gx NAME 'value'
  docker,  // NAME=value: docker's --env-file, compose's env_file, which know no quotes
};

// One line with its newline. Only a line break in a value for docker cannot be said.
Result<std::string> assignment(Shell shell, const Variable& variable);

}  // namespace cork::commands
