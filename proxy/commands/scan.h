// `cork scan PATH...|-`: the secrets in files, found as gitleaks finds them.
#pragma once

#include "proxy/commands/command.h"
#include "proxy/commands/report.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace cork::commands {

struct ScanOptions {
  std::vector<std::string> paths;  // "-": standard input
  std::optional<std::filesystem::path> config, report_path, baseline, ignore_path;
  std::vector<std::string> groups = {};  // of rules, beside those
  std::optional<ReportFormat> format;    // nullopt: by the report's name, or text
  unsigned jobs = 0;                     // 0: one for each processor
  int max_decode_depth = 5;
  std::uint64_t max_megabytes = 0;  // larger files are left out; 0: none is
  bool show_secrets = false;
  bool gitignore = true;
  bool follow_symlinks = false;
  bool ignore_allow_marks = false;
};

// kNo: something was found. kFailed: a file could not be read, and nothing was found in the others.
int scan(const ScanOptions& options, const Context& context);

}  // namespace cork::commands
