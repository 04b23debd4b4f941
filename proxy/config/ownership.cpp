#include "proxy/config/ownership.h"

#include "proxy/config/route_credential.h"
#include "proxy/config/secrets.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace cork::config {

namespace {

namespace fs = std::filesystem;

// As many as the system follows.
constexpr int kMostLinks = 40;
constexpr const char* kElsewhere =
    "keep it in a folder that only its owner may write, such as ~/.config/cork";

const char* kind_of(mode_t mode) {
  if (S_ISLNK(mode)) return "symbolic link";
  if (S_ISDIR(mode)) return "folder";
  return S_ISREG(mode) ? "file" : "device or pipe";
}

// chmod is the answer for a file alone: of a folder and a device other programs may need it so.
Diagnostic open_to_all(const fs::path& path, mode_t mode) {
  std::string hint = kElsewhere;
  if (S_ISREG(mode)) hint = fmt::format("chmod o-w '{}'", path.string());
  if (!S_ISREG(mode) && !S_ISDIR(mode)) hint = "name a file in its place";
  return {fmt::format("every user of this machine may write this {}, and so decide what leaves",
                      kind_of(mode)),
          {path.string()},
          hint};
}

// Goes to a file as the system does, link by link, and looks at each folder on the way: who may
// replace a link in one decides as much as who may replace the file.
class Way {
 public:
  explicit Way(const fs::path& to) { push(to); }

  std::optional<Diagnostic> go() {
    while (!names_.empty()) {
      const fs::path name = std::move(names_.back());
      names_.pop_back();
      if (name == ".." || name == "." || name.empty()) {
        if (name == "..") at_ = at_.parent_path();
        continue;
      }
      struct stat entry{};
      if (::lstat((at_ / name).c_str(), &entry) != 0) return std::nullopt;
      if (auto problem = ask_folder(at_ / name, entry)) return problem;
      if (!S_ISLNK(entry.st_mode)) {
        at_ /= name;
      } else if (!follow(at_ / name)) {
        return std::nullopt;
      }
    }
    struct stat info{};
    if (::stat(at_.c_str(), &info) != 0 || (info.st_mode & S_IWOTH) == 0) return std::nullopt;
    return open_to_all(at_, info.st_mode);
  }

 private:
  // `entry` of the folder `at_`. What anybody may have made there is judged by whose it is, and
  // nothing else is, since a container's configuration is often the host's user's.
  std::optional<Diagnostic> ask_folder(const fs::path& path, const struct stat& entry) const {
    struct stat folder{};
    if (::stat(at_.c_str(), &folder) != 0 || (folder.st_mode & S_IWOTH) == 0) return std::nullopt;
    if ((folder.st_mode & S_ISVTX) == 0) return open_to_all(at_, folder.st_mode);
    if (entry.st_uid == ::geteuid() || entry.st_uid == 0) return std::nullopt;
    return Diagnostic{fmt::format("user {} made this {}, in a folder where everybody may, and so "
                                  "decides what leaves",
                                  entry.st_uid, kind_of(entry.st_mode)),
                      {path.string()},
                      kElsewhere};
  }

  // false: it leads nowhere, or in a circle.
  bool follow(const fs::path& link) {
    std::error_code error;
    const fs::path target = fs::read_symlink(link, error);
    if (error || ++links_ > kMostLinks) return false;
    push(target);
    return true;
  }

  void push(const fs::path& path) {
    if (path.is_absolute()) at_ = path.root_path();
    const fs::path relative = path.relative_path();
    const std::vector<fs::path> parts(relative.begin(), relative.end());
    names_.insert(names_.end(), parts.rbegin(), parts.rend());
  }

  fs::path at_;
  std::vector<fs::path> names_;  // still to go, the next one last
  int links_ = 0;
};

}  // namespace

std::optional<Diagnostic> writable_by_others(const fs::path& file) {
  std::error_code error;
  const fs::path whole = fs::absolute(file, error);
  if (error) return std::nullopt;  // reading it will say why
  return Way(whole).go();
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
