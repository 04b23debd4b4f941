#include "rules/gitleaks/ignore_list.h"

#include <gtest/gtest.h>

namespace cork::gitleaks {
namespace {

Finding found(const std::string& file, const std::string& rule, std::size_t line) {
  Finding finding;
  finding.file = file;
  finding.rule = rule;
  finding.start_line = line;
  return finding;
}

TEST(IgnoreListTest, HoldsFingerprintsByFileRuleAndLine) {
  IgnoreList list;
  const Diagnostics odd = list.add(
      "# a comment\n\n  a\\b.py:some-token:3  \r\nabcdef:c.py:other:4\nno fingerprint\n", "ignore");
  EXPECT_TRUE(list.holds(found("a/b.py", "some-token", 3)));
  EXPECT_FALSE(list.holds(found("a/b.py", "some-token", 4)));
  EXPECT_FALSE(list.holds(found("c.py", "other", 4))) << "that one is for a commit";
  ASSERT_EQ(odd.size(), 1U);
  EXPECT_EQ(odd[0].where, (Where{"ignore", 5, 1}));
}

}  // namespace
}  // namespace cork::gitleaks
