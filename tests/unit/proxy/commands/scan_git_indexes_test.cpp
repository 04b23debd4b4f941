#include "proxy/commands/scan_git_indexes.h"

#include "git_index.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace cork::commands {
namespace {

using testing::HasSubstr;

TEST(GitIndexesTest, ReadsEachOnceWhateverItsName) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("index", test::git_index(2, {"a"}));
  std::filesystem::create_hard_link(path, folder / "other");
  std::filesystem::create_symlink(path, folder / "link");
  GitIndexes indexes(1 << 20);
  const Result<GitIndex>& first = indexes.read(path);
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->holds("a"));
  EXPECT_EQ(&indexes.read(folder / "other"), &first);
  EXPECT_EQ(&indexes.read(folder / "link"), &first);
  EXPECT_TRUE(indexes.read(folder / "none"));
  EXPECT_FALSE(indexes.read(folder / "none")->holds("a"));
  EXPECT_FALSE(indexes.read(folder.path()));
}

TEST(GitIndexesTest, ReadsNoMoreThanItMayOfAllTogether) {
  const test::TemporaryFolder folder;
  const std::string text = test::git_index(2, {"a"});
  GitIndexes indexes(2 * text.size() + 1);
  EXPECT_TRUE(indexes.read(folder.write("first", text)));
  EXPECT_FALSE(indexes.read(folder.write("broken", std::string(text.size(), 'x'))));
  EXPECT_THAT(indexes.read(folder.write("third", text)).error().what, HasSubstr("more room"));
  EXPECT_TRUE(indexes.read(folder / "first")) << "it is held";
}

}  // namespace
}  // namespace cork::commands
