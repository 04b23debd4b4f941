#include "proxy/commands/report.h"

#include "report_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cork::commands {
namespace {

using testing::HasSubstr;

TEST(ReportJunit, IsOneSuiteWithAFailureEach) {
  auto finding = some_finding();
  finding.match = "a\x01\xFF";
  const std::string xml = report_junit({finding, some_findings()[1]});
  EXPECT_THAT(xml, HasSubstr("<testsuite failures=\"2\" name=\"gitleaks\" tests=\"2\" time=\"\">"));
  EXPECT_THAT(xml, HasSubstr("classname=\"A token, &#34;quoted&#34; &#38; &#60;marked&#62;\""));
  EXPECT_THAT(xml,
              HasSubstr("name=\"some-token has detected a secret in file src/a b.py, line 12.\""));
  EXPECT_THAT(xml, HasSubstr("&#34;RuleID&#34;: &#34;some-token&#34;"));
  EXPECT_EQ(xml.find('\x01'), std::string::npos);
  EXPECT_EQ(xml.find('\xFF'), std::string::npos);
}

}  // namespace
}  // namespace cork::commands
