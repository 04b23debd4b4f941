// Where git keeps what it knows of a working tree, and whether that is to be believed.
//
// Reads the file system, and runs nothing of what it finds there.
//
//   if (const auto found = Repository::of(folder)) found->distrust().empty();
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace cork::commands {

class Repository {
 public:
  // The one whose working tree begins in `top`: its ".git" is a folder as git makes it, or a file
  // that leads to one. nullopt: neither, whatever is called so.
  [[nodiscard]] static std::optional<Repository> of(const std::filesystem::path& top);

  // Of this working tree alone: its index is there.
  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  // What all working trees of a repository share stands with the first one.
  [[nodiscard]] const std::filesystem::path& shared() const noexcept { return shared_; }
  // Why it is not believed: part of it is neither the effective user's nor root's, so that anybody
  // may have made it to hide files from who looks. "" where it is.
  [[nodiscard]] std::string distrust() const;

 private:
  std::filesystem::path top_, folder_, shared_;
};

// The effective user or root: nobody else decides what is not looked into.
[[nodiscard]] bool is_trusted(uid_t owner);

}  // namespace cork::commands
