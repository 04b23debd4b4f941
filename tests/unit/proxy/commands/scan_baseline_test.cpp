#include "proxy/commands/scan_baseline.h"

#include "proxy/commands/report.h"
#include "report_findings.h"

#include <gtest/gtest.h>

namespace cork::commands {
namespace {

TEST(BaselineTest, HoldsWhatItsReportSays) {
  const auto baseline = Baseline::parse(report_json(some_findings()));
  ASSERT_TRUE(baseline);
  EXPECT_TRUE(baseline->holds(some_finding()));
  EXPECT_TRUE(baseline->holds(some_findings()[1]));
  auto moved = some_finding();
  moved.start_line = 13;
  EXPECT_FALSE(baseline->holds(moved));
  auto other = some_finding();
  other.secret = "tok_" + std::string(8, 'b');
  EXPECT_FALSE(baseline->holds(other));
}

TEST(BaselineTest, TakesARedactedReport) {
  auto redacted_one = some_finding();
  redact(redacted_one);
  EXPECT_TRUE(Baseline::parse(report_json({redacted_one}))->holds(some_finding()));
  auto by_gitleaks = some_finding();
  by_gitleaks.secret = by_gitleaks.match = "REDACTED";
  EXPECT_TRUE(Baseline::parse(report_json({by_gitleaks}))->holds(some_finding()));
}

// A report of before shows what the rule asks for, and now all of the secret is shown.
TEST(BaselineTest, HoldsWhatItsReportShowsTheFrontOf) {
  const auto whole = [](const std::string& more, std::size_t columns = 2) {
    auto finding = some_finding();
    finding.secret += more;
    finding.match += more;
    finding.end_column += columns;
    return finding;
  };
  auto cut = some_finding();
  redact(cut);
  auto by_gitleaks = some_finding();
  by_gitleaks.secret = by_gitleaks.match = "REDACTED";
  for (const gitleaks::Finding& known : {some_finding(), cut, by_gitleaks}) {
    const auto baseline = Baseline::parse(report_json({known}));
    EXPECT_TRUE(baseline->holds(whole("bb"))) << known.secret;
    auto key = whole("\nbb");
    key.end_line += 1;
    key.end_column = 2;
    EXPECT_TRUE(baseline->holds(key)) << known.secret;
    auto drawn = whole("bb");
    drawn.entropy = 0.75;
    EXPECT_FALSE(baseline->holds(drawn)) << known.secret;
    auto elsewhere = whole("bb");
    ++elsewhere.start_column;
    EXPECT_FALSE(baseline->holds(elsewhere)) << known.secret;
  }
  auto other = whole("bb");
  other.secret.front() = other.match[3] = 'T';
  EXPECT_FALSE(Baseline::parse(report_json({some_finding()}))->holds(other));
  EXPECT_FALSE(Baseline::parse(report_json({whole("bb")}))->holds(some_finding()))
      << "there is less of it than was told";
}

TEST(BaselineTest, SaysWhatIsNoReport) {
  EXPECT_FALSE(Baseline::parse("{"));
  EXPECT_FALSE(Baseline::parse("{}"));
  EXPECT_FALSE(Baseline::parse("[1]"));
  EXPECT_TRUE(Baseline::parse("[]"));
  EXPECT_TRUE(Baseline::parse("[{\"StartLine\": -1, \"Entropy\": \"x\"}]"));
}

}  // namespace
}  // namespace cork::commands
