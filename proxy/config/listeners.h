// Which bottles may stand behind one listener, and which listeners beside each other.
//
// Pure.
#pragma once

#include "proxy/config/config.h"
#include "proxy/config/document.h"

namespace cork::config {

// 0.0.0.0 or [::].
[[nodiscard]] bool is_everywhere(const IpAddress& address);

// Whether two bottles have one listener in common. Port 0 is a listener of its own for each.
[[nodiscard]] bool shares(const Listen& a, const Listen& b);

// Whether two listeners cannot be open at the same time, or would take each other's clients: those
// that share one too.
[[nodiscard]] bool overlaps(const Listen& a, const Listen& b);

// Bottles that share a listener and could be confused, and listeners that are in each other's way,
// are errors at the second.
void check_listeners(const Config& config, Report& report);

}  // namespace cork::config
