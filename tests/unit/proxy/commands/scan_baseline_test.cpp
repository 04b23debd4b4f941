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

TEST(BaselineTest, SaysWhatIsNoReport) {
  EXPECT_FALSE(Baseline::parse("{"));
  EXPECT_FALSE(Baseline::parse("{}"));
  EXPECT_FALSE(Baseline::parse("[1]"));
  EXPECT_TRUE(Baseline::parse("[]"));
  EXPECT_TRUE(Baseline::parse("[{\"StartLine\": -1, \"Entropy\": \"x\"}]"));
}

}  // namespace
}  // namespace cork::commands
