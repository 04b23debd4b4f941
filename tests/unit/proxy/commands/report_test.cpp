#include "proxy/commands/report.h"

#include "report_findings.h"

#include <gtest/gtest.h>

namespace cork::commands {
namespace {

TEST(Redacted, ShowsFourCharactersAndAQuarterAtMost) {
  EXPECT_EQ(redacted("tok_" + std::string(36, 'a')), "tok_... (40 characters)");
  EXPECT_EQ(redacted("12345678"), "12... (8 characters)");
  EXPECT_EQ(redacted("abc"), "... (3 characters)");
  EXPECT_EQ(redacted("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"), "\xC3\xA9... (4 characters)");
}

TEST(Redact, LeavesTheSecretNowhere) {
  gitleaks::Finding finding = some_finding();
  const std::string secret = finding.secret;
  finding.match = secret + ' ' + secret;
  redact(finding);
  EXPECT_EQ(finding.secret, "tok... (12 characters)");
  EXPECT_EQ(finding.match.find(secret), std::string::npos);
}

TEST(Redact, LeavesTheMatchNowhereOfARuleWhoseGroupTookNoPart) {
  gitleaks::Finding finding = some_finding();
  finding.match = "tok_" + std::exchange(finding.secret, "");
  const std::string match = finding.match;
  redact(finding);
  EXPECT_EQ(finding.match, redacted(match));
  finding.start_line = 0;
  finding.match = "file detected: id_rsa";
  redact(finding);
  EXPECT_EQ(finding.match, "file detected: id_rsa");
}

TEST(ReportFormat, IsNamedOrKnownByTheFile) {
  EXPECT_EQ(report_format("sarif"), ReportFormat::sarif);
  EXPECT_EQ(report_format("template"), std::nullopt);
  EXPECT_EQ(report_format_of_file("a/b.json"), ReportFormat::json);
  EXPECT_EQ(report_format_of_file("b.xml"), ReportFormat::junit);
  EXPECT_EQ(report_format_of_file("json"), ReportFormat::text);
  EXPECT_EQ(report_format_of_file("a.txt"), ReportFormat::text);
}

}  // namespace
}  // namespace cork::commands
