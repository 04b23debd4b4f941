#include "proxy/commands/scan_gitignore.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <optional>
#include <string>

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
           {"[a", "[a", false, false},
           {"[[:digit:]]", "7", false, true},
           {"\xef\xbb\xbf*.o", "a.o", false, true},
           {"*\n\xef\xbb\xbf!a.o", "a.o", false, true},
           {"trailing   ", "trailing", false, true},
           {"kept\\ ", "kept ", false, true},
           {"two\\\\ ", "two\\", false, true},
           {"last\\", "last\\", false, false},
           {"a//b", "a/b", false, false},
           {"crlf\r", "crlf", false, true},
           {"a*b*c", "axxbyyc", false, true},
           {"a*b*c", "axxbyy", false, false},
           {"", "a", false, false},
       }) {
    GitIgnore ignore;
    ASSERT_TRUE(ignore.add("", one.patterns));
    EXPECT_EQ(ignore.ignores(one.path, one.folder), one.ignored)
        << one.patterns << " for " << one.path;
  }
}

TEST(GitIgnoreTest, HoldsBelowItsFolderAndUntilItIsForgotten) {
  GitIgnore ignore;
  ASSERT_TRUE(ignore.add("", "*.tmp"));
  const std::size_t before = ignore.size();
  ASSERT_TRUE(ignore.add("src", "/gen\n!keep.tmp"));
  EXPECT_EQ(ignore.ignores("src/gen", true), true);
  EXPECT_EQ(ignore.ignores("gen", true), false);
  EXPECT_EQ(ignore.ignores("src/keep.tmp", false), false);
  EXPECT_EQ(ignore.ignores("srcx/gen", true), false);
  ignore.forget_beyond(before);
  EXPECT_EQ(ignore.ignores("src/keep.tmp", false), true);
}

// Each star may try every length, but never anew for each of the others.
TEST(GitIgnoreTest, TakesNoTimeToSpeakOfForManyStars) {
  GitIgnore ignore;
  std::string pattern;
  for (int i = 0; i < 60; ++i) pattern += "a*";
  ASSERT_TRUE(ignore.add("", pattern + "b"));
  EXPECT_EQ(ignore.ignores(std::string(5'000, 'a'), false), false);
  std::string folders = "**/a/", path;
  for (int i = 0; i < 10; ++i) folders += "**/a/";
  for (int i = 0; i < 100; ++i) path += "a/";
  ASSERT_TRUE(ignore.add("", folders + "b"));
  EXPECT_EQ(ignore.ignores(path + "c", false), false);
  EXPECT_EQ(ignore.ignores(path + "b", false), true);
}

TEST(GitIgnoreTest, HeedsNoMorePatternsThanItMay) {
  std::string most;
  for (std::size_t i = 0; i < GitIgnore::kMostPatterns; ++i) most += "x\n";
  GitIgnore ignore;
  ASSERT_TRUE(ignore.add("", "*.o"));
  EXPECT_FALSE(ignore.add("src", most));
  EXPECT_EQ(ignore.ignores("src/x", false), false);
  EXPECT_EQ(ignore.ignores("src/a.o", false), true);
  // That list might have said so.
  ignore.add_nothing("src");
  EXPECT_EQ(ignore.ignores("src/a.o", false), false);
  EXPECT_EQ(ignore.ignores("a.o", false), true);
  ignore.forget_beyond(0);
  EXPECT_TRUE(ignore.add("src", most));
  EXPECT_FALSE(ignore.add("src/more", "y")) << "together with the lists above";
  ignore.forget_beyond(0);
  EXPECT_FALSE(ignore.add("", std::string(GitIgnore::kMostBytes + 1, 'x')));
  // Each part is a string of its own.
  std::string deep = "a";
  while (deep.size() < GitIgnore::kMostBytes / 8) deep += "/a";
  EXPECT_FALSE(ignore.add("", deep));
}

// What takes a file out again had better be too much.
TEST(GitIgnoreTest, ANegatedPatternThatMayCrossFoldersTakesAllOutAgain) {
  GitIgnore ignore;
  ASSERT_TRUE(ignore.add("", "*.env\n!foo**/keep.env"));
  EXPECT_EQ(ignore.ignores("foo/x/keep.env", false), false);
  GitIgnore other;
  ASSERT_TRUE(other.add("", "*.env\n!foo/**/keep.env"));
  EXPECT_EQ(other.ignores("foo/x/keep.env", false), false);
  EXPECT_EQ(other.ignores("foo/x/a.env", false), true);
}

TEST(GitIgnoreTest, SaysWhereToTellTakesTooLong) {
  std::string text;
  for (std::size_t i = 0; i < 5000; ++i) text += '*' + std::string(100, 'a') + "b\n";
  GitIgnore ignore;
  ASSERT_TRUE(ignore.add("", text));
  EXPECT_EQ(ignore.ignores(std::string(200, 'a'), false), std::nullopt);
  EXPECT_EQ(ignore.ignores("src/main.cpp", false), false);
}

}  // namespace
}  // namespace cork::commands
