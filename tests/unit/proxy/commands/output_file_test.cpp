#include "proxy/commands/output_file.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

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

}  // namespace
}  // namespace cork::commands
