#include "proxy/commands/report.h"

#include <fmt/ranges.h>

#include <array>

namespace cork::commands {
namespace {

constexpr std::array<std::string_view, 16> kColumns{
    "RuleID",    "Commit",  "File",        "SymlinkFile", "Secret", "Match",
    "StartLine", "EndLine", "StartColumn", "EndColumn",   "Author", "Message",
    "Date",      "Email",   "Fingerprint", "Tags"};

// Spreadsheets take what begins so for a formula, and run it. OWASP's advice is the apostrophe.
bool is_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos;
}

// Quoted only where it must be (RFC 4180), or begins with a space, as Go's writer does it.
std::string cell(std::string_view raw) {
  std::string text = (is_formula(raw) ? "'" : "") + visible(raw);
  const bool plain =
      text.find_first_of(",\"") == std::string::npos && !text.starts_with(' ') && text != "\\.";
  if (plain) return text;
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string report_csv(const std::vector<gitleaks::Finding>& findings) {
  if (findings.empty()) return {};
  std::string out = fmt::format("{}\n", fmt::join(kColumns, ","));
  for (const gitleaks::Finding& finding : findings) {
    const std::array<std::string, kColumns.size()> cells{
        cell(finding.rule),
        "",
        cell(finding.file),
        cell(finding.symlink),
        cell(finding.secret),
        cell(finding.match),
        std::to_string(finding.start_line),
        std::to_string(finding.end_line),
        std::to_string(finding.start_column),
        std::to_string(finding.end_column),
        "",
        "",
        "",
        "",
        cell(finding.fingerprint),
        cell(fmt::format("{}", fmt::join(finding.tags, " ")))};
    out += fmt::format("{}\n", fmt::join(cells, ","));
  }
  return out;
}

}  // namespace cork::commands
