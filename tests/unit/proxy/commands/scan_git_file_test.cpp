#include "proxy/commands/scan_git_file.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace cork::commands {
namespace {

using testing::HasSubstr;
using Links = GitFile::Links;

TEST(GitFileTest, ReadsNoMoreThanItMay) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("list", std::string(100, 'x'));
  EXPECT_EQ(GitFile::open(path, Links::refuse)->read(100), std::string(100, 'x'));
  EXPECT_THAT(GitFile::open(path, Links::refuse)->read(99).error().what, HasSubstr("longer than"));
  const auto none = GitFile::open(folder / "none", Links::refuse);
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

TEST(GitFileTest, OpensRegularFilesAloneAndLinksWhereItMay) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("list", "x");
  std::filesystem::create_symlink(path, folder / "link");
  ASSERT_EQ(::mkfifo((folder / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(GitFile::open(folder / "link", Links::refuse).error().what, HasSubstr("symbolic"));
  EXPECT_EQ(GitFile::open(folder / "link", Links::follow)->id(),
            GitFile::open(path, Links::follow)->id());
  EXPECT_THAT(GitFile::open(folder / "pipe", Links::follow).error().what, HasSubstr("no regular"));
  EXPECT_THAT(GitFile::open(folder.path(), Links::follow).error().what, HasSubstr("no regular"));
}

TEST(GitFileTest, IsShortWhereItNamesSomething) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(short_git_file(folder.write("commondir", "../..\n")), "../..\n");
  EXPECT_EQ(short_git_file(folder.write("long", std::string(10'000, 'x'))), "");
  EXPECT_EQ(short_git_file(folder / "none"), "");
}

}  // namespace
}  // namespace cork::commands
