#include "rules/gitleaks/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace cork::gitleaks {

void PrintTo(const Span& span, std::ostream* out) {
  *out << '[' << span.begin << ',' << span.end << ')';
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::shared_ptr<const Pattern> compiled(const std::string& regex) {
  auto pattern = Pattern::compile(regex);
  EXPECT_TRUE(pattern) << regex;
  return pattern.value_or(nullptr);
}

TEST(PatternTest, FindsWhatGoWouldAndNothingOverlapping) {
  EXPECT_THAT(compiled("aa")->find_all(Text("aaaaa")), ElementsAre(Span{0, 2}, Span{2, 4}));
  // The first alternative that matches wins, not the longest.
  EXPECT_THAT(compiled("a|ab")->find_all(Text("abab")), ElementsAre(Span{0, 1}, Span{2, 3}));
  EXPECT_THAT(compiled("x")->find_all(Text("abc")), IsEmpty());
}

TEST(PatternTest, TakesAnEmptyMatchOnlyAwayFromTheOneBefore) {
  EXPECT_THAT(compiled("a*")->find_all(Text("baac")),
              ElementsAre(Span{0, 0}, Span{1, 3}, Span{4, 4}));
  EXPECT_THAT(compiled("b*")->find_all(Text("\xC3\xA9")), ElementsAre(Span{0, 0}, Span{2, 2}));
}

TEST(PatternTest, TakesNamesOfGroupsAsGoWritesThem) {
  const auto named = compiled(R"((?<key>a+)[[:alpha:](?<x>]\(?<[](?<](?P<b>b))");
  EXPECT_EQ(named->groups(), 2);
  EXPECT_THAT(named->first_groups("aa<(<(b"), ElementsAre("aa", "b"));
  const auto quoted = compiled(R"(\Q[(?<a>\E(?<n>[0-9])\Q(?<b>)");
  EXPECT_THAT(quoted->first_groups("[(?<a>7(?<b>"), ElementsAre("7"));
  const auto behind = Pattern::compile("(?<=key=)[a-z]");
  ASSERT_FALSE(behind);
  EXPECT_EQ(behind.error().what.find("(?P"), std::string::npos) << behind.error().what;
}

TEST(PatternTest, SeesWhatSurroundsAMatch) {
  EXPECT_THAT(compiled(R"(\bkey\b)")->find_all(Text("key monkey key")),
              ElementsAre(Span{0, 3}, Span{11, 14}));
  EXPECT_THAT(compiled("^a")->find_all(Text("aa")), ElementsAre(Span{0, 1}));
}

TEST(PatternTest, ReadsBytesThatAreNoCharacterAsOneCharacterEach) {
  EXPECT_THAT(compiled("a.{2}b")->find_all(Text("xa\xFF\xFE"
                                                "b")),
              ElementsAre(Span{1, 5}));
  EXPECT_TRUE(compiled("^.$")->matches("\xFF"));
  EXPECT_TRUE(compiled("^.$")->matches("\xC3\xA9"));
  EXPECT_TRUE(compiled("(?i)^token$")
                  ->matches("TO\xE2\x84\xAA"
                            "EN"));
}

TEST(PatternTest, GivesGroupsAsViewsIntoTheRawText) {
  const std::string raw =
      "\xFF key=\xFE"
      "abc";
  EXPECT_THAT(compiled("key=(.)(a|b)?(z)?")->first_groups(raw), ElementsAre("\xFE", "a", ""));
  EXPECT_THAT(compiled("(x)")->first_groups(raw), IsEmpty());
  EXPECT_THAT(compiled("key")->first_groups(raw), IsEmpty());
}

TEST(PatternTest, SaysWhatIsWrongWithARegex) {
  const auto wrong = Pattern::compile("a(?=b)");
  ASSERT_FALSE(wrong);
  EXPECT_FALSE(wrong.error().what.empty());
}

}  // namespace
}  // namespace cork::gitleaks
