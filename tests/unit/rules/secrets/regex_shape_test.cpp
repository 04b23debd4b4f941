#include "rules/secrets/regex_shape.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

std::string printable(const ByteSet& set) {
  std::string text;
  for (std::size_t c = 33; c < 127; ++c) {
    if (set[c]) text.push_back(static_cast<char>(c));
  }
  return text;
}

TEST(RegexShape, ClosesOpenQuantifiersAtTheEnd) {
  const struct {
    const char *regex, *decided;
  } cases[] = {
      {"tok_[a-z]{20,}", "tok_[a-z]{20}"},
      {"tok_[a-z]{20,}?", "tok_[a-z]{20}"},
      {"a+", "a{1}"},
      {"ab*", "ab{0,1}"},
      {"x(?:a+|b{3,})", "x(?:a{1}|b{3})"},
      {"a{20,}=*", "a{20}={0,1}"},
      {"(a+)(?:=){0,2}", "(a{1})(?:=){0,2}"},
      {"(?:a+b)+", "(?:a+b){1}"},
      {"(?:ab+)+", "(?:ab{1}){1}"},
      // What follows must be seen, so these are not at the end.
      {"a+b", "a+b"},
      {"a{20,}\\b", "a{20,}\\b"},
      {"a{20,}(?:[;&]|$)", "a{20,}(?:[;&]|$)"},
      {"(?:ab+){3}", "(?:ab+){3}"},
      {"a{3,9}", "a{3,9}"},
      {"[+*]\\+", "[+*]\\+"},
  };
  for (const auto& c : cases) {
    const auto shape = analyse_regex(c.regex, {});
    ASSERT_TRUE(shape) << c.regex;
    EXPECT_EQ(shape->decided, c.decided) << c.regex;
  }
}

TEST(RegexShape, LetsASuppressibleRuleLookFurther) {
  EXPECT_EQ(analyse_regex("k[a-z]{8,}", {0, 32})->decided, "k[a-z]{8,32}");
  EXPECT_EQ(analyse_regex("k[a-z]{40,}", {0, 32})->decided, "k[a-z]{40}");
  EXPECT_EQ(analyse_regex("k(?:ab){8,}", {0, 32})->decided, "k(?:ab){8}");
}

TEST(RegexShape, CollectsTheBytesOfTheSecret) {
  EXPECT_EQ(printable(analyse_regex("k_[a-c]{3}", {})->credential), "_abck");
  EXPECT_EQ(printable(analyse_regex("k_([a-c]{3})", {})->credential), "abc");
  EXPECT_EQ(printable(analyse_regex("(x)-([a-c]{3})", {2, 0})->credential), "abc");
  EXPECT_EQ(printable(analyse_regex("(x)-([a-c]{3})", {})->credential), "-abcx");
  EXPECT_EQ(printable(analyse_regex("(?i)k([a-b])", {})->credential), "ABab");
  EXPECT_EQ(printable(analyse_regex("(?i:k)([a-b])", {})->credential), "ab");
  EXPECT_EQ(printable(analyse_regex("k(\\x41)", {})->credential), "A");
}

TEST(RegexShape, CountsWhatMustFollowTheSecretButNotTheLastByteOfIt) {
  EXPECT_EQ(printable(analyse_regex("k([a-c]{3})@", {})->credential), "abc");
  EXPECT_EQ(printable(analyse_regex("k([a-c]{3})@[x-z]", {})->credential), "@abc");
  EXPECT_EQ(printable(analyse_regex("k([a-c]{3})(?:[\"; ]|%22|$)", {})->credential), "%2abc");
  EXPECT_EQ(printable(analyse_regex("k([a-c]{3})(?:;|)$", {})->credential), "abc");
  EXPECT_EQ(printable(analyse_regex("k([a-c]{3});{2}", {})->credential), ";abc");
  EXPECT_EQ(printable(analyse_regex("(?:k([a-c]{3})\")", {})->credential), "abc");
  EXPECT_EQ(printable(analyse_regex("(?:k([a-c]{3})\")!", {})->credential), "\"abck");
}

TEST(RegexShape, TakesTheWholeMatchWhereNoGroupIsSureToHoldTheSecret) {
  EXPECT_EQ(printable(analyse_regex("k(a)?z", {})->credential), "akz");
  EXPECT_EQ(printable(analyse_regex("k(a*)z", {})->credential), "akz");
  EXPECT_EQ(printable(analyse_regex("k(?:(a)|b)z", {})->credential), "abkz");
  EXPECT_EQ(printable(analyse_regex("(?:(a)){2}z", {})->credential), "a");
}

