// The files that `cork scan` is to look into.
//
// Reads the file system; follows no symbolic link unless told to.
//
//   FileList list = list_files("src", {}, [&](const std::string& path) { return skips(path); });
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace cork::commands {

struct ScanFile {
  std::string path;     // as it is reported: below the folder that was named
  std::string symlink;  // the link, where `path` is what it points at
  std::uint64_t size = 0;
};

struct FileOptions {
  bool gitignore = true;
  bool follow_symlinks = false;
  std::uint64_t max_bytes = 0;  // 0: any size
};

struct FileList {
  std::vector<ScanFile> files;        // in the order of their names
  std::vector<std::string> problems;  // what could not be listed, and why
  std::vector<std::string> warnings;  // what git ignores and is looked into all the same, and why
  std::size_t left_out = 0;           // too large, or special files; not what git ignores
  std::size_t git_folders = 0;        // left out
  std::size_t ignored_files = 0;      // that git ignores
  std::size_t ignored_folders = 0;    // that were not entered
};

// `skips`: an allowlist names this folder or file. Git's own folders are left out, and with
// `gitignore` what git ignores: by every .gitignore from the top of the working tree down and by
// .git/info/exclude, and not what is in its index. A file that is named itself is always looked
// into.
[[nodiscard]] FileList list_files(const std::string& path, const FileOptions& options,
                                  const std::function<bool(const std::string&)>& skips);

}  // namespace cork::commands
