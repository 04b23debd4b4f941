#include "proxy/config/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace cork::config {
namespace {

using testing::HasSubstr;

TEST(File, IsReadWholeOrNotAtAll) {
  std::string name = (std::filesystem::temp_directory_path() / "cork-file-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  const auto file = folder / "a";
  const std::string text(40'000, 'x');
  std::ofstream(file) << text;
  EXPECT_EQ(read_file(file, 40'000).value(), text);
  const auto large = read_file(file, 39'999);
  ASSERT_FALSE(large);
  EXPECT_THAT(render(large.error()), HasSubstr("larger than 39999 bytes"));
  const auto missing = read_file(folder / "b", 10);
  ASSERT_FALSE(missing);
  EXPECT_THAT(render(missing.error()), HasSubstr("there is no such file"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace cork::config
