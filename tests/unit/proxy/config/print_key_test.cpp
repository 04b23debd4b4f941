#include "proxy/config/print_key.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace cork::config {
namespace {

constexpr FingerprintKey kOne{std::byte{1}}, kOther{std::byte{2}};

TEST(PrintKey, IsMadeOnceAndKeptForItsOwnerAlone) {
  const test::TemporaryFolder folder;
  const auto place = folder.path() / "ca";
  EXPECT_FALSE(read_print_key(place).has_value());
  EXPECT_EQ(keep_print_key(place, kOne), kOne);
  EXPECT_EQ(keep_print_key(place, kOther), kOne);
  EXPECT_EQ(read_print_key(place), kOne);
  const auto mode = std::filesystem::status(place / kPrintKeyName).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(PrintKey, OneThatOthersMayReadOrThatIsCutIsNotTaken) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(keep_print_key(folder.path(), kOne), kOne);
  std::filesystem::permissions(folder.path() / kPrintKeyName, std::filesystem::perms::others_read,
                               std::filesystem::perm_options::add);
  EXPECT_FALSE(read_print_key(folder.path()).has_value());
  EXPECT_EQ(keep_print_key(folder.path(), kOther), kOther);
}

}  // namespace
}  // namespace cork::config
