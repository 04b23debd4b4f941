// A file that git keeps beside what it keeps: regular ones alone, as who made the folder may have
// put a pipe there.
//
//   auto file = GitFile::open(folder / ".gitignore", GitFile::Links::refuse);
//   if (file && *file) auto text = file->read(kMost);
#pragma once

#include "base/descriptor.h"
#include "base/result.h"

#include <sys/types.h>

#include <compare>
#include <cstddef>
#include <filesystem>
#include <string>

namespace cork::commands {

class GitFile {
 public:
  enum class Links { follow, refuse };
  struct Id {
    dev_t device;
    ino_t inode;
    auto operator<=>(const Id&) const = default;
  };

  // Holds none where there is no such file.
  [[nodiscard]] static Result<GitFile> open(const std::filesystem::path& path, Links links);

  [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(file_); }
  // The same for every name of the file. Needs one.
  [[nodiscard]] Id id() const noexcept { return id_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] uid_t owner() const noexcept { return owner_; }
  // Of at most `most` bytes. Needs one, and once.
  [[nodiscard]] Result<std::string> read(std::size_t most) const;

 private:
  Descriptor file_;
  Id id_{};
  std::size_t size_ = 0;
  uid_t owner_ = 0;
};

// The text of a short one; "" where there is none, or none that can be read.
[[nodiscard]] std::string short_git_file(const std::filesystem::path& path);

}  // namespace cork::commands
