#include "proxy/commands/scan_files.h"

#include "proxy/commands/scan_gitignore.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace cork::commands {
namespace {

namespace fs = std::filesystem;

// Of a list of what is ignored; the rest of a longer one is not read.
constexpr std::size_t kMostIgnored = 1 << 20;

std::string text_of(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return {};
  std::ifstream in(file, std::ios::binary);
  std::string text(kMostIgnored, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

class Walk {
 public:
  Walk(const FileOptions& options, const std::function<bool(const std::string&)>& skips)
      : options_(options), skips_(skips) {}

  FileList run(const fs::path& root) {
    std::error_code error;
    const fs::file_status status = fs::status(root, error);
    if (error) {
      result_.problems.push_back(fmt::format("{}: {}", root.native(), error.message()));
    } else if (fs::is_directory(status)) {
      if (options_.gitignore) begin_ignoring(root);
      folder(root, "");
    } else {
      file(root, {}, true);
    }
    return std::move(result_);
  }

 private:
  void begin_ignoring(const fs::path& root);
  void folder(const fs::path& path, const std::string& below);
  void entry(const fs::directory_entry& one, const std::string& below);
  void link(const fs::path& path);
  void file(const fs::path& path, const fs::path& symlink, bool named);

  const FileOptions& options_;
  const std::function<bool(const std::string&)>& skips_;
  GitIgnore ignore_;
  std::string prefix_;  // from the top of the working tree to the root of the walk
  FileList result_;
};

std::string joined(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + '/' + name;
}

// What the folders above say, where they belong to the same working tree.
void Walk::begin_ignoring(const fs::path& root) {
  std::error_code error;
  const fs::path whole = fs::canonical(root, error);
  if (error) return;
  for (fs::path top = whole;; top = top.parent_path()) {
    if (fs::exists(top / ".git", error)) {
      ignore_.add("", text_of(top / ".git/info/exclude"));
      fs::path folder = top;
      for (const fs::path& part : whole.lexically_relative(top)) {
        if (part == ".") continue;
        ignore_.add(prefix_, text_of(folder / ".gitignore"));
        folder /= part;
        prefix_ = joined(prefix_, part.native());
      }
      return;
    }
    if (top == top.parent_path()) return;
  }
}

void Walk::folder(const fs::path& path, const std::string& below) {
  if (skips_(path.native())) return;
  std::error_code error;
  std::vector<fs::directory_entry> entries;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    entries.push_back(*at);
  }
  if (error) {
    result_.problems.push_back(fmt::format("{}: {}", path.native(), error.message()));
  }
  std::ranges::sort(entries, {},
                    [](const fs::directory_entry& one) { return one.path().filename().native(); });
  const std::size_t before = ignore_.size();
  if (options_.gitignore) ignore_.add(joined(prefix_, below), text_of(path / ".gitignore"));
  for (const fs::directory_entry& one : entries) entry(one, below);
  ignore_.forget_beyond(before);
}

void Walk::entry(const fs::directory_entry& one, const std::string& below) {
  // Normalised as "./a" is "a" in a report, and ".." stays.
  const fs::path path = one.path().lexically_normal();
  const std::string inside = joined(below, path.filename().native());
  std::error_code error;
  const fs::file_status status = one.symlink_status(error);
  const bool is_folder = fs::is_directory(status);
  if (is_folder && path.filename() == ".git") {
    ++result_.git_folders;
    return;
  }
  if (options_.gitignore && ignore_.ignores(joined(prefix_, inside), is_folder)) return;
  if (is_folder) return folder(path, inside);
  if (fs::is_symlink(status)) {
    if (options_.follow_symlinks && !skips_(path.native())) link(path);
    return;
  }
  file(path, {}, false);
}

void Walk::link(const fs::path& path) {
  std::error_code error;
  const fs::path target = fs::canonical(path, error);
  if (error) {
    result_.problems.push_back(fmt::format("{}: {}", path.native(), error.message()));
  } else if (!fs::is_directory(target, error)) {
    file(target, path, false);
  }
}

void Walk::file(const fs::path& path, const fs::path& symlink, bool named) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (error) {
    result_.problems.push_back(fmt::format("{}: {}", path.native(), error.message()));
    return;
  }
  const bool readable_at_once = fs::is_regular_file(status);
  const std::uint64_t size = readable_at_once ? fs::file_size(path, error) : 0;
  if (skips_(path.native())) return;
  // A pipe that is named ("cork scan <(env)") is read, one that lies about is not: it may never
  // end.
  if ((!readable_at_once && !named) || (options_.max_bytes > 0 && size > options_.max_bytes)) {
    ++result_.left_out;
  } else if (!readable_at_once || size > 0) {
    result_.files.push_back({path.native(), symlink.native(), size});
  }
}

}  // namespace

FileList list_files(const std::string& path, const FileOptions& options,
                    const std::function<bool(const std::string&)>& skips) {
  return Walk(options, skips).run(path);
}

}  // namespace cork::commands
