#include "proxy/config/ownership.h"

#include "proxy/config/route_credential.h"
#include "proxy/config/secrets.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <iterator>
#include <system_error>

namespace cork::config {

namespace {

Diagnostic problem(const std::filesystem::path& path, const char* kind) {
  return {
      fmt::format("every user of this machine may write this {}, and so decide what leaves", kind),
      {path.string()},
      fmt::format("chmod o-w '{}'", path.string())};
}

}  // namespace

std::optional<Diagnostic> writable_by_others(const std::filesystem::path& file) {
  std::error_code error;
  const auto whole = std::filesystem::canonical(file, error);
  if (error) return std::nullopt;  // reading it will say why
  struct stat info{};
  if (::stat(whole.c_str(), &info) == 0 && (info.st_mode & S_IWOTH) != 0) {
    return problem(whole, "file");
  }
  for (auto folder = whole.parent_path();; folder = folder.parent_path()) {
    if (::stat(folder.c_str(), &info) == 0 && (info.st_mode & S_IWOTH) != 0 &&
        (info.st_mode & S_ISVTX) == 0) {
      return problem(folder, "folder");
    }
    if (folder == folder.parent_path()) return std::nullopt;
  }
}

std::optional<Diagnostic> writable_by_others(const Config& config) {
  std::vector<std::filesystem::path> files{config.file};
  std::ranges::copy(config.rules_files, std::back_inserter(files));
  if (!config.upstream_ca_file.empty()) files.push_back(config.upstream_ca_file);
  std::ranges::move(secret_files(config), std::back_inserter(files));
  for (const auto& file : files) {
    if (auto problem = writable_by_others(file)) return problem;
  }
  return std::nullopt;
}

std::vector<std::filesystem::path> secret_files(const Config& config) {
  auto files = credential_files(config);
  std::ranges::move(known_value_files(config), std::back_inserter(files));
  for (const auto& bottle : config.bottles) {
    if (bottle.password && !bottle.password->file.empty()) files.push_back(bottle.password->file);
  }
  return files;
}

}  // namespace cork::config
