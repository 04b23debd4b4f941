#include "rules/policy/path_pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::policy {
namespace {

bool matches(std::string_view pattern, std::string_view path) {
  return PathPattern::parse(pattern).value().matches(path);
}

TEST(PathPattern, WithoutAWildcardIsThatPathAlone) {
  EXPECT_TRUE(matches("/a/b", "/a/b"));
  for (const std::string_view path : {"/a/b/", "/a/b/c", "/a", "/a/B", "/a/bb", "/", "", "*"}) {
    EXPECT_FALSE(matches("/a/b", path)) << path;
  }
  EXPECT_TRUE(matches("/", "/"));
  EXPECT_FALSE(matches("/", "/a"));
}

TEST(PathPattern, TakesOneStarForCharactersOfOneSegment) {
  EXPECT_TRUE(matches("/repos/*/issues", "/repos/pypy/issues"));
  EXPECT_TRUE(matches("/repos/*/issues", "/repos//issues"));
  EXPECT_FALSE(matches("/repos/*/issues", "/repos/a/b/issues"));
  EXPECT_FALSE(matches("/repos/*/issues", "/repos/issues"));
  EXPECT_TRUE(matches("/v*/x-*.tgz", "/v12/x-1.0.tgz"));
  EXPECT_TRUE(matches("/*a*b", "/xaabab"));
  EXPECT_FALSE(matches("/*a*b", "/xaaba"));
  EXPECT_TRUE(matches("/a/*", "/a/"));
  EXPECT_FALSE(matches("/a/*", "/a"));
}

TEST(PathPattern, TakesTwoStarsForAnyDepth) {
  for (const std::string_view path : {"/repos/pypy/", "/repos/pypy/x", "/repos/pypy/x/y/z"}) {
    EXPECT_TRUE(matches("/repos/pypy/**", path)) << path;
  }
  for (const std::string_view path : {"/repos/pypy", "/repos/pypyx", "/repos/other/x", "/"}) {
    EXPECT_FALSE(matches("/repos/pypy/**", path)) << path;
  }
  EXPECT_TRUE(matches("/**", "/"));
  EXPECT_TRUE(matches("/**", "/a/b"));
  EXPECT_FALSE(matches("/**", "*"));
  for (const std::string_view path : {"/a/z", "/a/b/z", "/a/b/c/z"}) {
    EXPECT_TRUE(matches("/a/**/z", path)) << path;
  }
  for (const std::string_view path : {"/a/bz", "/az", "/a/z/b", "/a/b/zz"}) {
    EXPECT_FALSE(matches("/a/**/z", path)) << path;
  }
  EXPECT_TRUE(matches("/**/a/**/b", "/x/a/y/a/b"));
}

TEST(PathPattern, TakesASlashForASlashHoweverItIsSpelled) {
  const std::string data = std::string("/@scope") + kSlashInSegment + "name";
  for (const std::string_view pattern :
       {"/@scope/*", "/@scope/**", "/@scope/name", "/@scope%2fname", "/@scope%2F*", "/*"}) {
    EXPECT_TRUE(matches(pattern, data)) << pattern;
  }
  EXPECT_TRUE(matches("/@scope%2f*", "/@scope/name"));
  EXPECT_FALSE(matches("/@other/*", data));
}

TEST(PathPattern, TakesAnEscapedCharacterForItself) {
  EXPECT_TRUE(matches("/a%20b", "/a b"));
  EXPECT_TRUE(matches("/100%25", "/100%"));
  EXPECT_TRUE(matches("/%2a", "/*"));
  EXPECT_FALSE(matches("/%2a", "/x"));
  EXPECT_TRUE(matches("/caf%C3%A9", "/caf\xC3\xA9"));
}

TEST(PathPattern, MatchesALongPathAgainstManyWildcardsInBoundedWork) {
  std::string pattern = "/**", path = "/";
  for (int i = 0; i < 60; ++i) pattern += "/*a*";
  for (int i = 0; i < 4'000; ++i) path += "aaaaaaa/";
  EXPECT_FALSE(matches(pattern + "/b", path));
}

TEST(PathPattern, RefusesWhatDoesNotMeanWhatItSeemsToAndSaysWhatToWrite) {
  struct Case {
    std::string text, because;
  };
  const Case cases[] = {
      {"", "begins with '/'"},
      {"a/b", "write '/a/**'"},
      {"**", "begins with '/'"},
      {"/a**", "'**' is a whole segment"},
      {"/a/***", "'**' is a whole segment"},
      {"/a/../b", "no '.' and '..'"},
      {"/a/%2e%2E", "no '.' and '..'"},
      {"/.", "no '.' and '..'"},
      {"/a//b", "no empty segment"},
      {"/a%2f/b", "no empty segment"},
      {"/a?b", "queries and fragments"},
      {"/a#b", "queries and fragments"},
      {"/a\\b", "no backslash"},
      {"/a b", "percent-encode"},
      {"/caf\xC3\xA9", "percent-encode"},
      {"/%zz", "two hexadecimal digits"},
      {"/a%2", "two hexadecimal digits"},
      {"/%01", "no control characters"},
      {"/" + std::string(PathPattern::kLongest, 'a'), "at most 1024 bytes"},
  };
  for (const Case& c : cases) {
    const auto parsed = PathPattern::parse(c.text);
    ASSERT_FALSE(parsed) << c.text;
    EXPECT_NE(parsed.error().what.find(c.because), std::string::npos) << parsed.error().what;
  }
}

}  // namespace
}  // namespace cork::policy
