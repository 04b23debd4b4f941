// The four forms of a request target (RFC 9112, section 3.2) and which method may have which.
//
// Pure. Nothing is kept: the target is judged, not changed.
//
//   Parsed<TargetForm> form = target_form("CONNECT", "example.com:443");  // authority
#pragma once

#include "proxy/http/head.h"

#include <string_view>

namespace cork::http {

// CONNECT takes authority-form ("host:port") and nothing else does; "*" is for OPTIONS; everything
// else is origin-form or an absolute http or https URL that parse_absolute_target() accepts.
Parsed<TargetForm> target_form(std::string_view method, std::string_view target);

}  // namespace cork::http
