#include "proxy/commands/scan_files.h"

#include "proxy/commands/scan_work_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <ranges>
#include <system_error>
#include <utility>

namespace cork::commands {
namespace {

namespace fs = std::filesystem;

// What the names in git's indexes may take that are held at once: of a repository, and of those in
// it.
constexpr std::size_t kMostNames = std::size_t{256} << 20;

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
      if (!skips_(root.native())) entries(root, begin_tree(root), false);
    } else {
      file(root, {}, true);
    }
    return std::move(result_);
  }

 private:
  std::string begin_tree(const fs::path& root);
  WorkTree open_tree(const fs::path& top);
  bool is_held(std::string inside, bool is_folder) const;
  void folder(const fs::path& path, const std::string& inside, bool ignored);
  void entries(const fs::path& path, const std::string& inside, bool ignored);
  void entry(const fs::directory_entry& one, const std::string& above, bool ignored);
  void link(const fs::path& path);
  void file(const fs::path& path, const fs::path& symlink, bool named);

  const FileOptions& options_;
  const std::function<bool(const std::string&)>& skips_;
  struct Level {
    WorkTree tree;
    std::string at;  // its top, in the tree around it
  };
  std::vector<Level> trees_{1};  // those that the walk is in, the innermost last
  std::size_t names_ = 0;        // what their indexes take
  FileList result_;
};

std::string joined(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + '/' + name;
}

// The working tree that the root of the walk is in, and what the folders above the root say there.
// Where in it the root is.
std::string Walk::begin_tree(const fs::path& root) {
  std::error_code error;
  const fs::path whole = fs::canonical(root, error);
  if (!options_.gitignore || error) return {};
  fs::path top = whole;
  while (!WorkTree::begins_in(top)) {
    if (top == top.parent_path()) return {};
    top = top.parent_path();
  }
  WorkTree& tree = trees_.back().tree = open_tree(top);
  std::string inside;
  for (const fs::path& part : whole.lexically_relative(top)) {
    if (part == ".") continue;
    tree.add_folder(top / inside, inside);
    inside = joined(inside, part.native());
  }
  return inside;
}

WorkTree Walk::open_tree(const fs::path& top) {
  WorkTree tree = WorkTree::open(top, kMostNames - std::min(names_, kMostNames));
  if (!tree.problem().empty()) {
    result_.warnings.push_back(
        fmt::format("{}; what git ignores in {} is looked into", tree.problem(), top.native()));
  }
  names_ += tree.size();
  return tree;
}

// `inside`: where it is in the working tree. `ignored`: what git has of it is looked into, and
// nothing else.
void Walk::folder(const fs::path& path, const std::string& inside, bool ignored) {
  if (skips_(path.native())) return;
  if (!options_.gitignore || !WorkTree::begins_in(path)) return entries(path, inside, ignored);
  // What a tree in this one ignores is its own affair.
  const std::size_t before = names_;
  trees_.push_back({open_tree(path), inside});
  entries(path, "", false);
  trees_.pop_back();
  names_ = before;
}

// A folder that looks like a tree of its own may be in the index of the one around it.
bool Walk::is_held(std::string inside, bool is_folder) const {
  for (const Level& level : trees_ | std::views::reverse) {
    if (level.tree.holds(inside, is_folder)) return true;
    inside = joined(level.at, inside);
  }
  return false;
}

void Walk::entries(const fs::path& path, const std::string& inside, bool ignored) {
  std::error_code error;
  std::vector<fs::directory_entry> found;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    found.push_back(*at);
  }
  if (error) {
    result_.problems.push_back(fmt::format("{}: {}", path.native(), error.message()));
  }
  std::ranges::sort(found, {},
                    [](const fs::directory_entry& one) { return one.path().filename().native(); });
  const std::size_t before = trees_.back().tree.patterns();
  if (options_.gitignore && !ignored) trees_.back().tree.add_folder(path, inside);
  for (const fs::directory_entry& one : found) entry(one, inside, ignored);
  trees_.back().tree.forget_beyond(before);
}

void Walk::entry(const fs::directory_entry& one, const std::string& above, bool ignored) {
  // Normalised as "./a" is "a" in a report, and ".." stays.
  const fs::path path = one.path().lexically_normal();
  const std::string inside = joined(above, path.filename().native());
  std::error_code error;
  const fs::file_status status = one.symlink_status(error);
  const bool is_folder = fs::is_directory(status);
  if (is_folder && path.filename() == ".git") {
    ++result_.git_folders;
    return;
  }
  ignored = ignored || (options_.gitignore && trees_.back().tree.ignores(inside, is_folder));
  if (ignored && !is_held(inside, is_folder)) {
    ++(is_folder ? result_.ignored_folders : result_.ignored_files);
    return;
  }
  if (is_folder) return folder(path, inside, ignored);
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
