#include "rules/gitleaks/location.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::gitleaks {
namespace {

TEST(LinesTest, CountsColumnsFromOneInTheFirstLineAndFromTwoInTheOthers) {
  const std::string text = "key one\nkey two\n";
  const Lines lines(text);
  const Location first = lines.locate({4, 7});
  EXPECT_EQ(first.start_line, 0U);
  EXPECT_EQ(first.start_column, 5U);
  EXPECT_EQ(first.end_column, 7U);
  EXPECT_EQ(first.true_column, 5U);
  EXPECT_EQ(first.true_end_column, 8U);
  EXPECT_EQ(first.line, (Span{0, 7}));
  const Location second = lines.locate({12, 15});
  EXPECT_EQ(second.start_line, 1U);
  EXPECT_EQ(second.start_column, 6U);
  EXPECT_EQ(second.end_column, 8U);
  EXPECT_EQ(second.true_column, 5U);
  EXPECT_EQ(second.true_end_column, 8U);
  EXPECT_EQ(second.line, (Span{7, 15}));
}

TEST(LinesTest, BeginsAMatchThatHoldsTheLineEndBeforeItInItsOwnLine) {
  const std::string text = "one\ntwo\n";
  const Location at = Lines(text).locate({3, 7});
  EXPECT_EQ(at.start_line, 1U);
  EXPECT_EQ(at.start_column, 1U);
  EXPECT_EQ(at.true_column, 1U);
}

TEST(LinesTest, SpansLines) {
  const std::string text = "a\nbc\nde\n";
  const Location at = Lines(text).locate({2, 7});
  EXPECT_EQ(at.start_line, 1U);
  EXPECT_EQ(at.end_line, 2U);
  EXPECT_EQ(at.end_column, 3U);
  EXPECT_EQ(at.line, (Span{1, 7}));
}

TEST(LinesTest, GivesALastLineWithoutItsNewlineTheWholeTextBefore) {
  const std::string text = "one # gitleaks:allow\ntwo three\r\r";
  const Location at = Lines(text).locate({25, 30});
  EXPECT_EQ(at.start_line, 1U);
  EXPECT_EQ(at.end_line, 1U);
  EXPECT_EQ(at.start_column, 6U);
  EXPECT_EQ(at.end_column, 10U);
  EXPECT_EQ(at.true_column, 5U);
  EXPECT_EQ(at.line, (Span{0, 30}));
}

TEST(LinesTest, TakesATextWithoutNewlinesForOneLine) {
  const Location at = Lines("just one").locate({5, 8});
  EXPECT_EQ(at.start_line, 0U);
  EXPECT_EQ(at.start_column, 6U);
  EXPECT_EQ(at.end_column, 8U);
  EXPECT_EQ(at.line, (Span{0, 8}));
}

TEST(LinesTest, GivesNoEndToAMatchThatRunsIntoALastLineWithoutNewline) {
  const Location at = Lines("ab\ncd").locate({1, 5});
  EXPECT_EQ(at.start_line, 0U);
  EXPECT_EQ(at.end_line, 0U);
  EXPECT_EQ(at.end_column, 0U);
  EXPECT_EQ(at.line, (Span{0, 5}));
}

TEST(LinesTest, TakesAPlaceBeyondTheTextForItsEnd) {
  const Location at = Lines("ab\n").locate({7, 9});
  EXPECT_LE(at.line.end, 3U);
}

}  // namespace
}  // namespace cork::gitleaks
