#include "proxy/commands/scan_git_indexes.h"

#include <algorithm>
#include <utility>

namespace cork::commands {

const Result<GitIndex>& GitIndexes::read(const std::filesystem::path& file) {
  auto opened = GitFile::open(file, GitFile::Links::follow);
  if (!opened) return unreadable_ = fail(std::move(opened.error().what));
  if (!*opened) return none_;
  const auto known = read_.find(opened->id());
  if (known != read_.end()) return known->second;
  return read_.emplace(opened->id(), parse(*opened)).first->second;
}

Result<GitIndex> GitIndexes::parse(const GitFile& file) {
  if (file.size() > left_) {
    return fail("with this one the indexes of all repositories take more room than they may");
  }
  const auto bytes = file.read(left_);
  if (!bytes) return fail(bytes.error().what);
  auto index = GitIndex::parse(*bytes, left_);
  const std::size_t held = index ? index->size() : 0;
  left_ -= std::min(left_, std::max(bytes->size(), held));
  return index;
}

}  // namespace cork::commands
