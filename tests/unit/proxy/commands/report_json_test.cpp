#include "proxy/commands/report.h"

#include "report_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace cork::commands {
namespace {

TEST(ReportJson, HasGitleaksFieldsInItsOrder) {
  const auto parsed = boost::json::parse(report_json(some_findings()));
  const auto& list = parsed.as_array();
  ASSERT_EQ(list.size(), 2U);
  std::vector<std::string> names;
  for (const auto& member : list[0].as_object()) names.emplace_back(member.key());
  EXPECT_THAT(names, testing::ElementsAre("RuleID", "Description", "StartLine", "EndLine",
                                          "StartColumn", "EndColumn", "Match", "Secret", "File",
                                          "SymlinkFile", "Commit", "Entropy", "Author", "Email",
                                          "Date", "Message", "Tags", "Fingerprint"));
  EXPECT_EQ(list[0].at("StartColumn").as_int64(), 6);
  EXPECT_EQ(list[0].at("Entropy").to_number<double>(), 0.5);
  EXPECT_EQ(list[0].at("Tags").as_array().size(), 2U);
  EXPECT_EQ(list[1].at("StartLine").as_int64(), 0);
}

TEST(ReportJson, OfNothingIsAnEmptyList) {
  EXPECT_EQ(report_json({}), "[]\n");
}

TEST(ReportJson, IsJsonWhateverTheBytes) {
  auto finding = some_finding();
  finding.match = "\xFF\x01\"\\";
  EXPECT_NO_THROW((void)boost::json::parse(report_json({finding})));
}

}  // namespace
}  // namespace cork::commands
