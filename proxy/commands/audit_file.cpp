#include "proxy/commands/audit_file.h"

#include "proxy/commands/print.h"
#include "proxy/commands/terminal.h"

#include <fmt/format.h>

namespace cork::commands {

std::optional<std::filesystem::path> audit_file(const std::optional<std::filesystem::path>& file,
                                                const ConfigFlag& flag, const Context& context) {
  if (file) return file;
  const auto settings = load_settings(flag, context, kNoCredentials);
  if (!settings) return std::nullopt;
  return settings->audit_path;
}

int no_log(const std::optional<std::filesystem::path>& named, const Error& error,
           const Context& context) {
  using std::filesystem::file_type;
  if (!named) {
    return complain(context, kFailed, error.what,
                    "it is the `audit.path` of the configuration, and `cork run` writes it");
  }
  std::error_code ignored;
  const file_type type = std::filesystem::status(*named, ignored).type();
  const bool wrong = type == file_type::not_found || type == file_type::directory;
  return complain(context, wrong ? kUsage : kFailed, error.what);
}

void report_skipped(std::uint64_t lines, const std::filesystem::path& file,
                    const Context& context) {
  if (lines == 0) return;
  print_error(context, "cork: {}: {} {} no record and {} skipped\n", visible(file.native()), lines,
              lines == 1 ? "line is" : "lines are", lines == 1 ? "was" : "were");
}

}  // namespace cork::commands
