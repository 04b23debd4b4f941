#include "rules/secrets/escapes.h"

#include "base/byte_runs.h"
#include "base/utf8.h"
#include "rules/secrets/openings.h"
#include "rules/secrets/regex_parser.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace cork::secrets {
namespace {

std::string meaning_of(std::string_view text, bool last = true) {
  const Escape escape = parse_escape(text, last);
  return {escape.text.data(), escape.size};
}

TEST(Escapes, EachKindStandsForItsCharacter) {
  for (const std::string_view g :
       {R"(\u0067)", R"(\x67)", R"(\147)", R"(\u{67})", R"(\U00000067)", "%67", "%u0067", "&#103;",
        "&#0000103;", "&#x67;", "&#X067;", "&#103", "&#x67 ", "\xef\xbd\x87", "\xf0\x9d\x90\xa0"}) {
    EXPECT_EQ("g", meaning_of(g)) << g;
  }
  EXPECT_EQ("_", meaning_of("&lowbar;"));
  EXPECT_EQ("=", meaning_of("&equals;"));
  EXPECT_EQ("'", meaning_of(R"(\')"));
  EXPECT_EQ("5", meaning_of("\xef\xbc\x95"));
  EXPECT_EQ("7", meaning_of("\xf0\x9d\x9f\x95"));
}

TEST(Escapes, WhatNobodySeesStandsForNothing) {
  for (const std::string_view nothing : {"\xe2\x80\x8b",
                                         "\xe2\x80\x8d",
                                         "\xc2\xad",
                                         "\xef\xbb\xbf",
                                         "\xe2\x81\xa0",
                                         "\xe2\x80\xae",
                                         "\xcd\x8f",
                                         "\xef\xb8\x8f",
                                         "\xf3\xa0\x81\xa7",
                                         "\\\n",
                                         "\\\r\n",
                                         "&shy;",
                                         "&zwj;",
                                         "&zwnj;",
                                         "&lrm;",
                                         "&rlm;",
                                         "&ZeroWidthSpace;",
                                         "&NoBreak;",
                                         "&af;",
                                         "&ApplyFunction;",
                                         "&it;",
                                         "&InvisibleTimes;",
                                         "&ic;",
                                         "&InvisibleComma;"}) {
    const Escape escape = parse_escape(nothing, true);
    EXPECT_TRUE(escape.removed) << nothing;
    EXPECT_EQ(nothing.size(), escape.taken) << nothing;
  }
}

TEST(Escapes, WhatColoursATerminalStandsForNothing) {
  for (const std::string_view sequence : {"\x1b[m", "\x1b[31m", "\x1b[1;38;2;255;128;200m",
                                          "\x1b[K", "\x1b[?25l", "\x1b[4 q", "\x1b(B"}) {
    const Escape escape = parse_escape(std::string(sequence) + "next", true);
    EXPECT_TRUE(escape.removed) << sequence.substr(1);
    EXPECT_EQ(sequence.size(), escape.taken) << sequence.substr(1);
    for (std::size_t cut = 1; cut < sequence.size(); ++cut) {
      EXPECT_EQ(0u, parse_escape(sequence.substr(0, cut), false).taken) << sequence.substr(1);
    }
    EXPECT_EQ("terminal", kind_of_escape(sequence));
  }
  for (const std::string_view other : {"\x1b]8;;", "\x1b[\x7f", "\x1bM", "\x1b", "\x1b[1"}) {
    EXPECT_FALSE(parse_escape(other, true).removed) << other.substr(1);
  }
  const std::string longest = "\x1b[" + std::string(kLongestEscape - 3, '1') + 'm';
  EXPECT_TRUE(parse_escape(longest, true).removed);
  EXPECT_FALSE(parse_escape("\x1b[1" + longest.substr(2), true).removed);
}

TEST(Escapes, OtherTextIsLeftAsItIs) {
  for (const std::string_view text : {R"(\d)",
                                      R"(\u12g4)",
                                      R"(\u{})",
                                      R"(\u{1234567})",
                                      R"(\400)",
                                      R"(\1)",
                                      "%zz",
                                      "%u12g4",
                                      "&",
                                      "&copy;",
                                      "&#;",
                                      "&#x;",
                                      "&ampersand;",
                                      "\xc3\xa9",
                                      "\xe2\x82\xac",
                                      "\xef\xbf\xbd",
                                      "\xf0\x9f\x98\x80",
                                      "\xe2\x28\xa1",
                                      "\xc2",
                                      "&#0000000000000000000000000103;"}) {
    const Escape escape = parse_escape(text, true);
    EXPECT_EQ(0u, escape.size) << text;
    EXPECT_FALSE(escape.removed) << text;
    EXPECT_GT(escape.taken, 0u) << text;
  }
}

TEST(Escapes, OneThatMayStillBeCompletedAsksForMore) {
  for (const std::string_view whole :
       {R"(\u0067)", R"(\x67)", R"(\147)", R"(\u{67})", R"(\U00000067)", "%67", "%u0067", "&#103;",
        "&#x67;", "&lowbar;", "\xef\xbd\x87", "\xf0\x9d\x90\xa0", "\xe2\x80\x8b"}) {
    for (std::size_t size = 1; size < whole.size(); ++size) {
      EXPECT_EQ(0u, parse_escape(whole.substr(0, size), false).taken) << whole << ' ' << size;
      EXPECT_EQ(whole.substr(0, size).size() < kLongestEscape, true);
    }
    EXPECT_EQ(whole.size(), parse_escape(whole, false).taken) << whole;
  }
}

TEST(Escapes, TheFirstIsFoundBeyondWhatOnlyLooksLikeOne) {
  const struct {
    std::string_view text;
    std::size_t at;
  } texts[] = {{"abc", 3},          {R"(a\d\n)", 3},  {R"(a\)", 1},    {R"(\u00)", 0},
               {R"(\u00zz)", 6},    {R"(\u0041)", 0}, {"a%zz%41", 4},  {"a%", 1},
               {"a%4", 1},          {"a%4z", 4},      {"R&D&amp;", 3}, {"caf\xc3\xa9 &#65;", 6},
               {"\xe2\x82\xac", 3}, {"", 0}};
  for (const auto& [text, at] : texts) EXPECT_EQ(at, find_escape(text, 0)) << text;
  EXPECT_EQ(4u, find_escape(R"(\n\d\n)", 1));
  const std::string far = std::string(200, '.') + "%41";
  EXPECT_EQ(200u, find_escape(far, 0));
  EXPECT_EQ(203u, find_escape(far, 201));
}

TEST(Escapes, EachBeginsWithTwoBytesThatOneMayBeginWith) {
  std::mt19937_64 random(1);
  constexpr std::string_view behind = "0123456789abcdefu{}#;x\\%&\n \x80\x9d\xa0\xad";
  for (unsigned pair = 0; pair < 0x10000; ++pair) {
    std::string text{static_cast<char>(pair >> 8), static_cast<char>(pair & 0xff)};
    if (EscapeLead::has(static_cast<unsigned char>(text[0])) == 0) continue;
    for (int i = 0; i < 40; ++i) {
      text.resize(2);
      while (text.size() < 20) text += behind[random() % behind.size()];
      const Escape escape = parse_escape(text, false);
      const bool ordinary = escape.taken > 0 && escape.size == 0 && !escape.removed;
      if (!ordinary) {
        ASSERT_EQ(0u, PairFinder<EscapeBegins>(text).find(0)) << pair;
      }
    }
  }
  // Of four bytes, also where fewer would do.
  for (std::uint32_t code = 0x80; code < 0x10000; ++code) {
    const auto byte = [&](unsigned shift) {
      return static_cast<char>(0x80 | (code >> shift & 0x3f));
    };
    const std::string text{'\xf0', byte(12), byte(6), byte(0)};
    const Escape escape = parse_escape(text, true);
    if (escape.size > 0 || escape.removed) {
      ASSERT_EQ(0u, PairFinder<EscapeBegins>(text).find(0)) << code;
    }
  }
  for (std::uint32_t code = 0x80; code < 0x110000; ++code) {
    const Utf8 utf8 = to_utf8(code);
    const std::string text(utf8.bytes.data(), utf8.size);
    if (EscapeLead::has(static_cast<unsigned char>(text[0])) == 0) continue;
    const Escape escape = parse_escape(text, true);
    if (escape.size > 0 || escape.removed) {
      ASSERT_EQ(0u, PairFinder<EscapeBegins>(text).find(0)) << code;
    }
  }
}

TEST(Escapes, MoreThanQuotesIsToldFromQuotes) {
  for (const std::string text :
       {"", "a b", R"(a\\\\b)", R"(say \"hi\" to \'her\')", R"(a\nb\tc\rd\be\f)", R"(\<b\>)", "50%",
        "a & b", "a &&", R"(\d\w)"}) {
    EXPECT_FALSE(escapes_more_than_quotes(text, 0)) << text;
  }
  for (const std::string text :
       {"a%2Db", "a%5Fb", R"(a\x5cb)", "a&bsol;b", R"(a\u0041b)", R"(a\-b)", R"(a\/b)", "a&amp;b",
        R"(a\uff21b)", R"(a\u200bb)", "a\xe2\x80\x8b", "a&shy;b", "a\\\nb", "a%25"}) {
    EXPECT_TRUE(escapes_more_than_quotes(text, 0)) << text;
    // Wherever it was cut, one of the two calls sees it.
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      EXPECT_TRUE(escapes_more_than_quotes(text.substr(0, cut), 0) ||
                  escapes_more_than_quotes(text, cut))
          << text << " at " << cut;
    }
  }
  // Of a row of backslashes each second one is text, wherever it was cut.
  for (const std::size_t row : {20u, 21u, 40u, 41u}) {
    const std::string text = std::string(row, '\\') + "u0041";
    for (std::size_t cut = 0; cut < text.size(); ++cut) {
      EXPECT_EQ(row % 2 == 1, escapes_more_than_quotes(text, cut)) << row << " at " << cut;
    }
  }
}

