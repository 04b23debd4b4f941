// `cork check URL`: what would happen to a request, and why, without sending anything.
#pragma once

#include "proxy/commands/command.h"
#include "proxy/commands/judge.h"
#include "proxy/commands/settings.h"

#include <optional>
#include <string>

namespace cork::commands {

struct CheckOptions {
  ConfigFlag config;
  std::optional<std::string> bottle;  // by default the only one
  DraftRequest request;               // method "": GET, or POST where there is a body
};

// kYes: it would pass; kNo: it would be refused.
int check(const CheckOptions& options, const Context& context);

}  // namespace cork::commands
