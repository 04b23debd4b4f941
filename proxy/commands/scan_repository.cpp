#include "proxy/commands/scan_repository.h"

#include "proxy/commands/scan_git_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

namespace cork::commands {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kShortHash = 40;

std::string_view without_line_end(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

fs::path shared_folder(const fs::path& folder) {
  const std::string text = short_git_file(folder / "commondir");
  return text.empty() ? folder : folder / without_line_end(text);
}

// A branch, one that may not be there yet, or a commit.
bool is_head(const fs::path& file) {
  constexpr std::string_view refs = "refs/", mark = "ref:";
  std::error_code error;
  if (fs::is_symlink(file, error)) {
    return fs::read_symlink(file, error).native().starts_with(refs);
  }
  const std::string text = short_git_file(file);
  if (text.starts_with(mark)) {
    std::string_view name = std::string_view(text).substr(mark.size());
    name.remove_prefix(std::min(name.find_first_not_of(" \t\r\n"), name.size()));
    return name.starts_with(refs);
  }
  return std::min(text.find_first_not_of("0123456789abcdefABCDEF"), text.size()) >= kShortHash;
}

bool is_git_folder(const fs::path& folder) {
  if (!is_head(folder / "HEAD")) return false;
  const fs::path shared = shared_folder(folder);
  return is_folder(shared / "objects") && is_folder(shared / "refs");
}

// A second working tree and a submodule have a file in place of the folder, which says where.
fs::path folder_of(const fs::path& top) {
  fs::path git = top / ".git";
  if (is_folder(git)) return git;
  constexpr std::string_view mark = "gitdir: ";
  const std::string text = short_git_file(git);
  if (!text.starts_with(mark)) return {};
  return top / without_line_end(std::string_view(text).substr(mark.size()));
}

std::string distrust_of(const fs::path& path, int (*ask)(const char*, struct stat*)) {
  struct stat status{};
  if (ask(path.c_str(), &status) != 0) {
    return fmt::format("{}: {}", path.native(), std::strerror(errno));
  }
  if (is_trusted(status.st_uid)) return {};
  return fmt::format("{} belongs to another user ({})", path.native(), status.st_uid);
}

}  // namespace

std::optional<Repository> Repository::of(const fs::path& top) {
  const fs::path folder = folder_of(top);
  if (folder.empty() || !is_git_folder(folder)) return std::nullopt;
  Repository found;
  found.top_ = top;
  found.folder_ = folder;
  found.shared_ = shared_folder(folder);
  return found;
}

std::string Repository::distrust() const {
  // A link to a repository that is believed may be anybody's.
  std::string why = distrust_of(top_ / ".git", ::lstat);
  for (const fs::path* path : {&top_, &folder_, &shared_}) {
    if (why.empty()) why = distrust_of(*path, ::stat);
  }
  return why;
}

bool is_trusted(uid_t owner) {
  return owner == ::geteuid() || owner == 0;
}

}  // namespace cork::commands
