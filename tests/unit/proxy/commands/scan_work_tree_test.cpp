#include "proxy/commands/scan_work_tree.h"

#include "git_index.h"
#include "git_repository.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

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
  WorkTree open(const std::string& top) {
    test::make_git_folder(folder_, top + "/.git");
    return WorkTree::of(Repository::of(folder_ / top).value(), indexes_);
  }

  test::TemporaryFolder folder_;
  GitIndexes indexes_{kMost};
};

TEST_F(WorkTreeTest, IgnoresWhatItsListsNameAndHoldsWhatItsIndexNames) {
  make(".git/info/exclude", "private\n");
  make(".git/index", test::git_index(4, {"build/kept", "private"}));
  make("src/.gitignore", "/gen\n");
  WorkTree tree = open(".");
  EXPECT_EQ(tree.problem(), "");
  const std::size_t before = tree.lists();
  EXPECT_EQ(tree.add_folder(folder_ / "src", "src"), "");
  EXPECT_EQ(tree.ignores("private", false), true);
  EXPECT_TRUE(tree.holds("private", false));
  EXPECT_EQ(tree.ignores("src/gen", true), true);
  EXPECT_FALSE(tree.holds("src/gen", true));
  EXPECT_TRUE(tree.holds("build", true));
  EXPECT_FALSE(tree.holds("build", false));
  tree.forget_beyond(before);
  EXPECT_EQ(tree.ignores("src/gen", true), false);
}

// A second working tree has an index of its own, and the first one's list of what is ignored.
TEST_F(WorkTreeTest, FollowsAFileThatNamesItsFolder) {
  make("main/.git/info/exclude", "private\n");
  make("main/.git/index", test::git_index(2, {"other"}));
  test::make_git_folder(folder_, "main/.git");
  make("main/.git/worktrees/w/HEAD", "ref: refs/heads/w\n");
  make("main/.git/worktrees/w/commondir", "../..\n");
  make("main/.git/worktrees/w/index", test::git_index(2, {"kept"}));
  make("w/.git", "gitdir: ../main/.git/worktrees/w\n");
  const WorkTree tree = WorkTree::of(Repository::of(folder_ / "w").value(), indexes_);
  EXPECT_EQ(tree.problem(), "");
  EXPECT_EQ(tree.ignores("private", false), true);
  EXPECT_TRUE(tree.holds("kept", false));
  EXPECT_FALSE(tree.holds("other", false));
}

TEST_F(WorkTreeTest, IgnoresNothingAndHoldsEverythingWhereTheIndexCannotBeRead) {
  make("new/.gitignore", "*.log\n");
  WorkTree fresh = open("new");
  EXPECT_EQ(fresh.add_folder(folder_ / "new", ""), "");
  EXPECT_EQ(fresh.problem(), "") << "nothing was added yet";
  EXPECT_EQ(fresh.ignores("a.log", false), true);
  EXPECT_FALSE(fresh.holds("a.log", false));

  for (const std::string& index :
       {std::string("DIRC"), test::git_index(2, {"a"}, 20, "link"), test::git_index(7, {"a"})}) {
    make("broken/.git/index", index);
    make("broken/.gitignore", "*.log\n");
    GitIndexes indexes(kMost);
    test::make_git_folder(folder_, "broken/.git");
    WorkTree broken = WorkTree::of(Repository::of(folder_ / "broken").value(), indexes);
    EXPECT_EQ(broken.add_folder(folder_ / "broken", ""), "");
    EXPECT_THAT(broken.problem(), HasSubstr("broken/.git/index: "));
    EXPECT_EQ(broken.ignores("a.log", false), false);
    EXPECT_TRUE(broken.holds("anything", false));
    EXPECT_TRUE(broken.holds("anything", true));
  }
  make("odd/.git/index/x", "");
  EXPECT_THAT(open("odd").problem(), HasSubstr("no regular file"));
}

TEST_F(WorkTreeTest, BelievesNothingThatIsSomebodyElses) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  make("a/.git/info/exclude", "*\n");
  make("a/.git/index", test::git_index(2, {"x"}));
  ASSERT_EQ(open("a").ignores("x", false), true);
  ASSERT_EQ(::chown((folder_ / "a/.git").c_str(), 12'345, 12'345), 0);
  const WorkTree tree = open("a");
  EXPECT_THAT(tree.problem(), HasSubstr("another user (12345), so this repository is not"));
  EXPECT_TRUE(tree.is_foreign());
  EXPECT_EQ(tree.ignores("x", false), false);
  EXPECT_FALSE(tree.holds("x", false));
}

TEST_F(WorkTreeTest, SaysWhichListsItDoesNotHeed) {
  WorkTree tree = open(".");
  make(".gitignore", "*.log\n");
  EXPECT_EQ(tree.add_folder(folder_.path(), ""), "");
  make("list", "secret\n");
  std::filesystem::create_directories(folder_ / "link");
  std::filesystem::create_symlink(folder_ / "list", folder_ / "link/.gitignore");
  EXPECT_THAT(tree.add_folder(folder_ / "link", "link"),
              HasSubstr("link/.gitignore: this is a symbolic link, which git does not follow"));
  EXPECT_EQ(tree.ignores("link/secret", false), false);
  EXPECT_EQ(tree.ignores("link/a.log", false), true);
  // It might say that this is not ignored.
  make("long/.gitignore", "secret\n" + std::string(1 << 20, '#'));
  EXPECT_THAT(tree.add_folder(folder_ / "long", "long"), HasSubstr("longer than 1 MiB"));
  EXPECT_EQ(tree.ignores("long/a.log", false), false);
  make("many/.gitignore", [] {
    std::string text;
    for (std::size_t i = 0; i <= GitIgnore::kMostPatterns; ++i) text += "x\n";
    return text;
  }());
  EXPECT_THAT(tree.add_folder(folder_ / "many", "many"), HasSubstr("more than 10000 patterns"));
  EXPECT_EQ(tree.ignores("many/x", false), false);
}

}  // namespace
}  // namespace cork::commands
