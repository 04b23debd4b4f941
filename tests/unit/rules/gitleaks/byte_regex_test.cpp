#include "rules/gitleaks/byte_regex.h"

#include "base/utf8.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <string>
#include <string_view>

namespace cork::gitleaks {
namespace {

std::string in_bytes(std::string_view regex) {
  return gitleaks::in_bytes(regex, Characters::at_least);
}

TEST(InBytes, LeavesWhatIsAboutAscii) {
  for (const std::string_view regex :
       {"", "(?i)tok_([a-z]{20})", "[[:a]", "[[:](x[a])", "(?:a|)", "[!-[:](x)",
        R"([\d-[:alpha:]](x))", R"([\\p])",
        R"([^\s"]+\x41\x{41}\\p{2}[]a[:^alpha:]\]](.)(?s-i:.*)\D)"}) {
    EXPECT_EQ(regex, in_bytes(regex));
  }
}

TEST(InBytes, SaysWhatSomeEnginesDoNotKnowInOtherWords) {
  EXPECT_EQ(R"(a\[b\\[c])", in_bytes(R"(\Qa[b\\E[c])"));
  EXPECT_EQ(R"(a\.)", in_bytes(R"(\Qa.)"));
  EXPECT_EQ(R"((?i)\.(?-i:\xc3\x89|\xc3\xa9)*)", in_bytes("(?i)\\Q.\xc3\xa9\\E*"));
  EXPECT_EQ(R"((x)(y)(?:z))", in_bytes("(?P<\xc3\xa9>x)(?P<b>y)(?:z)"));
  EXPECT_EQ(R"(k\x41(?:\xc3\xa9)(?:[\x41\x79]))", in_bytes(R"(k\101\351[\101y])"));
}

TEST(InBytes, WritesWhatWouldEndTheTextOfARegex) {
  EXPECT_EQ(R"(a\x00(?:[\x00\x62]))", in_bytes(std::string_view("a\0[\0b]", 6)));
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
      {"密?", R"((?:\xe5\xaf\x86)?)"},
      {"(?i)密{2}😀+", R"((?i)(?-i:\xe5\xaf\x86){2}(?-i:\xf0\x9f\x98\x80)+)"},
      {"[\xef\xbf\xbd]", R"((?:\xef\xbf\xbd|[\x80-\xff]))"},
  };
  for (const auto& c : cases) EXPECT_EQ(c.bytes, in_bytes(c.regex)) << c.regex;
}

TEST(InBytes, TakesAllCharactersForThoseOfManyScripts) {
  for (const std::string regex :
       {R"([\pL\d])", R"(\p{Greek})", R"([\p{Cyrillic}_])", R"((?i)[^\p{Lu}"])", R"(\w|\PL)"}) {
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

TEST(InBytes, TakesNoOthersForWhatIsAllowed) {
  const re2::RE2 allowed(gitleaks::in_bytes(R"([\pL ]+)", Characters::exactly), re2::RE2::Latin1);
  for (const char* text : {"abc", "п ü", "密"}) EXPECT_TRUE(re2::RE2::FullMatch(text, allowed));
  for (const char* text : {"abc €", "a\xff", "1"}) EXPECT_FALSE(re2::RE2::FullMatch(text, allowed));
}

// Asked of RE2 by characters, and of RE2 by bytes.
TEST(InBytes, MatchesTheSameCharacters) {
  for (const std::string regex :
       {"[\xd0\xb0-\xd1\x8f]", "(?i)[\xd0\xb0-\xd1\x8f]", "(?i)\xc3\xa5", "密|😀", "[^\xc3\xa9]",
        R"((?i)[\x{212a}s])", R"([^\x{80}-\x{ffef}])"}) {
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
