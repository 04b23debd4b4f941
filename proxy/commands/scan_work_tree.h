// One working tree of git's: what its .gitignore files ignore, and what it holds all the same.
//
// Reads the file system, and runs nothing of what it finds there.
//
//   if (const auto found = Repository::of(top)) WorkTree tree = WorkTree::of(*found, indexes);
//   warn(tree.add_folder(top, ""));
//   if (tree.ignores("build", true) && !tree.holds("build", true)) leave_out("build");
#pragma once

#include "proxy/commands/scan_git_indexes.h"
#include "proxy/commands/scan_gitignore.h"
#include "proxy/commands/scan_repository.h"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace cork::commands {

class WorkTree {
 public:
  // Of no repository; the .gitignore files there hold all the same, but for other users'.
  WorkTree() = default;
  // Of one that cannot be told: nothing in it is ignored.
  [[nodiscard]] static WorkTree unknown(std::string problem);
  // Nothing is ignored in one that is not to be believed, or whose index cannot be read, as
  // anything might be git's. `indexes` must outlive it.
  [[nodiscard]] static WorkTree of(const Repository& repository, GitIndexes& indexes);

  // The .gitignore of a folder, which is at `below` in this tree, is heeded from now on. Why not,
  // or "".
  [[nodiscard]] std::string add_folder(const std::filesystem::path& folder, std::string_view below);
  // See GitIgnore.
  void forget_beyond(std::size_t count) { ignore_.forget_beyond(count); }
  [[nodiscard]] std::size_t lists() const noexcept { return ignore_.size(); }

  // Paths are from the top of the tree. What git has it does not ignore. nullopt: see GitIgnore.
  [[nodiscard]] std::optional<bool> ignores(std::string_view path, bool is_folder) const;
  // Everything, where the index cannot be read.
  [[nodiscard]] bool holds(std::string_view path, bool is_folder) const;

  // Why nothing is ignored, or not all that git ignores; or "".
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  // Somebody else's: what it holds is not asked either.
  [[nodiscard]] bool is_foreign() const noexcept { return is_foreign_; }

 private:
  std::string add_list(const std::filesystem::path& file, std::string_view below,
                       GitFile::Links links);

  GitIgnore ignore_;
  const GitIndex* index_ = nullptr;
  bool is_repository_ = false, ignores_nothing_ = false, holds_everything_ = false,
       is_foreign_ = false;
  std::string problem_;
};

}  // namespace cork::commands
