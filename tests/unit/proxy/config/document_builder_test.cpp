#include "proxy/config/document_builder.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace cork::config {
namespace {

YAML::Mark mark(int line, int column) {
  YAML::Mark at;
  at.line = line;
  at.column = column;
  return at;
}

TEST(DocumentBuilder, PairsKeysWithValuesAndDropsWhatHasNoUsableKey) {
  const std::vector<std::string_view> lines{"{a: 1, a: 2, [x]: 3}"};
  Report report("f.yaml");
  DocumentBuilder builder(lines, report);
  const auto style = YAML::EmitterStyle::Default;
  builder.OnDocumentStart(mark(0, 0));
  builder.OnMapStart(mark(0, 0), "?", 0, style);
  builder.OnScalar(mark(0, 1), "?", 0, "a");
  builder.OnScalar(mark(0, 4), "?", 0, "1");
  builder.OnScalar(mark(0, 7), "?", 0, "a");
  builder.OnScalar(mark(0, 10), "?", 0, "2");
  builder.OnSequenceStart(mark(0, 13), "?", 0, style);
  builder.OnScalar(mark(0, 14), "?", 0, "x");
  builder.OnSequenceEnd();
  builder.OnScalar(mark(0, 18), "?", 0, "3");
  builder.OnMapEnd();
  const auto root = builder.take();
  ASSERT_TRUE(root);
  ASSERT_EQ(root->members.size(), 1U);
  EXPECT_EQ(root->members[0].value.text, "1");
  EXPECT_EQ(report.take().size(), 2U);
}

TEST(DocumentBuilder, StopsTheParserPastItsLimits) {
  const std::vector<std::string_view> lines{""};
  Report report("f.yaml");
  DocumentBuilder builder(lines, report);
  EXPECT_THROW(
      {
        for (int i = 0; i < 100; ++i) {
          builder.OnSequenceStart(mark(0, i), "?", 0, YAML::EmitterStyle::Default);
        }
      },
      DocumentTooBig);
  EXPECT_THROW(
      {
        for (int i = 0; i < 100'000; ++i) builder.OnNull(mark(0, 0), 0);
      },
      DocumentTooBig);
}

}  // namespace
}  // namespace cork::config
