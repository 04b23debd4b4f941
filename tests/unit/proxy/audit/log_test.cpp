#include "proxy/audit/log.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace cork::audit {
namespace {

namespace fs = std::filesystem;

class LogTest : public ::testing::Test {
 protected:
  static std::string content(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  static unsigned mode(const fs::path& path) {
    struct stat status{};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
  }
  static std::unique_ptr<Log> open(const fs::path& path) {
    auto log = Log::open(path);
    EXPECT_TRUE(log.has_value()) << (log ? "" : log.error().what);
    return log ? std::move(*log) : nullptr;
  }

  test::TemporaryFolder temporary_;
  fs::path folder_ = temporary_.path();
  fs::path path_ = folder_ / "audit.jsonl";
};

TEST_F(LogTest, AppendsWholeLines) {
  const auto log = open(path_);
  ASSERT_TRUE(log);
  EXPECT_TRUE(log->append("{\"a\":1}"));
  EXPECT_TRUE(log->append("{\"a\":2}"));
  EXPECT_EQ(content(path_), "{\"a\":1}\n{\"a\":2}\n");
  EXPECT_EQ(log->lines(), 2U);
  EXPECT_TRUE(log->healthy());
}

TEST_F(LogTest, MakesFoldersAndFileForTheOwnerAlone) {
  const fs::path deep = folder_ / "state" / "cork" / "audit.jsonl";
  ASSERT_TRUE(open(deep));
  EXPECT_EQ(mode(folder_ / "state"), 0700U);
  EXPECT_EQ(mode(folder_ / "state" / "cork"), 0700U);
  EXPECT_EQ(mode(deep), 0600U);
}

TEST_F(LogTest, KeepsWhatIsThere) {
  std::ofstream(path_) << "{\"old\":1}\n";
  EXPECT_TRUE(open(path_)->append("{\"new\":1}"));
  EXPECT_EQ(content(path_), "{\"old\":1}\n{\"new\":1}\n");
}

TEST_F(LogTest, ClosesALineThatACrashTore) {
  std::ofstream(path_) << "{\"old\":1}\n{\"half";
  const auto log = open(path_);
  EXPECT_TRUE(log->append("{\"new\":1}"));
  EXPECT_TRUE(log->append("{\"new\":2}"));
  EXPECT_EQ(content(path_), "{\"old\":1}\n{\"half\n{\"new\":1}\n{\"new\":2}\n");
}

TEST_F(LogTest, RefusesARecordOfSeveralLines) {
  const auto log = open(path_);
  EXPECT_FALSE(log->append("{}\n{\"forged\":1}"));
  EXPECT_EQ(content(path_), "");
}

TEST_F(LogTest, SaysThatTheDiskIsFull) {
  const auto log = open("/dev/full");
  ASSERT_TRUE(log);
  const auto written = log->append("{}");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().what.find("No space left"), std::string::npos) << written.error().what;
  EXPECT_NE(written.error().what.find("/dev/full"), std::string::npos);
  EXPECT_FALSE(log->healthy());
  EXPECT_EQ(log->lines(), 0U);
}

// A limit on the size of files makes the kernel take half a line, as a full disk does.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    previous_handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &previous_);
    rlimit limit = previous_;
    limit.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &previous_);
    (void)std::signal(SIGXFSZ, previous_handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit previous_{};
  void (*previous_handler_)(int) = SIG_DFL;
};

TEST_F(LogTest, TakesBackALineThatDidNotFitAndGoesOnOnceThereIsSpaceAgain) {
  const auto log = open(path_);
  ASSERT_TRUE(log->append("{\"first\":1}"));
  bool second = true, third = true;
  {
    const FileSizeLimit limit(fs::file_size(path_) + 5);
    second = log->append("{\"second\":2}").has_value();
    third = log->append("{\"third\":3}").has_value();
  }
  EXPECT_FALSE(second);
  EXPECT_FALSE(third);
  EXPECT_FALSE(log->healthy());
  EXPECT_EQ(content(path_), "{\"first\":1}\n");
  EXPECT_TRUE(log->append("{\"fourth\":4}"));
  EXPECT_EQ(content(path_), "{\"first\":1}\n{\"fourth\":4}\n");
  EXPECT_TRUE(log->healthy());
  EXPECT_EQ(log->lines(), 2U);
}

