#include "proxy/config/upstream.h"

#include "certs/trust.h"

#include <utility>

namespace cork::config {

Result<std::shared_ptr<SSL_CTX>, Diagnostic> upstream_trust(const Config& config) {
  auto trust = certs::make_upstream_context(config.upstream_ca_file);
  if (trust) return std::move(*trust);
  auto& [what, file] = trust.error();
  if (file.empty() || file != config.upstream_ca_file) {
    return std::unexpected(Diagnostic{std::move(what), {config.file.string()}, {}});
  }
  return std::unexpected(Diagnostic{std::move(what), config.upstream_ca_where,
                                    "`upstream.ca_file` names a file of certificates in PEM form"});
}

}  // namespace cork::config
