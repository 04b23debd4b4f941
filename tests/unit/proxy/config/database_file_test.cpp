#include "proxy/config/database_file.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace cork::config {
namespace {

namespace fs = std::filesystem;

constexpr auto kBoth = DatabaseFile::Use::read_and_write;
const std::string kImage("an image\n\0with a NUL", 20);

class DatabaseFileTest : public testing::Test {
 protected:
  // In a folder that is not there yet.
  const test::TemporaryFolder folder_;
  const fs::path path_ = folder_ / "ca/rules.hsdb";
  DatabaseFile file_{path_, kBoth};

  std::optional<std::string> kept() { return DatabaseFile(path_, kBoth).load(); }
};

mode_t mode_of(const fs::path& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

TEST_F(DatabaseFileTest, GivesBackWhatWasKeptLast) {
  EXPECT_EQ(file_.load(), std::nullopt);
  file_.keep("an older one");
  file_.keep(kImage);
  EXPECT_EQ(kept(), kImage);
  EXPECT_EQ(mode_of(path_), 0600U);
  EXPECT_EQ(mode_of(path_.parent_path()), 0700U);
}

TEST_F(DatabaseFileTest, WritesNothingWhereItMayOnlyRead) {
  DatabaseFile reader(path_, DatabaseFile::Use::read);
  reader.keep(kImage);
  EXPECT_FALSE(fs::exists(path_.parent_path()));
  file_.keep(kImage);
  EXPECT_EQ(reader.load(), kImage);
}

TEST_F(DatabaseFileTest, DoesNotTrustWhatOthersMayWriteAndReplacesIt) {
  for (const mode_t mode : {0620U, 0602U, 0666U}) {
    file_.keep("old");
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
    EXPECT_EQ(kept(), std::nullopt) << mode;
    file_.keep(kImage);
    EXPECT_EQ(kept(), kImage);
    EXPECT_EQ(mode_of(path_), 0600U);
  }
}

TEST_F(DatabaseFileTest, DoesNotTrustAnothersFile) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  file_.keep(kImage);
  ASSERT_EQ(::chown(path_.c_str(), 12345, 12345), 0);
  EXPECT_EQ(kept(), std::nullopt);
  file_.keep(kImage);
  EXPECT_EQ(kept(), kImage);
}

TEST_F(DatabaseFileTest, FollowsNoSymbolicLink) {
  file_.keep(kImage);
  fs::rename(path_, folder_ / "elsewhere");
  fs::create_symlink(folder_ / "elsewhere", path_);
  EXPECT_EQ(kept(), std::nullopt);
  file_.keep("new");
  EXPECT_EQ(kept(), "new");
  EXPECT_EQ(folder_.read("elsewhere"), kImage);
}

TEST_F(DatabaseFileTest, GoesWithoutWhereItCannotWrite) {
  folder_.write("ca", "a file in the folder's place");
  file_.keep(kImage);
  EXPECT_EQ(kept(), std::nullopt);
  DatabaseFile nowhere("/proc/none/rules.hsdb", kBoth);
  nowhere.keep(kImage);
  EXPECT_EQ(nowhere.load(), std::nullopt);
}

TEST_F(DatabaseFileTest, IsWholeWhoeverWritesMeanwhile) {
  constexpr std::size_t kBytes = 64 << 10;
  file_.keep(std::string(kBytes, 'z'));
  std::vector<std::thread> writers;
  for (char c = 'a'; c < 'e'; ++c) {
    writers.emplace_back([&, c] {
      DatabaseFile own(path_, kBoth);
      for (int i = 0; i < 8; ++i) own.keep(std::string(kBytes, c));
    });
  }
  for (int i = 0; i < 50; ++i) {
    const auto seen = kept();
    ASSERT_TRUE(seen);
    ASSERT_EQ(*seen, std::string(kBytes, seen->front()));
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_NE(kept()->front(), 'z');
  const auto left = fs::directory_iterator(path_.parent_path());
  EXPECT_EQ(std::distance(left, fs::directory_iterator()), 1) << "no temporary file stays";
}

}  // namespace
}  // namespace cork::config
