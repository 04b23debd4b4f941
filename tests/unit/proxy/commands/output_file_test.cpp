#include "proxy/commands/output_file.h"

#include "base/descriptor.h"
#include "tests/support/temporary_folder.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

namespace cork::commands {
namespace {

TEST(OutputFile, ReplacesWhatWasThereWholeAndWithItsMode) {
  test::TemporaryFolder folder;
  const auto path = folder.write("a.pem", "old and longer");
  ASSERT_TRUE(replace_file(path, "new", 0640));
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "new");
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST(OutputFile, LeavesNothingBehindWhereItFails) {
  test::TemporaryFolder folder;
  EXPECT_FALSE(replace_file(folder / "absent/a.pem", "x", 0600));
  std::filesystem::create_directories(folder / "taken/inner");
  const auto failed = replace_file(folder / "taken", "x", 0600);
  ASSERT_FALSE(failed);
  EXPECT_TRUE(failed.error().what.starts_with((folder / "taken").string() + ": "));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

// Somebody reads it, or it takes nothing: a file in its place would be neither.
TEST(OutputFile, WritesToWhatIsNoFileAndLeavesItThere) {
  test::TemporaryFolder folder;
  const auto pipe = folder / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const Descriptor reader(::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  ASSERT_TRUE(replace_file(pipe, "report", 0600));
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
  char read[16];
  ASSERT_EQ(::read(reader.get(), read, sizeof read), 6);
  EXPECT_EQ(std::string(read, 6), "report");
}

// As the shell does with what is redirected there.
TEST(OutputFile, GoesOnWhereADescriptorThatIsNamedStands) {
  test::TemporaryFolder folder;
  const auto path = folder.write("log", "before ");
  const Descriptor log(::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  ASSERT_TRUE(replace_file("/dev/fd/" + std::to_string(log.get()), "report", 0600));
  ASSERT_EQ(::write(log.get(), " after", 6), 6);
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "before report after");
}

TEST(OutputFile, SaysWhyADeviceTakesNothing) {
  if (!std::filesystem::is_character_file("/dev/full")) GTEST_SKIP() << "this machine has none";
  const auto failed = replace_file("/dev/full", "x", 0600);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().what, "/dev/full: No space left on device");
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

}  // namespace
}  // namespace cork::commands
