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
  odd.match = " say \"so\"";
  EXPECT_NE(report_csv({odd}).find("\" say \"\"so\"\"\""), std::string::npos);
}

// Files are named by whoever put them there.
TEST(ReportCsv, DoesNothingToATerminalOrASpreadsheet) {
  gitleaks::Finding odd;
  odd.file = "=cmd|'/c calc'!A0\n\x1b[2J";
  odd.match = "-----BEGIN\r\nKEY";
  for (const char* formula : {"+1", "@SUM(A1)"}) odd.tags.emplace_back(formula);
  const std::string text = report_csv({odd});
  EXPECT_NE(text.find(",'=cmd|'/c calc'!A0\\u000a\\u001b[2J,"), std::string::npos) << text;
  EXPECT_NE(text.find(",'-----BEGIN\\u000d\\u000aKEY,"), std::string::npos) << text;
  EXPECT_NE(text.find(",'+1 @SUM(A1)\n"), std::string::npos) << text;
}

TEST(ReportCsv, OfNothingIsEmpty) {
  EXPECT_EQ(report_csv({}), "");
}

}  // namespace
}  // namespace cork::commands
