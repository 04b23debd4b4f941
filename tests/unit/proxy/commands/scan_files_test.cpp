#include "proxy/commands/scan_files.h"

#include "git_index.h"
#include "git_repository.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace cork::commands {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
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
    warnings_ = list.warnings;
    ignored_files_ = list.ignored_files;
    ignored_folders_ = list.ignored_folders;
    std::vector<std::string> names;
    const std::string prefix = (folder_ / "").native();
    for (const ScanFile& file : list.files) {
      const std::string& path = file.symlink.empty() ? file.path : file.symlink;
      names.push_back(path.starts_with(prefix) ? path.substr(prefix.size()) : path);
    }
    return names;
  }

  void make_repository(const std::string& at) { test::make_git_folder(folder_, at); }

  test::TemporaryFolder folder_;
  std::vector<std::string> problems_, warnings_;
  std::size_t left_out_ = 0, git_folders_ = 0, ignored_files_ = 0, ignored_folders_ = 0;
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
  make_repository(".git");
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
  EXPECT_EQ(ignored_files_, 2U) << "private, a.log";
  EXPECT_EQ(ignored_folders_, 1U) << "build";
  FileOptions all;
  all.gitignore = false;
  EXPECT_EQ(listed(all).size(), 7U) << "all but git's own folder";
  // The folders above count too, and a file that is named is looked into.
  make("src/deep/b.log");
  EXPECT_THAT(listed({}, "src/deep"), ElementsAre());
  EXPECT_THAT(listed({}, "src/deep/b.log"), ElementsAre("src/deep/b.log"));
}

TEST_F(ListFiles, HeedsTheListOfTheFolderThatIsNamedInAWorkingTree) {
  make_repository(".git");
  make(".git/info/exclude", "private\n");
  make("sub/.gitignore", "secret.txt\n");
  make("sub/secret.txt");
  make("sub/private");
  EXPECT_THAT(listed({}, "sub"), ElementsAre("sub/.gitignore"));
  EXPECT_THAT(listed(), ElementsAre("sub/.gitignore"));
}

TEST_F(ListFiles, LooksIntoWhatGitHasThoughAListNamesIt) {
  make_repository(".git");
  make(".git/index", test::git_index(2, {".env", "build/deep/kept", "gone"}));
  make(".gitignore", ".env\nbuild/\n");
  make(".env");
  make("build/deep/kept");
  make("build/deep/out");
  make("build/more/out");
  make("sub/.env");
  EXPECT_THAT(listed(), ElementsAre(".env", ".gitignore", "build/deep/kept"));
  EXPECT_EQ(ignored_files_, 2U) << "build/deep/out, sub/.env";
  EXPECT_EQ(ignored_folders_, 1U) << "build/more";
  EXPECT_THAT(listed({}, "build"),
              ElementsAre("build/deep/kept", "build/deep/out", "build/more/out"))
      << "a folder that is named is looked into";
}

