#include "proxy/app/file_watch.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace cork::app {
namespace {

class FileWatchTest : public ::testing::Test {
 protected:
  test::TemporaryFolder folder;
};

TEST_F(FileWatchTest, WhatStaysAsItIsIsNoChange) {
  folder.write("a", "one");
  FileWatch watch({folder / "a", folder / "none"});
  EXPECT_FALSE(watch.changed());
  EXPECT_FALSE(watch.changed());
}

TEST_F(FileWatchTest, AChangeIsToldOnceItIsStill) {
  folder.write("a", "one");
  FileWatch watch({folder / "a"});
  folder.write("a", "longer");
  EXPECT_FALSE(watch.changed());  // it may still be being written
  folder.write("a", "longer still");
  EXPECT_FALSE(watch.changed());
  EXPECT_TRUE(watch.changed());
  EXPECT_FALSE(watch.changed());
}

TEST_F(FileWatchTest, SeesAFileThatIsRenamedOverAnother) {
  folder.write("a", "one");
  FileWatch watch({folder / "a"});
  folder.write("b", "two");
  std::filesystem::rename(folder / "b", folder / "a");
  EXPECT_FALSE(watch.changed());
  EXPECT_TRUE(watch.changed());
}

// Errors ask for that.
TEST_F(FileWatchTest, SeesThatOthersMayReadItNoLonger) {
  folder.write("a", "one");
  FileWatch watch({folder / "a"});
  using std::filesystem::perms;
  std::filesystem::permissions(folder / "a", perms::owner_read);
  EXPECT_FALSE(watch.changed());
  EXPECT_TRUE(watch.changed());
}

TEST_F(FileWatchTest, AFileThatGoesAndComesAgainChangesTwice) {
  folder.write("a", "one");
  FileWatch watch({folder / "a"});
  std::filesystem::remove(folder / "a");
  EXPECT_FALSE(watch.changed());
  EXPECT_TRUE(watch.changed());
  folder.write("a", "one");
  EXPECT_FALSE(watch.changed());
  EXPECT_TRUE(watch.changed());
}

}  // namespace
}  // namespace cork::app
