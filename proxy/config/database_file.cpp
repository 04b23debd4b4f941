#include "proxy/config/database_file.h"

#include "certs/files.h"

#include <utility>

namespace cork::config {

namespace {

// Some 12 KiB a rule.
constexpr std::size_t kMaxBytes = std::size_t{256} << 20;

}  // namespace

DatabaseFile::DatabaseFile(std::filesystem::path path, Use use)
    : path_(std::move(path)), use_(use) {}

std::optional<std::string> DatabaseFile::load() {
  auto bytes = certs::read_private_file(path_, kMaxBytes);
  if (!bytes) return std::nullopt;
  return *std::move(bytes);
}

void DatabaseFile::keep(std::string_view image) {
  if (use_ != Use::read_and_write || image.size() > kMaxBytes) return;
  if (!certs::make_private_folder(path_.parent_path())) return;
  // Where it cannot be written, each start compiles.
  static_cast<void>(certs::replace_file(path_, image, 0600));
}

}  // namespace cork::config