TEST_F(ListFiles, AsksEachWorkingTreeWhatItHasAndIgnores) {
  make_repository(".git");
  make(".git/index", test::git_index(2, {"odd/kept", "sub"}));
  make(".gitignore", "*.log\nsub\n");
  make("sub/.git", "gitdir: ../.git/modules/sub");
  make_repository(".git/modules/sub");
  make(".git/modules/sub/index", test::git_index(2, {"a.tmp"}));
  make("sub/.gitignore", "*.tmp\n");
  make("sub/a.tmp");
  make("sub/b.tmp");
  make("sub/c.log");
  // What begins no tree that git knows is still the outer one's.
  make("odd/.git/HEAD");
  make("odd/.gitignore", "kept\n");
  make("odd/kept");
  make("z.log");
  EXPECT_THAT(listed(), ElementsAre(".gitignore", "odd/.gitignore", "odd/kept", "sub/.git",
                                    "sub/.gitignore", "sub/a.tmp", "sub/c.log"));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(ListFiles, LooksIntoEverythingWhereTheIndexCannotBeRead) {
  make_repository(".git");
  make(".git/index", "DIRC, but not for long");
  make(".gitignore", "*.log\n");
  make("a.log");
  EXPECT_THAT(listed(), ElementsAre(".gitignore", "a.log"));
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_THAT(warnings_.front(), HasSubstr("every file there is looked into"));
  EXPECT_THAT(problems_, IsEmpty());
}

TEST_F(ListFiles, PassesOverWhatIsNoRepository) {
  make_repository(".git");
  make(".git/info/exclude", "private\n");
  make(".gitignore", "*.log\n");
  make("a/.gitignore", "*.tmp\n");
  make("a/b/.git/info/exclude", "*\n");
  make("a/b/.gitignore", "*.o\n");
  make("a/b/x.log");
  make("a/b/x.tmp");
  make("a/b/x.o");
  make("a/b/private");
  make("a/b/told");
  for (const char* below : {"a/b", "a", ""}) {
    EXPECT_THAT(listed({}, below), testing::IsSupersetOf({"a/b/.gitignore", "a/b/told"})) << below;
    EXPECT_EQ(ignored_files_, 4U) << below;
  }
  EXPECT_THAT(warnings_, IsEmpty());
}

// Whichever of the trees the walk begins in.
TEST_F(ListFiles, LooksIntoWhatATreeAroundTheInnermostHolds) {
  make_repository(".git");
  make(".git/index", test::git_index(2, {"in/kept"}));
  make_repository("in/.git");
  make("in/.git/info/exclude", "*\n");
  make("in/kept");
  make("in/made");
  EXPECT_THAT(listed({}, "in"), ElementsAre("in/kept"));
  EXPECT_THAT(listed(), ElementsAre("in/kept"));
  make(".git/index", "DIRC, and no more");
  EXPECT_THAT(listed({}, "in"), ElementsAre("in/kept", "in/made"));
  EXPECT_EQ(warnings_.size(), 1U);
  EXPECT_THAT(listed(), ElementsAre("in/kept", "in/made"));
  EXPECT_EQ(warnings_.size(), 1U);
}

TEST_F(ListFiles, IgnoresNothingBySomebodyElsesRepository) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  make_repository("in/.git");
  make("in/.git/info/exclude", "*\n");
  make("in/a/x");
  EXPECT_THAT(listed({}, "in/a"), IsEmpty());
  ASSERT_EQ(::chown((folder_ / "in/.git").c_str(), 12'345, 12'345), 0);
  for (const char* below : {"in/a", "in", ""}) {
    EXPECT_THAT(listed({}, below), ElementsAre("in/a/x"));
    ASSERT_EQ(warnings_.size(), 1U);
    EXPECT_THAT(warnings_.front(), HasSubstr("in/.git belongs to another user (12345)"));
  }
  // One of one's own in it is believed, and the outer one has no say.
  make_repository("in/a/.git");
  make("in/a/.gitignore", "x\n");
  EXPECT_THAT(listed({}, "in/a"), ElementsAre("in/a/.gitignore"));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(ListFiles, IgnoresNothingBySomebodyElsesListWhereNoRepositoryIs) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  make(".gitignore", "*.log\n");
  make("a.log");
  EXPECT_THAT(listed(), ElementsAre(".gitignore"));
  ASSERT_EQ(::chown((folder_ / ".gitignore").c_str(), 12'345, 12'345), 0);
  EXPECT_THAT(listed(), ElementsAre(".gitignore", "a.log"));
  ASSERT_EQ(warnings_.size(), 1U);
  EXPECT_THAT(warnings_.front(), HasSubstr("another user (12345), and to no repository"));
  make_repository(".git");
  EXPECT_THAT(listed(), ElementsAre(".gitignore")) << "a colleague's, in one's own repository";
}

TEST_F(ListFiles, KeepsTheListsOfSoManyTreesInOneAnother) {
  std::string at;
  for (int i = 0; i < 40; ++i) {
    make_repository(at + ".git");
    make(at + ".gitignore", "*.log\n");
    make(at + "a.log");
    at += "d/";
  }
  EXPECT_EQ(listed().size(), 40U + 8U);
  EXPECT_EQ(warnings_.size(), 8U);
  EXPECT_THAT(warnings_.front(), HasSubstr("more than 32 repositories"));
}

TEST_F(ListFiles, ReadsAnIndexOnceForAllThatLeadToIt) {
  make_repository("main");
  make("main/index", "DIRC" + std::string(1000, 'x'));
  for (int i = 0; i < 100; ++i) make(std::to_string(i) + "/.git", "gitdir: ../main");
  EXPECT_EQ(listed().size(), 102U);
  EXPECT_EQ(warnings_.size(), 21U) << "and one that says how many more";
  EXPECT_THAT(warnings_.back(), HasSubstr("80 more"));
}

// A path that is too long for the system is reached step by step.
TEST_F(ListFiles, IgnoresNothingWhereItCannotTellWhereItIs) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  const std::string name(250, 'd');
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(::mkdir(name.c_str(), 0700), 0);
    ASSERT_EQ(::chdir(name.c_str()), 0);
  }
  std::ofstream(".gitignore") << "*.log\n";
  std::ofstream("a.log") << "x";
  const FileList list = list_files(".", {}, [](const std::string&) { return false; });
  std::filesystem::current_path(before);
  EXPECT_EQ(list.files.size(), 2U);
  ASSERT_EQ(list.warnings.size(), 1U);
  EXPECT_THAT(list.warnings.front(), HasSubstr("where this is cannot be told"));
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
