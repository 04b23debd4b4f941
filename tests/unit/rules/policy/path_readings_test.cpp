#include "rules/policy/path_readings.h"

#include "rules/policy/path_pattern.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cork::policy {
namespace {

bool admits(std::string_view pattern, std::string_view path) {
  const auto readings = readings_of(path);
  const PathPattern parsed = PathPattern::parse(pattern).value();
  return readings && std::ranges::all_of(*readings, [&](const std::string& reading) {
           return parsed.matches(reading);
         });
}

TEST(PathReadings, OfAPlainPathAreOne) {
  for (const std::string_view path :
       {"/", "/a/b.txt", "/a/b/", "/...", "/a/.git/config", "/~x/@y", "*"}) {
    const auto readings = readings_of(path);
    ASSERT_TRUE(readings) << path;
    EXPECT_EQ(*readings, std::vector{std::string(path)});
  }
  EXPECT_EQ(readings_of("/a%20b").value(), std::vector<std::string>{"/a b"});
  EXPECT_EQ(readings_of("/caf%c3%A9").value(), std::vector<std::string>{"/caf\xC3\xA9"});
  EXPECT_EQ(readings_of('/' + std::string(30'000, 'a')).value().size(), 1u);
}

TEST(PathReadings, AreNeverMoreThanTheHeaderPromises) {
  const auto readings = readings_of("/a;b%3bc//d%2fe%5cf%252fg%253fh%2523i;j%25%3fk");
  ASSERT_TRUE(readings);
  EXPECT_GT(readings->size(), 20u);
  EXPECT_LE(readings->size(), 96u);
}

TEST(PathReadings, AllLieWithinWhatARouteMayAdmit) {
  struct Case {
    std::string_view pattern, path;
    bool admitted;
  };
  const Case cases[] = {
      {"/@scope/**", "/@scope%2fname", true},
      {"/@scope/*", "/@scope%2Fname", true},
      {"/@scope/*", "/@scope/name", true},
      {"/@scope/*", "/@other%2fname", false},
      {"/api/v4/projects/group%2Fproject/**", "/api/v4/projects/group%2Fproject/issues", true},
      {"/api/v4/projects/*/issues", "/api/v4/projects/group%2Fproject/issues", false},
      // Dot segments, plain and in disguise.
      {"/a/**", "/a/b/../c", true},
      {"/a/**", "/a/./b", true},
      {"/a/**", "/a/../b", false},
      {"/a/**", "/a/..", false},
      {"/a/**", "/a/b/..", false},
      {"/a/**", "/a/b/../../../c", false},
      {"/a/**", "/a/%2e%2e/b", false},
      {"/a/**", "/a/%2E./b", false},
      {"/a/**", "/a/.%2e/b", false},
      {"/a/**", "/a/%252e%252e/b", false},
      {"/a/**", "/a/%25252e%25252e/b", false},
      {"/a/**", "/a/..%2fb", false},
      {"/a/**", "/a/..%5cb", false},
      {"/a/**", "/a/b%2f..%2f..%2fc", false},
      {"/a/**", "/a/b%5c..%5c..%5cc", false},
      {"/a/**", "/a/..;/b", false},
      {"/a/**", "/a/..;x=y/b", false},
      {"/a/**", "/a/..%3bx/b", false},
      {"/a/**", "/a/..%3f/b", false},
      {"/a/**", "/a/..%20/b", false},
      {"/a/**", "/a/..%00/b", false},
      // An encoded slash or a backslash divides for some.
      {"/a/*", "/a/b%2fc", false},
      {"/a/*", "/a/b%252fc", false},
      {"/a/*", "/a/b%5cc", false},
      {"/a/**", "/a/b%2fc%5cd", true},
      {"/a/**", "/a%2fb", true},
      {"/a/**", "/a%5cb", false},
      // Empty segments.
      {"/a/**", "/a//b", true},
      {"/a/**", "//a/b", false},
      {"/a/*/b", "/a//b", false},
      {"/a/b", "/a//b", false},
      // Parameters.
      {"/a/**", "/a/b;c/d", true},
      {"/a/b", "/a/b;c", false},
      {"/a/**", "/a;x/b", false},
      {"/a/*", "/a/b;x%2fc", false},
      {"/a/**/z", "/a/b;/z", true},
      {"/a/x/**", "/a/;p/x/b", false},
      // Cut where an encoded '?' or '#' is decoded before the query is looked for.
      {"/a/*.png", "/a/secret%3f.png", false},
      {"/a/*.png", "/a/secret%23.png", false},
      {"/a/*.png", "/a/secret%253f.png", false},
      {"/a/*.png", "/a/picture.png", true},
      // Decoded twice.
      {"/a/b", "/a/%62", true},
      {"/a/b", "/a/%2562", false},
      {"/a/*", "/a/%2562", true},
      {"/a/*", "/a/100%25", true},
      {"/**", "/x//y;z%2f%5c%3f%252f", true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(admits(c.pattern, c.path), c.admitted) << c.pattern << " " << c.path;
  }
}

TEST(PathReadings, AreRefusedWhereNobodyCanNameThem) {
  struct Case {
    std::string path;
    std::string_view because;
  };
  const Case cases[] = {
      {"/a/%2e%2e/b", "dot segment"},
      {"/a/../b//c", "dot segment"},
      {"/a/..%20/./b", "dot segment"},
      {"/a/%00", "control character"},
      {"/a/%2500", "control character"},
      {"/a/%0d%0a", "control character"},
      {"/a\x01", "control character"},
      {"/a/%c0%af..", "not UTF-8"},
      {"/a/%ff", "not UTF-8"},
      {"/a/%2525252541", "again and again"},
      {"/a/b%25252fc", "encoded more than twice"},
      {"/a/b%2525255cc", "encoded more than twice"},
      {"/a/b%25253b", "encoded more than twice"},
      {"/a//" + std::string(kLongestUnclearPath, 'a'), "too long"},
      {"/a/../" + std::string(kLongestUnclearPath, 'a'), "too long"},
  };
  for (const Case& c : cases) {
    const auto readings = readings_of(c.path);
    ASSERT_FALSE(readings) << c.path;
    EXPECT_NE(readings.error().what.find(c.because), std::string::npos) << readings.error().what;
  }
}

}  // namespace
}  // namespace cork::policy
