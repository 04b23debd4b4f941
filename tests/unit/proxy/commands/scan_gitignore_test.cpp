#include "proxy/commands/scan_gitignore.h"

#include <gtest/gtest.h>

namespace cork::commands {
namespace {

struct Case {
  const char* patterns;
  const char* path;
  bool folder, ignored;
};

TEST(GitIgnoreTest, ReadsPatternsAsGitDoes) {
  for (const Case& one : {
           Case{"*.o", "a.o", false, true},
           {"*.o", "src/deep/a.o", false, true},
           {"*.o", "a.os", false, false},
           {"/a", "a", false, true},
           {"/a", "b/a", false, false},
           {"b/a", "b/a", false, true},
           {"b/a", "c/b/a", false, false},
           {"build/", "build", true, true},
           {"build/", "x/build", true, true},
           {"build/", "build", false, false},
           {"**/foo", "x/y/foo", false, true},
           {"**/foo", "foo", false, true},
           {"foo/**", "foo/a/b", false, true},
           {"foo/**", "foo", true, false},
           {"a/**/b", "a/b", false, true},
           {"a/**/b", "a/x/y/b", false, true},
           {"a/**/b", "a/x/y/c", false, false},
           {"*.log\n!keep.log", "keep.log", false, false},
           {"!keep.log\n*.log", "keep.log", false, true},
           {"# comment", "# comment", false, false},
           {"\\#file", "#file", false, true},
           {"\\!file", "!file", false, true},
           {"a?c", "abc", false, true},
           {"a?c", "a/c", false, false},
           {"[a-c]x", "bx", false, true},
           {"[!a-c]x", "bx", false, false},
           {"[]x]", "]", false, true},
           {"[a", "[a", false, true},
           {"trailing   ", "trailing", false, true},
           {"kept\\ ", "kept ", false, true},
           {"crlf\r", "crlf", false, true},
           {"a*b*c", "axxbyyc", false, true},
           {"a*b*c", "axxbyy", false, false},
           {"", "a", false, false},
       }) {
    GitIgnore ignore;
    ignore.add("", one.patterns);
    EXPECT_EQ(ignore.ignores(one.path, one.folder), one.ignored)
        << one.patterns << " for " << one.path;
  }
}

TEST(GitIgnoreTest, HoldsBelowItsFolderAndUntilItIsForgotten) {
  GitIgnore ignore;
  ignore.add("", "*.tmp");
  const std::size_t before = ignore.size();
  ignore.add("src", "/gen\n!keep.tmp");
  EXPECT_TRUE(ignore.ignores("src/gen", true));
  EXPECT_FALSE(ignore.ignores("gen", true));
  EXPECT_FALSE(ignore.ignores("src/keep.tmp", false));
  EXPECT_FALSE(ignore.ignores("srcx/gen", true));
  ignore.forget_beyond(before);
  EXPECT_TRUE(ignore.ignores("src/keep.tmp", false));
}

// Each star may try every length, but never anew for each of the others.
TEST(GitIgnoreTest, TakesNoTimeToSpeakOfForManyStars) {
  GitIgnore ignore;
  std::string pattern;
  for (int i = 0; i < 60; ++i) pattern += "a*";
  ignore.add("", pattern + "b");
  EXPECT_FALSE(ignore.ignores(std::string(5'000, 'a'), false));
  std::string folders = "**/a/", path;
  for (int i = 0; i < 10; ++i) folders += "**/a/";
  for (int i = 0; i < 100; ++i) path += "a/";
  ignore.add("", folders + "b");
  EXPECT_FALSE(ignore.ignores(path + "c", false));
  EXPECT_TRUE(ignore.ignores(path + "b", false));
}

}  // namespace
}  // namespace cork::commands
