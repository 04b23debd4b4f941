#include "rules/secrets/assignment.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cork::secrets {
namespace {

TEST(Assignment, IsAllThatStandsBetweenANameAndASecret) {
  const std::string name = "(?i:key|token)[A-Za-z0-9_.-]{0,20}";
  for (const std::string group : {"([a-z]{16})", "([A-Za-z0-9=.:|-]{14}(?:[a-z(]{3}){0,6})"}) {
    EXPECT_EQ(is_assigned(name + "{assign}" + group), !group.contains("[a-z(]")) << group;
  }
  EXPECT_TRUE(is_assigned("(?:a|b)" + name + "{assign}((?:a|b){8})"));
}

TEST(Assignment, IsNotWhereAnythingElseMayStand) {
  const std::string name = "(?i:key)[A-Za-z0-9_.-]{0,20}";
  const std::string assigned = name + "{assign}([a-z]{8})";
  ASSERT_TRUE(is_assigned(assigned));
  const std::vector<std::string> others{name + "([a-z]{16})",
                                        name + "{assign}[a-z]{16}",
                                        name + "{assign}(?:[a-z]{16})",
                                        assigned + "([a-z]{8})",
                                        assigned + "\\b",
                                        assigned + "|x",
                                        "x|" + assigned,
                                        "(?i:x){assign}" + assigned,
                                        name + " {assign}([a-z]{8})",
                                        "(?i:key)[a-z]{0,20}{assign}([a-z]{8})",
                                        "(?i:key){assign}([a-z]{8})"};
  for (const std::string& regex : others) {
    EXPECT_FALSE(is_assigned(regex)) << regex;
  }
}

}  // namespace
}  // namespace cork::secrets
