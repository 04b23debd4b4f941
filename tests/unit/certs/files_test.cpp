#include "certs/files.h"

#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace cork::certs {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

mode_t mode_of(const fs::path& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

std::ptrdiff_t entries_in(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

TEST(ReadFile, ReadsUpToTheLimitAndNamesTheFileThatIsLarger) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("a", "12345");
  EXPECT_EQ(read_file(path, 5).value(), "12345");
  EXPECT_THAT(read_file(path, 4).error().what,
              testing::AllOf(HasSubstr(path.string()), HasSubstr("larger than 4 bytes")));
}

TEST(ReadFile, NamesTheFileThatIsMissingOrNone) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(read_file(folder / "none", 9).error().what,
              testing::AllOf(HasSubstr((folder / "none").string()), HasSubstr("No such file")));
  EXPECT_THAT(read_file(folder.path(), 9).error().what, HasSubstr("not a regular file"));
  ASSERT_EQ(::mkfifo((folder / "fifo").c_str(), 0600), 0);
  EXPECT_THAT(read_file(folder / "fifo", 9).error().what, HasSubstr("not a regular file"));
}

TEST(ReadPrivateFile, SaysWhichChmodToRunWhereOthersMayRead) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("key", "k");
  for (const mode_t mode : {0640U, 0604U, 0620U, 0601U}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    EXPECT_THAT(read_private_file(path, 9).error().what,
                HasSubstr("run: chmod 600 '" + path.string() + "'"))
        << mode;
    EXPECT_TRUE(read_file(path, 9).has_value());
  }
  for (const mode_t mode : {0600U, 0400U}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    EXPECT_EQ(read_private_file(path, 9).value(), "k") << mode;
  }
}

TEST(ReadPrivateFile, RefusesASymbolicLinkEvenToAGoodFile) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("key", "k");
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  fs::create_symlink(path, folder / "link");
  EXPECT_THAT(read_private_file(folder / "link", 9).error().what, HasSubstr("symbolic link"));
  EXPECT_EQ(read_file(folder / "link", 9).value(), "k");
}

TEST(ReadPrivateFile, RefusesAnotherUsersFile) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const test::TemporaryFolder folder;
  const auto path = folder.write("key", "k");
  ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
  ASSERT_EQ(::chown(path.c_str(), 12345, 12345), 0);
  EXPECT_THAT(read_private_file(path, 9).error().what, HasSubstr("belongs to user 12345"));
}

TEST(WriteNewFile, WritesWholeWithTheModeAndLeavesNothingElse) {
  const test::TemporaryFolder folder;
  EXPECT_TRUE(write_new_file(folder / "key", "secret", 0600).value());
  EXPECT_EQ(folder.read("key"), "secret");
  EXPECT_EQ(mode_of(folder / "key"), 0600U);
  EXPECT_EQ(entries_in(folder.path()), 1);
}

TEST(WriteNewFile, NeverReplacesWhatIsThere) {
  const test::TemporaryFolder folder;
  folder.write("key", "old");
  EXPECT_FALSE(write_new_file(folder / "key", "new", 0600).value());
  EXPECT_EQ(folder.read("key"), "old");
  fs::create_symlink("nowhere", folder / "dangling");
  EXPECT_FALSE(write_new_file(folder / "dangling", "new", 0600).value());
  EXPECT_EQ(entries_in(folder.path()), 2);
}

TEST(WriteNewFile, HasOneWinnerAmongManyWriters) {
  const test::TemporaryFolder folder;
  std::vector<int> won(8, 0);
  std::vector<std::thread> writers;
  for (std::size_t i = 0; i < won.size(); ++i) {
    writers.emplace_back([&, i] {
      const auto written =
          write_new_file(folder / "key", std::string(4096, static_cast<char>('a' + i)), 0600);
      won[i] = written.has_value() && *written ? 1 : 0;
    });
  }
  for (auto& writer : writers) writer.join();
  const auto winner = std::find(won.begin(), won.end(), 1);
  ASSERT_EQ(std::count(won.begin(), won.end(), 1), 1);
  EXPECT_EQ(folder.read("key"), std::string(4096, static_cast<char>('a' + (winner - won.begin()))));
  EXPECT_EQ(entries_in(folder.path()), 1);
}

TEST(WriteNewFile, NamesTheFileThatCannotBe) {
  const test::TemporaryFolder folder;
  const auto written = write_new_file(folder / "no/such/key", "k", 0600);
  ASSERT_FALSE(written.has_value());
  EXPECT_THAT(written.error().what,
              testing::AllOf(HasSubstr("no/such/key"), HasSubstr("No such file or directory")));
}

TEST(ReplaceFile, TakesThePlaceOfWhatIsThereWithItsOwnMode) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(replace_file(folder / "kept", "first", 0644));
  EXPECT_EQ(mode_of(folder / "kept"), 0644U);
  ASSERT_TRUE(replace_file(folder / "kept", "second", 0600));
  EXPECT_EQ(folder.read("kept"), "second");
  EXPECT_EQ(mode_of(folder / "kept"), 0600U);
  EXPECT_EQ(entries_in(folder.path()), 1);
}

TEST(ReplaceFile, ReplacesASymbolicLinkAndNotWhatItNames) {
  const test::TemporaryFolder folder;
  folder.write("other", "other's");
  fs::create_symlink("other", folder / "kept");
  ASSERT_TRUE(replace_file(folder / "kept", "mine", 0600));
  EXPECT_EQ(folder.read("other"), "other's");
  EXPECT_EQ(folder.read("kept"), "mine");
  EXPECT_FALSE(fs::is_symlink(folder / "kept"));
}

TEST(ReplaceFile, LeavesNothingBehindWhereItFails) {
  const test::TemporaryFolder folder;
  fs::create_directory(folder / "kept");
  EXPECT_FALSE(replace_file(folder / "kept", "k", 0600));
  EXPECT_FALSE(replace_file(folder / "none/kept", "k", 0600));
  EXPECT_EQ(entries_in(folder.path()), 1);
}

TEST(MakePrivateFolder, MakesParentsAndIsForItsOwnerAlone) {
  const test::TemporaryFolder folder;
  ASSERT_TRUE(make_private_folder(folder / "a/b/").has_value());
  EXPECT_EQ(mode_of(folder / "a/b"), 0700U);
  EXPECT_EQ(mode_of(folder / "a"), 0700U);
  EXPECT_TRUE(make_private_folder(folder / "a/b").has_value()) << "again is no error";
}

TEST(MakePrivateFolder, SaysThatAFileIsInTheWay) {
  const test::TemporaryFolder folder;
  const auto path = folder.write("a", "");
  EXPECT_THAT(make_private_folder(path).error().what, HasSubstr("is not a folder"));
}

}  // namespace
}  // namespace cork::certs
