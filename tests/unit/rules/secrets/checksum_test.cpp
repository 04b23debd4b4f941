#include "rules/secrets/checksum.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

// The CRC-32 of these nine digits is 0xcbf43926 (its "check" value).
TEST(Checksum, IsTheCrc32InBase62) {
  EXPECT_EQ(crc32_in_base62("123456789", 6), "3jZRME");
  EXPECT_EQ(crc32_in_base62("", 6), "000000");
  EXPECT_EQ(crc32_in_base62("123456789", 2), std::string("3jZRME").substr(4));
}

TEST(Checksum, IsOfWhatStandsBehindThePrefix) {
  const std::string token = "ghp_123456789" + crc32_in_base62("123456789", 6);
  EXPECT_TRUE(ends_in_crc32(token));
  EXPECT_TRUE(ends_in_crc32("a_b_" + token.substr(4)));
  EXPECT_FALSE(ends_in_crc32(token.substr(0, token.size() - 1)));
  for (std::size_t i = 4; i < token.size(); ++i) {
    std::string other = token;
    other[i] = other[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(ends_in_crc32(other)) << i;
  }
  EXPECT_FALSE(ends_in_crc32("ghp_12345"));
  EXPECT_FALSE(ends_in_crc32(""));
}

}  // namespace
}  // namespace cork::secrets
