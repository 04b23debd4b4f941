// A route whose TLS is passed through unread: `tls` and `upload_limit`.
//
// Pure.
#pragma once

#include "proxy/config/document.h"
#include "proxy/config/values.h"
#include "rules/policy/bottle.h"

#include <span>

namespace cork::config {

// Puts what the two keys of `entry` say into `route`, and reports what they cannot stand beside:
// nothing inside can be seen, and only one host can be meant.
void read_passthrough(const YamlNode& entry, policy::Route& route, Report& report);

// Entries for one place unite, so that all of them are passed through, or none is.
void check_passthrough(std::span<const policy::Route> routes, Report& report);

}  // namespace cork::config
