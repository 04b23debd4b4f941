#include "proxy/commands/scan_files.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace cork::commands {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ListFiles : public testing::Test {
 protected:
  void make(const std::string& name, const std::string& text = "x") {
    std::filesystem::create_directories((folder_ / name).parent_path());
    folder_.write(name, text);
  }
  // Their paths below the folder, or those of the links that name them.
  std::vector<std::string> listed(const FileOptions& options = {}, const std::string& below = "",
                                  const std::string& skipped = "never") {
    const std::string root = (folder_ / below).lexically_normal().native();
    const FileList list = list_files(
        root, options, [&skipped](const std::string& path) { return path.ends_with(skipped); });
    problems_ = list.problems;
    left_out_ = list.left_out;
    git_folders_ = list.git_folders;
    std::vector<std::string> names;
    const std::string prefix = (folder_ / "").native();
    for (const ScanFile& file : list.files) {
      const std::string& path = file.symlink.empty() ? file.path : file.symlink;
      names.push_back(path.starts_with(prefix) ? path.substr(prefix.size()) : path);
    }
    return names;
  }

  test::TemporaryFolder folder_;
  std::vector<std::string> problems_;
  std::size_t left_out_ = 0, git_folders_ = 0;
};

TEST_F(ListFiles, GoesThroughFoldersInTheOrderOfNames) {
  make("b.txt");
  make("a/z.txt");
  make("a/y/x.txt");
  make("empty.txt", "");
  EXPECT_THAT(listed(), ElementsAre("a/y/x.txt", "a/z.txt", "b.txt"));
  EXPECT_THAT(listed({}, "b.txt"), ElementsAre("b.txt"));
}

TEST_F(ListFiles, LeavesOutWhatGitIgnoresUnlessToldNotTo) {
  make(".git/config");
  make(".git/info/exclude", "private\n");
  make(".gitignore", "*.log\nbuild/\n");
  make("private");
  make("a.log");
  make("build/out.txt");
  make("src/.gitignore", "!a.log\n");
  make("src/a.log");
  make("src/main.c");
  EXPECT_THAT(listed(), ElementsAre(".gitignore", "src/.gitignore", "src/a.log", "src/main.c"));
  EXPECT_EQ(git_folders_, 1U);
  FileOptions all;
  all.gitignore = false;
  EXPECT_EQ(listed(all).size(), 7U) << "all but git's own folder";
  // The folders above count too, and a file that is named is looked into.
  make("src/deep/b.log");
  EXPECT_THAT(listed({}, "src/deep"), ElementsAre());
  EXPECT_THAT(listed({}, "src/deep/b.log"), ElementsAre("src/deep/b.log"));
}

// A file of that name says where a working tree's folder is, or hides something.
TEST_F(ListFiles, LooksIntoAFileThatIsNamedAsGitsFolder) {
  make("sub/.git", "gitdir: elsewhere");
  EXPECT_THAT(listed(), ElementsAre("sub/.git"));
  EXPECT_EQ(git_folders_, 0U);
}

TEST_F(ListFiles, LeavesOutWhatAnAllowlistNames) {
  make("vendor/a.txt");
  make("b.txt");
  EXPECT_THAT(listed({}, "", "vendor"), ElementsAre("b.txt"));
  EXPECT_THAT(listed({}, "", "b.txt"), ElementsAre("vendor/a.txt"));
}

TEST_F(ListFiles, FollowsLinksToFilesOnlyWhereItIsTold) {
  make("real.txt");
  make("folder/x.txt");
  std::filesystem::create_symlink(folder_ / "real.txt", folder_ / "link.txt");
  std::filesystem::create_symlink(folder_ / "folder", folder_ / "more");
  EXPECT_THAT(listed(), ElementsAre("folder/x.txt", "real.txt"));
  FileOptions follow;
  follow.follow_symlinks = true;
  EXPECT_THAT(listed(follow), ElementsAre("folder/x.txt", "link.txt", "real.txt"));
}

TEST_F(ListFiles, CountsWhatIsTooLargeAndSaysWhatIsNotThere) {
  make("large.txt", std::string(100, 'x'));
  make("small.txt");
  FileOptions options;
  options.max_bytes = 99;
  EXPECT_THAT(listed(options), ElementsAre("small.txt"));
  EXPECT_EQ(left_out_, 1U);
  EXPECT_THAT(listed({}, "none"), IsEmpty());
  EXPECT_EQ(problems_.size(), 1U);
}

}  // namespace
}  // namespace cork::commands
