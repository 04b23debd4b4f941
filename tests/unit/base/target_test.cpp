#include "base/target.h"

#include <gtest/gtest.h>

namespace cork {
namespace {

TEST(Target, CutsPathAndQueryAtTheFirstQuestionMark) {
  struct Case {
    std::string_view text, path, query;
  };
  const Case cases[] = {
      {"/", "/", ""},
      {"/a/b?x=1", "/a/b", "x=1"},
      {"/p?", "/p", ""},
      {"/p?a?b=/c", "/p", "a?b=/c"},
      {"/?q", "/", "q"},
      {"//host/x", "//host/x", ""},
      {"/a/../b/./c", "/a/../b/./c", ""},
      {"/%2e%2E%2f", "/%2e%2E%2f", ""},
      {"/@scope%2fname;v=1", "/@scope%2fname;v=1", ""},
      {"/{\"a\"|b}<>^`", "/{\"a\"|b}<>^`", ""},
  };
  for (const Case& c : cases) {
    const Result<Target> target = Target::parse(c.text);
    ASSERT_TRUE(target) << c.text << ": " << target.error().what;
    EXPECT_EQ(target->text(), c.text);
    EXPECT_EQ(target->path(), c.path);
    EXPECT_EQ(target->query(), c.query);
    EXPECT_FALSE(target->is_asterisk());
  }
}

TEST(Target, KnowsTheAsterisk) {
  const Result<Target> target = Target::parse("*");
  ASSERT_TRUE(target);
  EXPECT_TRUE(target->is_asterisk());
  EXPECT_EQ(target->path(), "*");
}

TEST(Target, RefusesWhatReadersDisagreeAbout) {
  struct Case {
    std::string_view text, because;
  };
  const Case cases[] = {
      {"", "empty"},
      {"a", "begins with '/'"},
      {"**", "begins with '/'"},
      {"*?x", "begins with '/'"},
      {"?x", "begins with '/'"},
      {"http://example.com/", "begins with '/'"},
      {"/a#b", "fragment"},
      {"/?a#b", "fragment"},
      {"/a b", "spaces"},
      {"/a\tb", "spaces"},
      {"/a\r\nHost: x", "spaces"},
      {std::string_view("/a\0b", 4), "control"},
      {"/\x7f", "control"},
      {"/\x01", "control"},
      {"/caf\xC3\xA9", "ASCII"},
      {"/a\\b", "backslash"},
      {"/%", "two hexadecimal digits"},
      {"/%4", "two hexadecimal digits"},
      {"/%4g", "two hexadecimal digits"},
      {"/%%41", "two hexadecimal digits"},
      {"/?x=%zz", "two hexadecimal digits"},
      {"/%u0041", "two hexadecimal digits"},
  };
  for (const Case& c : cases) {
    const Result<Target> target = Target::parse(c.text);
    ASSERT_FALSE(target) << c.text;
    EXPECT_NE(target.error().what.find(c.because), std::string::npos)
        << c.text << ": " << target.error().what;
  }
}

}  // namespace
}  // namespace cork
