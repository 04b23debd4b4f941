// One working tree of git's: what its .gitignore files ignore, and what it holds all the same.
//
// Reads the file system, and runs nothing of what it finds there.
//
//   WorkTree tree = WorkTree::open(top, kMost);
//   tree.add_folder(top, "");
//   if (tree.ignores("build", true) && !tree.holds("build", true)) leave_out("build");
#pragma once

#include "proxy/commands/scan_git_index.h"
#include "proxy/commands/scan_gitignore.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace cork::commands {

class WorkTree {
 public:
  // Of no repository; the .gitignore files there hold all the same.
  WorkTree() = default;

  [[nodiscard]] static bool begins_in(const std::filesystem::path& folder);
  // `top`: a folder in which one begins. `most`: bytes that its index may take. Without an index
  // that can be read nothing is ignored, as anything might be git's.
  [[nodiscard]] static WorkTree open(const std::filesystem::path& top, std::size_t most);

  // The .gitignore of a folder, which is at `below` in this tree, is heeded from now on.
  void add_folder(const std::filesystem::path& folder, std::string_view below);
  // See GitIgnore.
  void forget_beyond(std::size_t count) { ignore_.forget_beyond(count); }
  [[nodiscard]] std::size_t patterns() const noexcept { return ignore_.size(); }

  // Paths are from the top of the tree. What git has it does not ignore.
  [[nodiscard]] bool ignores(std::string_view path, bool is_folder) const;
  [[nodiscard]] bool holds(std::string_view path, bool is_folder) const;

  // Why the index cannot be read, or "".
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }

 private:
  GitIgnore ignore_;
  GitIndex index_;
  std::string problem_;
};

}  // namespace cork::commands
