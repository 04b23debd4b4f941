#include "proxy/commands/report.h"

#include "base/version.h"
#include "report_findings.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace cork::commands {
namespace {

TEST(ReportSarif, IsOneRunOfVersion210) {
  const auto findings = some_findings();
  const auto rules = some_rules();
  const auto parsed = boost::json::parse(report_sarif({findings, rules}));
  EXPECT_EQ(parsed.at("version").as_string(), "2.1.0");
  const auto& run = parsed.at("runs").at(0);
  EXPECT_EQ(run.at("tool").at("driver").at("name").as_string(), "cork");
  EXPECT_EQ(run.at("tool").at("driver").at("version").as_string(), kVersion);
  EXPECT_EQ(run.at("tool").at("driver").at("semanticVersion").as_string(), kVersion);
  EXPECT_EQ(run.at("tool").at("driver").at("rules").as_array().size(), 2U);
  const auto& result = run.at("results").at(0);
  EXPECT_EQ(result.at("ruleId").as_string(), "some-token");
  const auto& place = result.at("locations").at(0).at("physicalLocation");
  EXPECT_EQ(place.at("artifactLocation").at("uri").as_string(), "src/a%20b.py");
  EXPECT_EQ(place.at("region").at("startColumn").as_int64(), 5);
  EXPECT_EQ(place.at("region").at("endColumn").as_int64(), 17);
  EXPECT_EQ(place.at("region").at("snippet").at("text").as_string(), findings[0].secret);
  const auto& file = run.at("results").at(1).at("locations").at(0).at("physicalLocation");
  EXPECT_FALSE(file.as_object().contains("region")) << "a path was found, no text";
}

TEST(ReportSarif, OfNothingHasNoResults) {
  const std::vector<gitleaks::Finding> none;
  const std::vector<gitleaks::Rule> no_rules;
  const auto parsed = boost::json::parse(report_sarif({none, no_rules}));
  EXPECT_TRUE(parsed.at("runs").at(0).at("results").as_array().empty());
}

}  // namespace
}  // namespace cork::commands
