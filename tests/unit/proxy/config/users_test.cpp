#include "proxy/config/users.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cork::config {
namespace {

using testing::HasSubstr;

TEST(Users, HaveANumberOrAName) {
  EXPECT_EQ(uid_of("0").value(), 0U);
  EXPECT_EQ(uid_of("1001").value(), 1001U);
  EXPECT_EQ(uid_of("4294967294").value(), 4294967294U);
  EXPECT_EQ(uid_of("root").value(), 0U);
}

TEST(Users, ThatAreNoneAreSaid) {
  EXPECT_THAT(uid_of("no-such-user-here").error().what, HasSubstr("no user 'no-such-user-here'"));
  for (const char* text :
       {"", "-1", "1e3", "0x1", "4294967295", "4294967296", "99999999999", "01"}) {
    EXPECT_FALSE(uid_of(text)) << text;
  }
}

}  // namespace
}  // namespace cork::config
