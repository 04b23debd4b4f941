// What makes a client a bottle's: `clients`, `proxy_auth` and `users`.
//
// Reads the password where `proxy_auth` says that it stands, to keep a digest of it.
#pragma once

#include "proxy/config/config.h"
#include "proxy/config/document.h"
#include "proxy/config/values.h"

#include <optional>

namespace cork::config {

struct Whose {
  policy::Conditions conditions;
  std::optional<PasswordSource> password;
};

// Of the bottle's mapping. `listen`: nullopt where it could not be read.
Whose read_whose(const YamlNode& bottle, const std::optional<Listen>& listen,
                 const Surroundings& surroundings, Report& report);

}  // namespace cork::config
