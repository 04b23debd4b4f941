// What a route says of whose credential may be used there, and the files it is read from.
//
// Pure but for the environment and the files it names. A value is kept as its print alone, and no
// message repeats one.
//
//   CredentialPin pin = read_credential(item_of(member), surroundings, report);
#pragma once

#include "proxy/config/config.h"
#include "proxy/config/values.h"
#include "rules/policy/bottle.h"

#include <filesystem>
#include <vector>

namespace cork::config {

// "first-seen", "env:NAME", "file:PATH", or a list of the latter two. Reports a variable or a file
// that has nothing, and a value that is written out.
policy::CredentialPin read_credential(const Item& item, const Surroundings& surroundings,
                                      Report& report);

// Entries of one place admit what one of them alone does, so an entry that pins nothing would undo
// what another one pins: all of them pin, and in the same way.
void check_pins(const std::vector<policy::Route>& routes, Report& report);

// Files whose content is pinned somewhere.
[[nodiscard]] std::vector<std::filesystem::path> credential_files(const Config& config);

}  // namespace cork::config
