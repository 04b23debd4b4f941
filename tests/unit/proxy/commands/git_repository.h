// What makes a folder one of git's, for tests.
#pragma once

#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <string>

namespace cork::test {

inline void make_git_folder(const TemporaryFolder& folder, const std::string& at) {
  folder.write(at + "/HEAD", "ref: refs/heads/main\n");
  std::filesystem::create_directories(folder / (at + "/objects"));
  std::filesystem::create_directories(folder / (at + "/refs"));
}

}  // namespace cork::test
