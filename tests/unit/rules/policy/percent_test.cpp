#include "rules/policy/percent.h"

#include <gtest/gtest.h>

namespace cork::policy {
namespace {

TEST(Percent, TakesEveryEscapeOffOnce) {
  EXPECT_EQ(percent_decoded("/a%2Fb%2fc"), "/a/b/c");
  EXPECT_EQ(percent_decoded("%252e"), "%2e");
  EXPECT_EQ(percent_decoded("100%"), "100%");
  EXPECT_EQ(percent_decoded("%4"), "%4");
  EXPECT_EQ(percent_decoded("%zz%41"), "%zzA");
  EXPECT_EQ(percent_decoded(""), "");
}

TEST(Percent, SeesEscapesAndControlCharacters) {
  EXPECT_TRUE(holds_escape("a%20"));
  EXPECT_TRUE(holds_escape("%%20"));
  EXPECT_FALSE(holds_escape("100% of %2"));
  EXPECT_EQ(escape_at("%7f", 0), 0x7F);
  EXPECT_EQ(escape_at("%7f", 1), -1);
  EXPECT_TRUE(holds_control("a\x7F"));
  EXPECT_TRUE(holds_control(std::string_view("\0", 1)));
  EXPECT_FALSE(holds_control("a\xC3\xA9"));
}

}  // namespace
}  // namespace cork::policy
