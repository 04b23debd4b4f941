#include "rules/gitleaks/byte_regex.h"

#include "base/utf8.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <string>
#include <string_view>

namespace cork::gitleaks {
namespace {

TEST(InBytes, LeavesWhatIsAboutAscii) {
  for (const std::string_view regex :
       {"", "(?i)tok_([a-z]{20})", "[[:a]", R"([\\p])",
        R"([^\s"]+\x41\x{41}\\p{2}[]a[:^alpha:]\]](?P<x>.)(?s-i:.*)\D)"}) {
    EXPECT_EQ(regex, in_bytes(regex));
  }
}

TEST(InBytes, SaysWhatSomeEnginesDoNotKnowInOtherWords) {
  EXPECT_EQ(R"(a\[b\\[c])", in_bytes(R"(\Qa[b\\E[c])"));
  EXPECT_EQ(R"(a\.)", in_bytes(R"(\Qa.)"));
  EXPECT_EQ(R"((?i)\.(?-i:\xc3\x89|\xc3\xa9)*)", in_bytes("(?i)\\Q.\xc3\xa9\\E*"));
  EXPECT_EQ("a+?(?i)b(?:c)(?s:.)", in_bytes("(?U)a+?(?iU)b(?U:c)(?s-U:.)"));
}

TEST(InBytes, WritesTheBytesOfCharacters) {
  const struct {
    const char *regex, *bytes;
  } cases[] = {
      {"tok\xc3\xa9?n", R"(tok(?:\xc3\xa9)?n)"},
      {R"(k\x{e9}\xe9)", R"(k(?:\xc3\xa9)(?:\xc3\xa9))"},
      {"[e\xc3\xa9\xc3\xaa-]", R"((?:\xc3[\xa9-\xaa]|[\x2d\x65]))"},
      {"(?i)\xd0\xbf(x)", R"((?i)(?-i:\xd0\x9f|\xd0\xbf)(x))"},
      {"(?i:a\xc3\xa9)\xc3\xa9", R"((?i:a(?-i:\xc3\x89|\xc3\xa9))(?:\xc3\xa9))"},
      {"((?i)\xc3\xa9)(?-i)\xc3\xa9", R"(((?i)(?-i:\xc3\x89|\xc3\xa9))(?-i)(?:\xc3\xa9))"},
      {R"([\x{7f}-\x{800}])", R"((?:[\xc2-\xdf][\x80-\xbf]|\xe0\xa0\x80|[\x7f]))"},
      {R"([\x{10000}-\x{10ffff}])",
       R"((?:\xf0[\x90-\xbf][\x80-\xbf][\x80-\xbf]|[\xf1-\xf3][\x80-\xbf][\x80-\xbf][\x80-\xbf]|)"
       R"(\xf4[\x80-\x8f][\x80-\xbf][\x80-\xbf]))"},
      {"[\xef\xbf\xbd]", R"((?:\xef\xbf\xbd|[\x80-\xff]))"},
  };
  for (const auto& c : cases) EXPECT_EQ(c.bytes, in_bytes(c.regex)) << c.regex;
}

TEST(InBytes, TakesAllCharactersForThoseOfManyScripts) {
  for (const std::string regex : {R"([\pL\d])", R"((?i)[^\p{Lu}"])", R"(\w|\PL)"}) {
    const re2::RE2 characters(regex), bytes(in_bytes(regex), re2::RE2::Latin1);
    ASSERT_TRUE(bytes.ok()) << in_bytes(regex);
    EXPECT_LT(in_bytes(regex).size(), 2'000U);
    for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 7) {
      const Utf8 text = to_utf8(c);
      const re2::StringPiece piece(text.view().data(), text.view().size());
      if (!re2::RE2::FullMatch(piece, characters)) continue;
      ASSERT_TRUE(re2::RE2::FullMatch(piece, bytes)) << regex << ' ' << static_cast<unsigned>(c);
    }
  }
}

// Asked of RE2 by characters, and of RE2 by bytes.
TEST(InBytes, MatchesTheSameCharacters) {
  for (const std::string regex :
       {R"(\p{Greek})", R"([\p{Cyrillic}_])", "[\xd0\xb0-\xd1\x8f]", "(?i)[\xd0\xb0-\xd1\x8f]",
        "(?i)\xc3\xa5", R"((?i)[\x{212a}s])", R"([^\x{80}-\x{ffef}])"}) {
    const re2::RE2 characters(regex), bytes(in_bytes(regex), re2::RE2::Latin1);
    ASSERT_TRUE(bytes.ok()) << regex;
    for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 7) {
      if (c >= 0xD800 && c < 0xE000) continue;
      const Utf8 text = to_utf8(c);
      const re2::StringPiece piece(text.view().data(), text.view().size());
      ASSERT_EQ(re2::RE2::FullMatch(piece, characters), re2::RE2::FullMatch(piece, bytes))
          << regex << ' ' << static_cast<unsigned>(c);
    }
  }
}

}  // namespace
}  // namespace cork::gitleaks
