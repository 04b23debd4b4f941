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

// What the indexes of git's may take that one walk reads.
constexpr std::size_t kMostIndexes = std::size_t{256} << 20;
// Working trees in one another; each keeps its lists while the walk is in it.
constexpr std::size_t kMostTrees = 32;
// The rest are counted: a tree can be made that has one for each of its files.
constexpr std::size_t kMostWarnings = 20;

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
      if (!skips_(root.native())) entries(root, begin_trees(root), false);
    } else {
      file(root, {}, true);
    }
    if (unsaid_ > 0) {
      result_.warnings.push_back(fmt::format("{} more of these are not told", unsaid_));
    }
    return std::move(result_);
  }

 private:
  std::string begin_trees(const fs::path& root);
  WorkTree open_tree(const Repository& found);
  void warn(const std::string& what);
  bool is_ignored(const std::string& inside, const fs::path& path, bool is_folder);
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
  GitIndexes indexes_{kMostIndexes};
  std::size_t unsaid_ = 0;  // warnings
  FileList result_;
};

std::string joined(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + '/' + name;
}

WorkTree Walk::open_tree(const Repository& found) {
  if (trees_.size() <= kMostTrees) return WorkTree::of(found, indexes_);
  return WorkTree::unknown(
      fmt::format("{}: this is in more than {} repositories", found.folder().native(), kMostTrees));
}

void Walk::warn(const std::string& what) {
  if (what.empty()) return;
  if (result_.warnings.size() < kMostWarnings) {
    result_.warnings.push_back(what);
  } else {
    ++unsaid_;
  }
}

// The working trees that the root of the walk is in, as one may be made up to hide what another
// holds, and what the folders above the root say there. Where the root is in the innermost one.
std::string Walk::begin_trees(const fs::path& root) {
  std::error_code error;
  const fs::path whole = fs::canonical(root, error);
  if (!options_.gitignore) return {};
  if (error) {
    trees_.back().tree = WorkTree::unknown(
        fmt::format("{}: where this is cannot be told: {}", root.native(), error.message()));
    warn(trees_.back().tree.problem());
    return {};
  }
  std::string inside;
  fs::path at;
  for (const fs::path& part : whole) {
    at /= part;
    if (trees_.size() > 1) {
      warn(trees_.back().tree.add_folder(at.parent_path(), inside));
      inside = joined(inside, part.native());
    }
    if (const auto found = Repository::of(at)) {
      trees_.push_back({open_tree(*found), std::exchange(inside, {})});
    }
  }
  // What somebody else says of a tree around one's own is of no account.
  for (const Level& level : trees_) {
    if (!level.tree.is_foreign() || &level == &trees_.back()) warn(level.tree.problem());
  }
  return inside;
}

// `inside`: where it is in the working tree. `ignored`: what git has of it is looked into, and
// nothing else.
void Walk::folder(const fs::path& path, const std::string& inside, bool ignored) {
  if (skips_(path.native())) return;
  const auto found = options_.gitignore ? Repository::of(path) : std::nullopt;
  if (!found) return entries(path, inside, ignored);
  // What a tree in this one ignores is its own affair.
  trees_.push_back({open_tree(*found), inside});
  warn(trees_.back().tree.problem());
  entries(path, "", false);
  trees_.pop_back();
}

bool Walk::is_ignored(const std::string& inside, const fs::path& path, bool is_folder) {
  if (!options_.gitignore) return false;
  const auto ignored = trees_.back().tree.ignores(inside, is_folder);
  if (!ignored) {
    warn(fmt::format("{}: whether git ignores this takes too long to tell; it is looked into",
                     path.native()));
  }
  return ignored.value_or(false);
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
  const std::size_t before = trees_.back().tree.lists();
  if (options_.gitignore && !ignored) warn(trees_.back().tree.add_folder(path, inside));
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
  ignored = ignored || is_ignored(inside, path, is_folder);
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
