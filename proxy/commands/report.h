// What `cork scan` found, written in one of five forms: for people, or with gitleaks' field names
// for the programs that read its reports.
//
// Pure: findings in, text out. Findings are redacted before they come here, or they are not.
//
//   std::ignore = replace_file(path, report(ReportFormat::sarif, found), 0600);
#pragma once

#include "proxy/commands/terminal.h"
#include "rules/gitleaks/config.h"
#include "rules/gitleaks/finding.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::commands {

enum class ReportFormat : std::uint8_t { text, json, sarif, csv, junit };

// "json"; nullopt: no format.
[[nodiscard]] std::optional<ReportFormat> report_format(std::string_view name);
// By the ending of a file's name: ".json", ".sarif", ".csv", ".xml"; anything else is text.
[[nodiscard]] ReportFormat report_format_of_file(std::string_view file);

struct Report {
  const std::vector<gitleaks::Finding>& findings;
  const std::vector<gitleaks::Rule>& rules;  // those that were looked for
};

[[nodiscard]] std::string report(ReportFormat format, const Report& report, const Painter& paint);

[[nodiscard]] std::string report_text(const Report& report, const Painter& paint);
// gitleaks' JSON: an array of objects, which is also what a baseline is.
[[nodiscard]] std::string report_json(const std::vector<gitleaks::Finding>& findings);
[[nodiscard]] std::string report_sarif(const Report& report);  // 2.1.0
// What a terminal must not see is escaped, and what a spreadsheet would take for a formula begins
// with an apostrophe.
[[nodiscard]] std::string report_csv(const std::vector<gitleaks::Finding>& findings);
[[nodiscard]] std::string report_junit(const std::vector<gitleaks::Finding>& findings);

// One finding as a JSON object, indented by `indent` spaces.
[[nodiscard]] std::string finding_json(const gitleaks::Finding& finding, std::size_t indent);

// The secret's first characters, at most four and a quarter of it, and how long it is:
// "ghp_... (40 characters)". In the match too.
void redact(gitleaks::Finding& finding);
[[nodiscard]] std::string redacted(std::string_view secret);

}  // namespace cork::commands
