#include "proxy/commands/scan_work_tree.h"

#include "git_index.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace cork::commands {
namespace {

using testing::HasSubstr;

constexpr std::size_t kMost = 1 << 20;

class WorkTreeTest : public testing::Test {
 protected:
  void make(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder_ / name).parent_path());
    folder_.write(name, text);
  }
  WorkTree open(const std::string& top) { return WorkTree::open(folder_ / top, kMost); }

  test::TemporaryFolder folder_;
};

TEST_F(WorkTreeTest, BeginsWhereGitSaysSo) {
  make("a/.git/HEAD", "");
  make("b/.git", "gitdir: elsewhere");
  make("c/x", "");
  EXPECT_TRUE(WorkTree::begins_in(folder_ / "a"));
  EXPECT_TRUE(WorkTree::begins_in(folder_ / "b"));
  EXPECT_FALSE(WorkTree::begins_in(folder_ / "c"));
}

TEST_F(WorkTreeTest, IgnoresWhatItsListsNameAndHoldsWhatItsIndexNames) {
  make(".git/info/exclude", "private\n");
  make(".git/index", test::git_index(4, {"build/kept", "private"}));
  make("src/.gitignore", "/gen\n");
  WorkTree tree = open("");
  EXPECT_EQ(tree.problem(), "");
  const std::size_t before = tree.patterns();
  tree.add_folder(folder_ / "src", "src");
  EXPECT_TRUE(tree.ignores("private", false));
  EXPECT_TRUE(tree.holds("private", false));
  EXPECT_TRUE(tree.ignores("src/gen", true));
  EXPECT_FALSE(tree.holds("src/gen", true));
  EXPECT_TRUE(tree.holds("build", true));
  EXPECT_FALSE(tree.holds("build", false));
  tree.forget_beyond(before);
  EXPECT_FALSE(tree.ignores("src/gen", true));
}

// A second working tree has an index of its own, and the first one's list of what is ignored.
TEST_F(WorkTreeTest, FollowsAFileThatNamesItsFolder) {
  make("main/.git/info/exclude", "private\n");
  make("main/.git/index", test::git_index(2, {"other"}));
  make("main/.git/worktrees/w/commondir", "../..\n");
  make("main/.git/worktrees/w/index", test::git_index(2, {"kept"}));
  make("w/.git", "gitdir: ../main/.git/worktrees/w\n");
  const WorkTree tree = open("w");
  EXPECT_EQ(tree.problem(), "");
  EXPECT_TRUE(tree.ignores("private", false));
  EXPECT_TRUE(tree.holds("kept", false));
  EXPECT_FALSE(tree.holds("other", false));
}

TEST_F(WorkTreeTest, IgnoresNothingWithoutAnIndexThatCanBeRead) {
  make("new/.git/HEAD", "");
  make("new/.gitignore", "*.log\n");
  WorkTree fresh = open("new");
  fresh.add_folder(folder_ / "new", "");
  EXPECT_EQ(fresh.problem(), "") << "nothing was added yet";
  EXPECT_TRUE(fresh.ignores("a.log", false));

  make("broken/.git/index", "DIRC");
  make("broken/.gitignore", "*.log\n");
  WorkTree broken = open("broken");
  broken.add_folder(folder_ / "broken", "");
  EXPECT_THAT(broken.problem(), HasSubstr("broken/.git/index: the index is broken"));
  EXPECT_FALSE(broken.ignores("a.log", false));

  make("lost/.git", "gitdir: elsewhere\n");
  EXPECT_THAT(open("lost").problem(), HasSubstr("lost/.git: this names no folder"));
  make("odd/.git/index/x", "");
  EXPECT_THAT(open("odd").problem(), HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace cork::commands