TEST(Escapes, SeparatesWhereNothingGoesOnInEitherText) {
  const Openings openings(*openings_of(*parse_regex("npm_[a-z]{20}")));
  for (const std::string_view text :
       {R"(\n  x)", R"(\npx)", R"(\"npm_abc)", R"(\\)", R"(\u00e9t\u00e9)", R"(\npm_01)"}) {
    const Escape escape = parse_escape(text, true);
    EXPECT_TRUE(separates(' ', text, escape.taken, escape.text[0], openings)) << text;
  }
  for (const std::string_view text : {R"(\npm_abcdefghij)", R"(\npm_)",  // cut
                                      R"(\/x)", R"(\u002b )", "%0a ", "&quot; "}) {
    const Escape escape = parse_escape(text, true);
    EXPECT_FALSE(separates(' ', text, escape.taken, escape.text[0], openings)) << text;
  }
}

TEST(Escapes, TheKindIsThatOfTheFirst) {
  EXPECT_EQ("json", kind_of_escape(R"(a\nb%41)"));
  EXPECT_EQ("percent", kind_of_escape("a%41&amp;"));
  EXPECT_EQ("entity", kind_of_escape("&amp;"));
  EXPECT_EQ("unicode", kind_of_escape("a\xe2\x80\x8b"));
  EXPECT_EQ("", kind_of_escape("plain"));
}

}  // namespace
}  // namespace cork::secrets
