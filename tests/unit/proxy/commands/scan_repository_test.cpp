#include "proxy/commands/scan_repository.h"

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

constexpr uid_t kOther = 12'345;

class RepositoryTest : public testing::Test {
 protected:
  test::TemporaryFolder folder_;
};

TEST_F(RepositoryTest, IsAFolderAsGitMakesIt) {
  std::filesystem::create_directories(folder_ / "empty/.git");
  EXPECT_FALSE(Repository::of(folder_ / "empty"));
  folder_.write("head/.git/HEAD", "ref: refs/heads/main\n");
  EXPECT_FALSE(Repository::of(folder_ / "head")) << "nothing but a HEAD";
  EXPECT_FALSE(Repository::of(folder_ / "none"));
  for (const std::string& head : {"ref: refs/heads/x\n", "ref:\trefs/x", "refs/heads/x", "ref: x",
                                  "", "0123456789012345678901234567890123456789\n", "01234567\n"}) {
    make_git_folder(folder_, "whole/.git");
    folder_.write("whole/.git/HEAD", head);
    const bool is_one = head.starts_with("ref:") ? head.contains("refs/") : head.size() > 40;
    EXPECT_EQ(Repository::of(folder_ / "whole").has_value(), is_one) << head;
  }
}

TEST_F(RepositoryTest, IsWhereAFileLeadsTo) {
  make_git_folder(folder_, "main/.git");
  folder_.write("main/.git/worktrees/w/commondir", "../..\n");
  folder_.write("main/.git/worktrees/w/HEAD", "ref: refs/heads/w\n");
  folder_.write("w/.git", "gitdir: ../main/.git/worktrees/w\n");
  const auto found = Repository::of(folder_ / "w");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->folder().lexically_normal(), folder_ / "main/.git/worktrees/w");
  EXPECT_TRUE(std::filesystem::equivalent(found->shared(), folder_ / "main/.git"));
  folder_.write("w/.git", "gitdir: elsewhere\n");
  EXPECT_FALSE(Repository::of(folder_ / "w"));
  folder_.write("w/.git", "anything");
  EXPECT_FALSE(Repository::of(folder_ / "w"));
}

TEST_F(RepositoryTest, IsBelievedWhereAllOfItIsOnesOwn) {
  make_git_folder(folder_, "a/.git");
  make_git_folder(folder_, "b/.git");
  EXPECT_EQ(Repository::of(folder_ / "a")->distrust(), "");
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files away";
  ASSERT_EQ(::chown((folder_ / "a/.git").c_str(), kOther, kOther), 0);
  EXPECT_THAT(Repository::of(folder_ / "a")->distrust(),
              HasSubstr("a/.git belongs to another user (12345)"));
  ASSERT_EQ(::chown((folder_ / "a/.git").c_str(), 0, 0), 0);
  ASSERT_EQ(::chown((folder_ / "a").c_str(), kOther, kOther), 0);
  EXPECT_THAT(Repository::of(folder_ / "a")->distrust(), HasSubstr("/a belongs"));
  // Somebody else's link, to a repository of one's own.
  std::filesystem::create_directories(folder_ / "c");
  std::filesystem::create_directory_symlink(folder_ / "b/.git", folder_ / "c/.git");
  EXPECT_EQ(Repository::of(folder_ / "c")->distrust(), "");
  ASSERT_EQ(::lchown((folder_ / "c/.git").c_str(), kOther, kOther), 0);
  EXPECT_THAT(Repository::of(folder_ / "c")->distrust(), HasSubstr("c/.git belongs"));
}

}  // namespace
}  // namespace cork::commands
