#include "proxy/commands/scan_work_tree.h"

#include <fmt/format.h>

#include <utility>

namespace cork::commands {
namespace {

// Of a list of what is ignored.
constexpr std::size_t kMostIgnored = std::size_t{1} << 20;

}  // namespace

WorkTree WorkTree::unknown(std::string problem) {
  WorkTree tree;
  tree.ignores_nothing_ = tree.holds_everything_ = true;
  tree.problem_ = std::move(problem) + "; every file there is looked into, also what git ignores";
  return tree;
}

WorkTree WorkTree::of(const Repository& repository, GitIndexes& indexes) {
  if (const std::string why = repository.distrust(); !why.empty()) {
    WorkTree tree =
        unknown(why + ", so this repository is not believed (it is where cork runs as that user)");
    tree.holds_everything_ = false;
    tree.is_foreign_ = true;
    return tree;
  }
  const auto file = repository.folder() / "index";
  const Result<GitIndex>& index = indexes.read(file);
  if (!index) return unknown(fmt::format("{}: {}", file.native(), index.error().what));
  WorkTree tree;
  tree.is_repository_ = true;
  tree.index_ = &*index;
  tree.problem_ = tree.add_list(repository.shared() / "info/exclude", "", GitFile::Links::follow);
  return tree;
}

std::string WorkTree::add_folder(const std::filesystem::path& folder, std::string_view below) {
  if (ignores_nothing_) return {};
  return add_list(folder / ".gitignore", below, GitFile::Links::refuse);
}

std::string WorkTree::add_list(const std::filesystem::path& file, std::string_view below,
                               GitFile::Links links) {
  const auto say = [&file](std::string_view why) {
    return fmt::format("{}: {}; what it names is looked into", file.native(), why);
  };
  const auto opened = GitFile::open(file, links);
  if (!opened) return say(opened.error().what);  // git goes on without it, too
  if (!*opened) return {};
  if (!is_repository_ && !is_trusted(opened->owner())) {
    return say(
        fmt::format("this belongs to another user ({}), and to no repository", opened->owner()));
  }
  const auto text = opened->read(kMostIgnored);
  if (text && ignore_.add(below, *text)) return {};
  ignore_.add_nothing(below);
  return say(text ? fmt::format("with it more than {} patterns, or {} MiB of them, are heeded",
                                GitIgnore::kMostPatterns, GitIgnore::kMostBytes >> 20)
                  : text.error().what);
}

std::optional<bool> WorkTree::ignores(std::string_view path, bool is_folder) const {
  return ignores_nothing_ ? false : ignore_.ignores(path, is_folder);
}

bool WorkTree::holds(std::string_view path, bool is_folder) const {
  if (index_ == nullptr) return holds_everything_;
  return is_folder ? index_->holds_in(path) : index_->holds(path);
}

}  // namespace cork::commands