// The next line's newline must not complete one of which the caller was told that it failed.
TEST_F(LogTest, ALineOfWhichAllButItsNewlineFittedIsNotThere) {
  const auto log = open(path_);
  ASSERT_TRUE(log->append("{}"));
  for (const rlim_t room : {7U, 2U, 1U}) {
    const FileSizeLimit limit(fs::file_size(path_) + room);
    EXPECT_FALSE(log->append("{\"a\":1}"));
  }
  EXPECT_EQ(content(path_), "{}\n");
  EXPECT_TRUE(log->append("{\"b\":2}"));
  EXPECT_EQ(content(path_), "{}\n{\"b\":2}\n");
}

TEST_F(LogTest, FollowsARotationOnlyWhenTold) {
  const auto log = open(path_);
  ASSERT_TRUE(log->append("{\"a\":1}"));
  const fs::path rotated = folder_ / "audit.jsonl.1";
  fs::rename(path_, rotated);
  EXPECT_TRUE(log->append("{\"a\":2}"));
  EXPECT_EQ(content(rotated), "{\"a\":1}\n{\"a\":2}\n");
  EXPECT_TRUE(log->reopen());
  EXPECT_TRUE(log->append("{\"a\":3}"));
  EXPECT_EQ(content(path_), "{\"a\":3}\n");
}

// A line that completes an exchange may not be lost to a full disk.
TEST_F(LogTest, WhatIsOwedGoesFirstOnceThereIsSpaceAgain) {
  const auto log = open(path_);
  ASSERT_TRUE(log->append("{\"open\":1}"));
  {
    const FileSizeLimit limit(fs::file_size(path_));
    log->append_owed("{\"close\":1}");
    log->append_owed("{\"close\":2}");
    EXPECT_FALSE(log->append("{\"open\":3}"));
  }
  EXPECT_EQ(log->owed(), 2U);
  EXPECT_TRUE(log->append("{\"open\":4}"));
  EXPECT_EQ(log->owed(), 0U);
  EXPECT_EQ(content(path_), "{\"open\":1}\n{\"close\":1}\n{\"close\":2}\n{\"open\":4}\n");
  log->append_owed("{\"close\":4}");
  EXPECT_EQ(log->owed(), 0U);
}

TEST_F(LogTest, GrowsNoFurtherThanItsLimitButForWhatCompletesALine) {
  const auto log = open(path_);
  log->limit(40);
  EXPECT_TRUE(log->append(std::string(19, 'a')));
  EXPECT_TRUE(log->append(std::string(19, 'b')));
  const auto third = log->append("c");
  ASSERT_FALSE(third);
  EXPECT_NE(third.error().what.find("audit.max_bytes"), std::string::npos) << third.error().what;
  EXPECT_FALSE(log->healthy());
  log->append_owed("close");
  EXPECT_EQ(fs::file_size(path_), 46U);
  log->limit(60);
  EXPECT_TRUE(log->append("d"));
  EXPECT_TRUE(log->healthy());
  log->limit(0);
  EXPECT_TRUE(log->append(std::string(1000, 'e')));
}

