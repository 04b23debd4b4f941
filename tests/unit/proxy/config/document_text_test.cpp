#include "proxy/config/document_text.h"

#include <gtest/gtest.h>

namespace cork::config {
namespace {

TEST(DocumentText, CutsLinesAtNewlinesAndForgetsAByteOrderMark) {
  EXPECT_EQ(lines_of("\xEF\xBB\xBF"
                     "a\nb"),
            (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(lines_of(""), (std::vector<std::string_view>{""}));
}

TEST(DocumentText, LetsTabsStandOutsideTheIndentation) {
  Report report("f");
  EXPECT_TRUE(check_text("a: 1\t# note\n\t# a comment\n\t\n", report));
  EXPECT_FALSE(check_text("  \ta: 1\n", report));
  EXPECT_EQ(render(report.take()),
            "f:1:3: error: a tab in the indentation\n"
            "    YAML is indented by spaces: replace the tab\n");
}

TEST(DocumentText, FindsTheWildcardThatTheParserStoppedAtOrBehind) {
  EXPECT_EQ(unquoted_wildcard("- *.a.b", {{1, 3}, ""}), (Position{1, 3}));
  EXPECT_EQ(unquoted_wildcard("- *.a.b", {{1, 8}, ""}), (Position{1, 3}));
  EXPECT_EQ(unquoted_wildcard("[x, *.a.b]", {{1, 10}, ""}), (Position{1, 5}));
  EXPECT_EQ(unquoted_wildcard("a*b: [", {{1, 6}, ""}), std::nullopt);
  EXPECT_EQ(unquoted_wildcard("", {{7, 3}, ""}), std::nullopt);
}

TEST(DocumentText, DisarmsAWildcardWithoutMovingAnythingBehindIt) {
  std::string text = "a: 1\n- **.a.b # *\n";
  disarm(text, {2, 3});
  EXPECT_EQ(text, "a: 1\n- xx.a.b # *\n");
}

TEST(DocumentText, SeesThatAValueEndsOnItsLine) {
  EXPECT_FALSE(check_one_line("plain # note", "plain", false));
  EXPECT_FALSE(check_one_line("'it''s' # note", "it's", true));
  EXPECT_FALSE(check_one_line(R"("a\\" # note)", "a\\", true));
  EXPECT_TRUE(check_one_line("'it''", "it'", true));
  EXPECT_TRUE(check_one_line(R"("a\")", "a\"", true));
  EXPECT_TRUE(check_one_line("plain", "plain more", false));
  EXPECT_TRUE(check_one_line("| ", "text", true));
}

}  // namespace
}  // namespace cork::config
