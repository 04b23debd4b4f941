// The indexes of the repositories that one walk comes through, each read once: any number of ".git"
// files may lead to the same one.
//
// Not thread-safe.
//
//   GitIndexes indexes(kMost);
//   const Result<GitIndex>& index = indexes.read(folder / "index");
#pragma once

#include "base/result.h"
#include "proxy/commands/scan_git_file.h"
#include "proxy/commands/scan_git_index.h"

#include <cstddef>
#include <filesystem>
#include <map>

namespace cork::commands {

class GitIndexes {
 public:
  // `most`: bytes that all of them may take, as files, and as much again held.
  explicit GitIndexes(std::size_t most) : left_(most) {}

  // An empty one where there is no such file. An index lives as long as this, an error
  // until the next call.
  [[nodiscard]] const Result<GitIndex>& read(const std::filesystem::path& file);

 private:
  Result<GitIndex> parse(const GitFile& file);

  std::size_t left_;
  std::map<GitFile::Id, Result<GitIndex>> read_;
  Result<GitIndex> none_, unreadable_;
};

}  // namespace cork::commands