TEST_F(LogTest, KnowsThatLittleRoomIsLeftAndThatThereIsSomeAgain) {
  const auto log = open(path_);
  log->limit(80'000);
  EXPECT_FALSE(log->room().is_short());
  while (fs::file_size(path_) < 71'000) EXPECT_TRUE(log->append(std::string(199, 'a')));
  ASSERT_TRUE(log->room().is_short());
  EXPECT_LE(log->room().bytes, 10'000U);
  EXPECT_GE(log->room().bytes, 9'000U);
  const auto period = log->room().period;
  EXPECT_TRUE(log->append("b"));
  EXPECT_EQ(log->room().period, period);
  // Rotated.
  fs::rename(path_, folder_ / "old");
  EXPECT_TRUE(log->reopen());
  EXPECT_FALSE(log->room().is_short());
}

TEST_F(LogTest, ADeletedLogThatHadReachedItsLimitIsMadeAnew) {
  const auto log = open(path_);
  log->limit(10);
  EXPECT_FALSE(log->append(std::string(10, 'a')));
  EXPECT_TRUE(log->append(std::string(9, 'a')));
  EXPECT_FALSE(log->append("b"));
  fs::remove(path_);
  EXPECT_TRUE(log->append("b"));
  EXPECT_EQ(content(path_), "b\n");
}

TEST_F(LogTest, SeesAtItsNextLookWhatOthersWrote) {
  const auto log = open(path_);
  log->limit(80'000);
  std::ofstream(path_, std::ios::app) << std::string(75'000, 'x') << '\n';
  EXPECT_FALSE(log->room().is_short());
  log->look();
  EXPECT_TRUE(log->room().is_short());
}

TEST_F(LogTest, HasNoBoundWhereItIsNoFile) {
  const auto log = open("/dev/null");
  log->limit(10);
  EXPECT_TRUE(log->append(std::string(100, 'a')));
  EXPECT_FALSE(log->room().is_short());
}

TEST_F(LogTest, MakesADeletedLogAnew) {
  const auto log = open(path_);
  ASSERT_TRUE(log->append("{\"a\":1}"));
  fs::remove(path_);
  EXPECT_TRUE(log->append("{\"a\":2}"));
  EXPECT_EQ(content(path_), "{\"a\":2}\n");
}

TEST_F(LogTest, KeepsTheOldFileWhenTheNewOneCannotBeOpened) {
  const auto log = open(path_);
  fs::rename(path_, folder_ / "old");
  fs::create_directory(path_);
  EXPECT_FALSE(log->reopen());
  EXPECT_TRUE(log->append("{\"a\":1}"));
  EXPECT_EQ(content(folder_ / "old"), "{\"a\":1}\n");
}

TEST_F(LogTest, NamesThePathOfWhatCannotBeOpened) {
  const fs::path fifo = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  std::ofstream(folder_ / "file") << "x";
  for (const fs::path& path : {fifo, folder_, folder_ / "file" / "audit.jsonl"}) {
    const auto log = Log::open(path);
    ASSERT_FALSE(log) << path;
    EXPECT_NE(log.error().what.find(path.string().substr(0, folder_.string().size())),
              std::string::npos)
        << log.error().what;
    EXPECT_NE(log.error().what.find("audit.path"), std::string::npos) << log.error().what;
  }
}

TEST_F(LogTest, MixesNoLinesOfSeveralThreads) {
  const auto log = open(path_);
  constexpr int threads = 4, lines = 500;
  {
    std::vector<std::jthread> writers;
    for (int t = 0; t < threads; ++t) {
      writers.emplace_back([&log, t] {
        const std::string line = "{\"x\":\"" + std::string(200, static_cast<char>('a' + t)) + "\"}";
        for (int i = 0; i < lines; ++i) EXPECT_TRUE(log->append(line));
      });
    }
  }
  std::ifstream in(path_);
  std::string line;
  int count = 0;
  while (std::getline(in, line)) {
    ++count;
    ASSERT_EQ(line.size(), 208U);
    ASSERT_EQ(line.find_first_not_of(line[6], 6), 206U);
  }
  EXPECT_EQ(count, threads * lines);
  EXPECT_EQ(log->lines(), static_cast<std::uint64_t>(threads * lines));
}

}  // namespace
}  // namespace cork::audit
