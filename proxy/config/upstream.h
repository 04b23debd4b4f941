// Whom cork trusts behind it, as the configuration says it.
//
// Reads files; thread-safe.
//
//   auto trust = upstream_trust(config);
//   if (!trust) return report(trust.error());
#pragma once

#include "base/diagnostic.h"
#include "base/result.h"
#include "certs/openssl_ptr.h"
#include "proxy/config/config.h"

#include <memory>

namespace cork::config {

// The system's roots and `upstream.ca_file`. The error is at the place that names the file, where
// that is what is wrong.
Result<std::shared_ptr<SSL_CTX>, Diagnostic> upstream_trust(const Config& config);

}  // namespace cork::config
