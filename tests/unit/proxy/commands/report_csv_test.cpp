#include "proxy/commands/report.h"

#include "report_findings.h"

#include <gtest/gtest.h>

namespace cork::commands {
namespace {

TEST(ReportCsv, HasGitleaksColumnsAndQuotesWhereItMust) {
  const std::string secret = some_finding().secret;
  EXPECT_EQ(report_csv({some_finding()}),
            "RuleID,Commit,File,SymlinkFile,Secret,Match,StartLine,EndLine,StartColumn,EndColumn,"
            "Author,Message,Date,Email,Fingerprint,Tags\n"
            "some-token,,src/a b.py,," +
                secret + ",\"x, " + secret +
                "\",12,12,6,17,,,,,src/a b.py:some-token:12,one two\n");
  gitleaks::Finding odd;
  odd.match = " say \"so\"\n";
  EXPECT_NE(report_csv({odd}).find("\" say \"\"so\"\"\n\""), std::string::npos);
}

TEST(ReportCsv, OfNothingIsEmpty) {
  EXPECT_EQ(report_csv({}), "");
}

}  // namespace
}  // namespace cork::commands
