// `cork env`: the variables a client needs to use cork, ready to eval.
#pragma once

#include "proxy/commands/client_variables.h"
#include "proxy/commands/command.h"
#include "proxy/commands/settings.h"

#include <optional>
#include <string>

namespace cork::commands {

struct EnvOptions {
  ConfigFlag config;
  std::optional<std::string> bottle;
  Shell shell = Shell::sh;
  std::optional<std::string>
      proxy;  // "cork:8888": as the client sees it; by default the bottle's door
  std::optional<std::string> ca_file;  // where the client will find the bundle
};

// Where a client on this machine finds a door: "127.0.0.1:8888". An error says what to do where
// none can be named.
Result<std::string> proxy_of(const config::Listen& listen);

// `proxy` with the credentials that the bottle asks for; as it is where it asks for none. An error
// says which password is missing.
Result<std::string> with_credentials_of(const config::BottleConfig& bottle, std::string proxy,
                                        const Context& context);

// Writes bundle.pem beside the CA, and what wget and Java take in its place; prints assignments.
// For a shell it prints `false` where it fails, so that `eval "$(cork env)"` fails with it.
int env(const EnvOptions& options, const Context& context);

}  // namespace cork::commands
