#include "proxy/commands/scan_git_index.h"

#include "git_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cork::commands {
namespace {

using test::git_index;
using testing::HasSubstr;

constexpr std::size_t kMost = 1 << 20;
constexpr std::size_t kSha256 = 32;

std::string problem_of(std::string_view bytes, std::size_t most = kMost) {
  const auto index = GitIndex::parse(bytes, most);
  return index ? "" : index.error().what;
}

TEST(GitIndexTest, HoldsTheNamesOfEveryVersionAndHash) {
  const std::string deep = "src/" + std::string(300, 'd') + "/x";
  for (const unsigned version : {2U, 3U, 4U}) {
    for (const std::size_t hash : {std::size_t{20}, kSha256}) {
      const auto index = GitIndex::parse(
          git_index(version, {".env", "a", "src/a.c", deep, "src/module"}, hash), kMost);
      ASSERT_TRUE(index) << version << ' ' << hash << ' ' << index.error().what;
      for (const char* path : {".env", "a", "src/a.c", "src/module"}) {
        EXPECT_TRUE(index->holds(path)) << path;
      }
      EXPECT_TRUE(index->holds(deep));
      for (const char* path : {"", ".en", ".envx", "src", "src/", "z"}) {
        EXPECT_FALSE(index->holds(path)) << path;
      }
      EXPECT_TRUE(index->holds_in("src"));
      EXPECT_TRUE(index->holds_in("src/module")) << "a submodule";
      EXPECT_FALSE(index->holds_in("sr"));
      EXPECT_FALSE(index->holds_in("z"));
    }
  }
}

TEST(GitIndexTest, HoldsNothingWhereNothingIsInIt) {
  EXPECT_FALSE(GitIndex().holds(""));
  EXPECT_FALSE(GitIndex().holds_in("src"));
  EXPECT_EQ(problem_of(git_index(2, {})), "");
}

// As while a merge is not done.
TEST(GitIndexTest, TakesANameThatComesTwice) {
  const auto index = GitIndex::parse(git_index(4, {"a", "a", "b"}), kMost);
  ASSERT_TRUE(index);
  EXPECT_TRUE(index->holds("a"));
  EXPECT_TRUE(index->holds("b"));
}

TEST(GitIndexTest, RefusesWhatItDoesNotUnderstand) {
  const std::string good = git_index(2, {"a", "b"});
  EXPECT_EQ(problem_of(good), "");
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_NE(problem_of(good.substr(0, length)), "") << length;
  }
  EXPECT_EQ(problem_of("PACK" + good.substr(4)), "this is no index of git's");
  EXPECT_THAT(problem_of(git_index(5, {"a"})), HasSubstr("version 5"));
  EXPECT_EQ(problem_of(git_index(2, {"b", "a"})), "the index is broken");
  EXPECT_EQ(problem_of(git_index(2, {""})), "the index is broken");
  EXPECT_THAT(problem_of(git_index(2, {std::string(5000, 'a')})), HasSubstr("too long"));
  EXPECT_EQ(problem_of(git_index(2, {"a"}, 20, "TREE")), "");
  EXPECT_THAT(problem_of(git_index(2, {"a"}, 20, "half")), HasSubstr("'half'"));
  EXPECT_THAT(problem_of(git_index(2, {"a"}, 20, "sdir")), HasSubstr("sparse"));
}

// Such names as the other half has are left empty in this one.
TEST(GitIndexTest, SaysThatAnIndexIsSplitAndNotThatItIsBroken) {
  for (const std::size_t hash : {std::size_t{20}, kSha256}) {
    EXPECT_THAT(problem_of(git_index(2, {"", "", "a"}, hash, "link")), HasSubstr("split"));
  }
}

// Of a few bytes each, version 4 makes names as long as it likes.
TEST(GitIndexTest, HoldsNoMoreThanItIsTold) {
  std::vector<std::string> names;
  for (char c = 'a'; c <= 'z'; ++c) names.push_back(std::string(1000, 'n') + c);
  EXPECT_EQ(problem_of(git_index(4, names), 30'000), "");
  EXPECT_THAT(problem_of(git_index(4, names), 20'000), HasSubstr("more names"));
}

}  // namespace
}  // namespace cork::commands
