#include "base/size_text.h"

#include <gtest/gtest.h>

namespace cork {
namespace {

TEST(SizeText, HasTheLargestUnitThatLeavesNoFraction) {
  EXPECT_EQ(size_text(0), "0 bytes");
  EXPECT_EQ(size_text(1000), "1000 bytes");
  EXPECT_EQ(size_text(1024), "1 KiB");
  EXPECT_EQ(size_text(1536), "1536 bytes");
  EXPECT_EQ(size_text(64u << 20), "64 MiB");
  EXPECT_EQ(size_text(std::uint64_t{3} << 30), "3 GiB");
  EXPECT_EQ(size_text(std::uint64_t{1} << 40), "1 TiB");
  EXPECT_EQ(size_text(std::uint64_t{1} << 50), "1024 TiB");
}

}  // namespace
}  // namespace cork
