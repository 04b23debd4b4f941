#include "proxy/commands/scan_glob.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace cork::commands {
namespace {

constexpr std::size_t kEnough = 1'000'000;

bool matches(std::string_view pattern, const std::vector<std::string_view>& path,
             std::size_t steps = kEnough) {
  const auto glob = GitGlob::parse(pattern);
  return glob && glob->matches(path, steps);
}

TEST(GitGlobTest, HasTheClassesOfPosix) {
  EXPECT_TRUE(matches("[[:digit:]]", {"7"}));
  EXPECT_FALSE(matches("[[:digit:]]", {"a"}));
  EXPECT_TRUE(matches("[![:digit:]]", {"a"}));
  EXPECT_TRUE(matches("x[[:upper:]_[:digit:]]y", {"x_y"}));
  EXPECT_FALSE(matches("x[[:upper:]_]y", {"xay"}));
  EXPECT_TRUE(matches("[[:]", {"["})) << "no class without ':]'";
  EXPECT_TRUE(matches("[[:digit]", {":"})) << "those characters";
  EXPECT_TRUE(matches("[]-a]", {"^"})) << "from ']' to 'a'";
  EXPECT_TRUE(matches("[a-]", {"-"}));
  EXPECT_FALSE(matches("[a-c-e]", {"d"})) << "no range begins where one ended";
}

TEST(GitGlobTest, IsNoneWhereNothingMatches) {
  for (const char* pattern : {"", "/", "[a", "x[", "[[:nosuch:]]", "[\\]", "a\\", "a//b", "//a"}) {
    EXPECT_FALSE(GitGlob::parse(pattern)) << pattern;
  }
  EXPECT_TRUE(GitGlob::parse("a\\\\"));
}

TEST(GitGlobTest, PartsAtSlashesThatAreInNoClass) {
  EXPECT_TRUE(matches("a[/x]b/c", {"axb", "c"}));
  EXPECT_FALSE(matches("a[/x]b", {"a", "b"}));
  EXPECT_TRUE(matches("a\\/b", {"a", "b"}));
  EXPECT_TRUE(matches("***/a", {"x", "y", "a"}));
  EXPECT_TRUE(matches("**\\/a", {"x", "a"}));
  EXPECT_FALSE(matches("**\\/a", {"a"})) << "so it is in git";
}

// Each of these would look for the same end.
TEST(GitGlobTest, ReadsAMillionBeginningsOfNamedClassesOnce) {
  std::string pattern = "[";
  for (int i = 0; i < 500'000; ++i) pattern += "[:";
  EXPECT_TRUE(matches(pattern + "x]", {":"}, 10'000'000));
}

TEST(GitGlobTest, MatchesNothingWhereNoStepIsLeft) {
  const std::string part(200, 'a'), pattern = '*' + std::string(100, 'a') + 'b';
  std::size_t steps = 2000;
  EXPECT_FALSE(GitGlob::parse(pattern)->matches(std::vector<std::string_view>{part}, steps));
  EXPECT_EQ(steps, 0U);
  EXPECT_TRUE(matches("a", {"a"}, 100));
}

}  // namespace
}  // namespace cork::commands
