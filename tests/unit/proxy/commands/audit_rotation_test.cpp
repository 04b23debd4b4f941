#include "proxy/commands/audit_rotation.h"

#include "audit_log.h"
#include "proxy/audit/log.h"
#include "tests/support/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

namespace cork::commands {
namespace {

using testing::ElementsAre;

class Rotation : public testing::Test {
 protected:
  void append(const std::string& file, const std::string& text) {
    std::ofstream(folder_ / file, std::ios::app) << text;
  }
  void rename(const std::string& from, const std::string& to) {
    std::filesystem::rename(folder_ / from, folder_ / to);
  }
  static std::vector<std::string> ids_of(RotatingLog& log) {
    std::vector<std::string> ids;
    while (auto event = log.next()) ids.push_back(event->id);
    return ids;
  }
  RotatingLog open() { return *RotatingLog::open(folder_ / "log"); }

  test::TemporaryFolder folder_;
};

TEST_F(Rotation, NoLineOfTheOldFileIsLostWhereItIsStillWrittenAfterTheNewOneWasMade) {
  append("log", refused_line("01A"));
  RotatingLog log = open();
  EXPECT_THAT(ids_of(log), ElementsAre("01A"));
  rename("log", "log.1");
  append("log", "");  // as logrotate's `create` does
  append("log.1", refused_line("01B"));
  EXPECT_THAT(ids_of(log), ElementsAre("01B"));
  // What was written before the writer opened the new file is read before what is in that.
  append("log.1", refused_line("01C"));
  append("log", refused_line("01D"));
  EXPECT_THAT(ids_of(log), ElementsAre("01C", "01D"));
  append("log", refused_line("01E"));
  EXPECT_THAT(ids_of(log), ElementsAre("01E"));
  EXPECT_EQ(log.skipped(), 0U);
}

TEST_F(Rotation, FollowsSeveralWhereNothingWasWrittenInBetween) {
  append("log", "");
  RotatingLog log = open();
  for (int i = 1; i <= 3; ++i) {
    rename("log", fmt::format("log.{}", i));
    append("log", "");
    EXPECT_TRUE(ids_of(log).empty());
  }
  append("log.2", refused_line("01A"));
  EXPECT_THAT(ids_of(log), ElementsAre("01A"));
  append("log", refused_line("01B"));
  EXPECT_THAT(ids_of(log), ElementsAre("01B"));
}

TEST_F(Rotation, CountsATornLineAtTheEndOfTheOldFileOnce) {
  append("log", refused_line("01A") + "{\"event\":");
  RotatingLog log = open();
  EXPECT_THAT(ids_of(log), ElementsAre("01A"));
  rename("log", "log.1");
  append("log", refused_line("01B"));
  EXPECT_THAT(ids_of(log), ElementsAre("01B"));
  EXPECT_EQ(log.skipped(), 1U);
}

TEST_F(Rotation, ALogThatIsCutAndBegunAnewIsReadFromItsBeginning) {
  append("log", refused_line("01A") + refused_line("01B"));
  RotatingLog log = open();
  EXPECT_THAT(ids_of(log), ElementsAre("01A", "01B"));
  std::filesystem::resize_file(folder_ / "log", 0);
  EXPECT_TRUE(ids_of(log).empty());
  append("log", refused_line("01C"));
  EXPECT_THAT(ids_of(log), ElementsAre("01C"));
}

TEST_F(Rotation, TheRestIsALastLineWithoutItsNewline) {
  std::string line = refused_line("01B");
  line.pop_back();
  append("log", refused_line("01A") + line);
  RotatingLog log = open();
  EXPECT_THAT(ids_of(log), ElementsAre("01A"));
  const auto rest = log.rest();
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->id, "01B");
  EXPECT_FALSE(log.rest());
}

TEST_F(Rotation, NeedsAFile) {
  EXPECT_FALSE(RotatingLog::open(folder_ / "log"));
}

// The writer as it is, and a rotation as logrotate does it, at any moment in between.
TEST_F(Rotation, WhileTheLogIsWrittenAndRotatedEveryLineIsReadOnceAndInOrder) {
  constexpr int kLines = 6000, kEvery = 250;
  auto writer = *audit::Log::open(folder_ / "log");
  RotatingLog log = open();
  std::atomic<int> written = 0, taken = 0;
  std::atomic<bool> done = false;
  int rotations = 0;
  std::jthread write([&] {
    for (int i = 0; i < kLines; ++i) {
      while (i > taken + 2 * kEvery) std::this_thread::yield();  // no faster than it is read
      std::string line = refused_line(fmt::format("01{:06}", i));
      line.pop_back();
      EXPECT_TRUE(writer->append(line));
      ++written;
    }
    done = true;
  });
  std::jthread rotate([&] {
    int before = 0;  // so many lines were written before the file that is there now
    for (int round = 1; round * kEvery < kLines; ++round) {
      while (written < round * kEvery) std::this_thread::yield();
      // A reader that has not even seen the file before it goes cannot know of it.
      while (taken <= before && !done) std::this_thread::yield();
      if (done) return;
      rename("log", fmt::format("log.{}", round));
      if (round % 2 == 0) append("log", "");
      EXPECT_TRUE(writer->reopen());
      before = written + 1;  // one may be on its way
      ++rotations;
    }
  });
  std::vector<std::string> read;
  const auto take = [&] {
    while (auto event = log.next()) {
      read.push_back(event->id);
      ++taken;
    }
  };
  while (!done) take();
  write.join();
  rotate.join();
  take();
  EXPECT_GE(rotations, 1);
  ASSERT_EQ(read.size(), static_cast<std::size_t>(kLines));
  for (int i = 0; i < kLines; ++i) {
    EXPECT_EQ(read[static_cast<std::size_t>(i)], fmt::format("01{:06}", i));
  }
}

}  // namespace
}  // namespace cork::commands