TEST(RegexShape, FindsTheLiteralAtTheBeginning) {
  EXPECT_EQ(analyse_regex("-----BEGIN [A-Z]+", {})->anchor, "-----BEGIN ");
  EXPECT_EQ(analyse_regex("-{5}BEGIN", {})->anchor, "-----BEGIN");
  EXPECT_EQ(analyse_regex("\\bab(c)d?e", {})->anchor, "abc");
  EXPECT_EQ(analyse_regex("(?:ab|ac)d", {})->anchor, "");
  EXPECT_EQ(analyse_regex("(?i)abc", {})->anchor, "");
  EXPECT_EQ(analyse_regex("a+b", {})->anchor, "a");
}

TEST(RegexShape, KnowsWhetherAHostNameCanHoldAMatch) {
  const struct {
    const char* regex;
    bool can;
  } cases[] = {
      {"tok_[A-Z]{20}", true},
      {"tok-[a-z.]{20}", true},
      {"tok=[a-z]{20}", false},
      {"tok/?[a-z]{20}", true},
      {"tok/+[a-z]{20}", false},
      {"(?:tok:|tok_)[a-z]{20}", true},
      {"(?:tok:|tok/)[a-z]{20}", false},
      {"(?:^|[^a-z0-9._-])tok[a-z]{20}", true},
      {"tok[a-z]{20}(?:[\"; ]|$)", true},
      {"tok[a-z]{20}[\"; ]", false},
      {"[^A-Za-z0-9]tok", true},  // a dot or a hyphen
      {"(?:ab\\s){0,3}tok", true},
      {"(?:ab\\s){1,3}tok", false},
      {"\\btok[\\w+/]{20}\\b", true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(analyse_regex(c.regex, {})->in_host_name, c.can) << c.regex;
  }
}

TEST(RegexShape, KnowsWhatMayHoldAnEscapeAsItIsSpelled) {
  EXPECT_TRUE(analyse_regex(R"(key=\\"([a-z]+))", {})->spells_escapes);
  EXPECT_FALSE(analyse_regex(R"(key=["\\]{0,2}([a-z]{9,})(?:\s|\\n))", {})->spells_escapes);
  EXPECT_TRUE(analyse_regex(R"(curl [^\r\n]{0,9}-u (\w+))", {})->spells_escapes);
  EXPECT_TRUE(analyse_regex(R"(key.{0,9}:([a-z]+))", {})->spells_escapes);
  EXPECT_FALSE(analyse_regex(R"(key[^a-z]{0,9}:([a-z]+))", {})->spells_escapes);
}

TEST(RegexShape, KnowsWhatStandsBeforeTheSecret) {
  const struct {
    const char *regex, *before;
  } cases[] = {
      {"key[:=]{1,2}([a-z]+)", ":="},        {"key(?:[:=]\"?)([a-z]+)", "\":="},
      {"(?:key|token=)([a-z]+)", "=y"},      {"key[:=]?([a-z]+)(?:;|$)", ":=y"},
      {"(?:x:|[yz])?k=\\b([a-z]+)\\b", "="}, {"(?:k=([a-z]+))", "="},
  };
  for (const auto& c : cases) {
    const auto shape = analyse_regex(c.regex, {});
    ASSERT_TRUE(shape->before_secret) << c.regex;
    EXPECT_EQ(c.before, printable(*shape->before_secret)) << c.regex;
  }
  for (const std::string_view regex :
       {"key=[a-z]+", "k=([a-z]+);;", "k=([a-z]+)|l=([0-9]+)", "(?:k=([a-z]+)){1,2}",
        "k=([a-z]+)[;\"]{1,2}", "k=([a-z]+)(?:;|ab)"}) {
    EXPECT_FALSE(analyse_regex(regex, {})->before_secret) << regex;
  }
  // Of the group that is the secret.
  const ShapeOptions second{.secret_group = 2};
  EXPECT_EQ(":", printable(*analyse_regex("k=(id:([a-z]{9}))", second)->before_secret));
  EXPECT_FALSE(analyse_regex("k=(id:([a-z]{9})-of-it)", second)->before_secret);
}

TEST(RegexShape, KnowsWhetherItCaptures) {
  EXPECT_TRUE(analyse_regex("a(b)", {})->has_groups);
  EXPECT_TRUE(analyse_regex("a(?:(?P<n>b))?", {})->has_groups);
  EXPECT_FALSE(analyse_regex("(?i)a(?:b)\\(", {})->has_groups);
}

TEST(RegexShape, ConcludesNothingFromWhatItCannotRead) {
  EXPECT_FALSE(analyse_regex("\\pL{3}", {}));
}

}  // namespace
}  // namespace cork::secrets
