#include "proxy/commands/report.h"

#include "base/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cork::commands {
namespace {

constexpr std::size_t kShown = 4;
constexpr std::size_t kShownShare = 4;  // never more than this part of the secret

constexpr std::array<std::pair<std::string_view, ReportFormat>, 5> kFormats{
    {{"text", ReportFormat::text},
     {"json", ReportFormat::json},
     {"sarif", ReportFormat::sarif},
     {"csv", ReportFormat::csv},
     {"junit", ReportFormat::junit}}};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  if (from.empty()) return;
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at)) {
    text.replace(at, from.size(), to);
    at += to.size();
  }
}

}  // namespace

std::optional<ReportFormat> report_format(std::string_view name) {
  const auto found =
      std::ranges::find(kFormats, name, &std::pair<std::string_view, ReportFormat>::first);
  if (found == kFormats.end()) return std::nullopt;
  return found->second;
}

ReportFormat report_format_of_file(std::string_view file) {
  const std::string_view ending = file.substr(std::min(file.rfind('.'), file.size() - 1) + 1);
  if (ending == "xml") return ReportFormat::junit;
  return report_format(ending).value_or(ReportFormat::text);
}

std::string report(ReportFormat format, const Report& report, const Painter& paint) {
  switch (format) {
    case ReportFormat::json:
      return report_json(report.findings);
    case ReportFormat::sarif:
      return report_sarif(report);
    case ReportFormat::csv:
      return report_csv(report.findings);
    case ReportFormat::junit:
      return report_junit(report.findings);
    case ReportFormat::text:
      break;
  }
  return report_text(report, paint);
}

std::string redacted(std::string_view secret) {
  const std::size_t length = width_of(secret);
  const std::size_t shown = std::min(kShown, length / kShownShare);
  std::string_view rest = secret;
  for (std::size_t i = 0; i < shown; ++i) rest.remove_prefix(next_code_point(rest).length);
  return fmt::format("{}... ({} characters)", secret.substr(0, secret.size() - rest.size()),
                     length);
}

void redact(gitleaks::Finding& finding) {
  if (finding.secret.empty()) {  // the group that is it took no part, or a path was found
    if (finding.start_line > 0) finding.match = redacted(finding.match);
    return;
  }
  const std::string shown = redacted(finding.secret);
  replace_all(finding.match, finding.secret, shown);
  finding.secret = shown;
}

}  // namespace cork::commands
