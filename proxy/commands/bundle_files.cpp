#include "proxy/commands/bundle_files.h"

#include "certs/java_truststore.h"
#include "proxy/commands/client_variables.h"
#include "proxy/commands/output_file.h"

#include <fmt/format.h>

namespace cork::commands {

Result<void> write_bundle_files(const std::filesystem::path& file, const std::string& bundle_pem) {
  const auto truststore = certs::java_truststore(bundle_pem);
  if (!truststore) return fail(fmt::format("{}: {}", file.native(), truststore.error().what));
  if (auto written = replace_file(file, bundle_pem, 0644); !written) return written;
  return replace_file(java_truststore_beside(file), *truststore, 0644);
}

}  // namespace cork::commands
