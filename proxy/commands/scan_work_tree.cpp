#include "proxy/commands/scan_work_tree.h"

#include "proxy/config/file.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

namespace cork::commands {
namespace {

namespace fs = std::filesystem;

// Of a list of what is ignored; the rest of a longer one is not read.
constexpr std::size_t kMostIgnored = std::size_t{1} << 20;
// Of a file that names a folder.
constexpr std::size_t kMostPath = 8192;

std::string text_of(const fs::path& file, std::size_t most) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return {};
  std::ifstream in(file, std::ios::binary);
  std::string text(most, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

std::string_view without_line_end(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

// Where git keeps what it knows of the tree; of a second working tree and of a submodule a file
// says where.
std::optional<fs::path> git_folder(const fs::path& top) {
  std::error_code error;
  const fs::path git = top / ".git";
  if (fs::is_directory(git, error)) return git;
  constexpr std::string_view mark = "gitdir: ";
  const std::string text = text_of(git, kMostPath);
  if (!text.starts_with(mark)) return std::nullopt;
  fs::path folder = top / without_line_end(std::string_view(text).substr(mark.size()));
  if (!fs::is_directory(folder, error)) return std::nullopt;
  return folder;
}

// What all working trees of a repository share stands with the first one.
fs::path shared_folder(const fs::path& git) {
  const std::string text = text_of(git / "commondir", kMostPath);
  return text.empty() ? git : git / without_line_end(text);
}

Result<GitIndex> read_index(const fs::path& file, std::size_t most) {
  std::error_code error;
  if (fs::status(file, error).type() == fs::file_type::not_found) return GitIndex();
  if (!fs::is_regular_file(file, error)) return fail("the index cannot be read");
  const auto bytes = config::read_file(file, most);
  if (!bytes) return fail(bytes.error().front().what);
  return GitIndex::parse(*bytes, most);
}

}  // namespace

bool WorkTree::begins_in(const fs::path& folder) {
  std::error_code error;
  return fs::exists(folder / ".git", error);
}

WorkTree WorkTree::open(const fs::path& top, std::size_t most) {
  WorkTree tree;
  const auto git = git_folder(top);
  if (!git) {
    tree.problem_ = (top / ".git").native() + ": this names no folder of git's";
    return tree;
  }
  auto index = read_index(*git / "index", most);
  if (!index) {
    tree.problem_ = (*git / "index").native() + ": " + index.error().what;
    return tree;
  }
  tree.index_ = *std::move(index);
  tree.ignore_.add("", text_of(shared_folder(*git) / "info/exclude", kMostIgnored));
  return tree;
}

void WorkTree::add_folder(const fs::path& folder, std::string_view below) {
  ignore_.add(below, text_of(folder / ".gitignore", kMostIgnored));
}

bool WorkTree::ignores(std::string_view path, bool is_folder) const {
  return problem_.empty() && ignore_.ignores(path, is_folder);
}

bool WorkTree::holds(std::string_view path, bool is_folder) const {
  return is_folder ? index_.holds_in(path) : index_.holds(path);
}

}  // namespace cork::commands
