#include "base/ascii.h"
#include "base/json_text.h"
#include "base/version.h"
#include "proxy/commands/report.h"

#include <fmt/format.h>

#include <iterator>

namespace cork::commands {
namespace {

std::string json_of(std::string_view text) {
  std::string out;
  append_json(out, text);
  return out;
}

// A path as a relative reference of RFC 3986.
std::string uri_of(std::string_view path) {
  constexpr std::string_view plain = "/-._~!$'()*,;=@+";
  std::string uri;
  for (const char c : path) {
    if (is_alnum(c) || plain.find(c) != std::string_view::npos)
      uri += c;
    else
      fmt::format_to(std::back_inserter(uri), "%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

std::string rule_json(const gitleaks::Rule& rule) {
  return fmt::format(R"(     {{"id": {}, "shortDescription": {{"text": {}}}}})", json_of(rule.id),
                     json_of(rule.description));
}

// Columns are counted from 1 in every line here, as the format asks.
std::string region_json(const gitleaks::Finding& finding) {
  if (finding.start_line == 0) return {};
  std::string region = fmt::format(R"(, "region": {{"startLine": {}, "startColumn": {})",
                                   finding.start_line, finding.true_column);
  if (finding.true_end_column > 0) {
    region += fmt::format(R"(, "endLine": {}, "endColumn": {})", finding.end_line,
                          finding.true_end_column);
  }
  return region + fmt::format(R"(, "snippet": {{"text": {}}}}})", json_of(finding.secret));
}

std::string result_json(const gitleaks::Finding& finding) {
  std::string tags;
  for (const std::string& tag : finding.tags) tags += (tags.empty() ? "" : ", ") + json_of(tag);
  const std::string& file = finding.symlink.empty() ? finding.file : finding.symlink;
  return fmt::format(
      R"(    {{"message": {{"text": {}}}, "ruleId": {}, "level": "error",
     "locations": [{{"physicalLocation": {{"artifactLocation": {{"uri": {}}}{}}}}}],
     "partialFingerprints": {{"commitSha": "", "email": "", "author": "", "date": "", "commitMessage": ""}},
     "fingerprints": {{"gitleaks/v1": {}}},
     "properties": {{"tags": [{}]}}}})",
      json_of(fmt::format("{} has detected secret for file {}.", finding.rule, finding.file)),
      json_of(finding.rule), json_of(uri_of(file)), region_json(finding),
      json_of(finding.fingerprint), tags);
}

template <class Items, class Write>
std::string joined(const Items& items, Write write) {
  std::string out;
  for (const auto& item : items) {
    out += out.empty() ? "\n" : ",\n";
    out += write(item);
  }
  return out;
}

}  // namespace

std::string report_sarif(const Report& report) {
  return fmt::format(
      R"({{"$schema": "https://json.schemastore.org/sarif-2.1.0.json",
 "version": "2.1.0",
 "runs": [
  {{"tool": {{"driver": {{"name": "cork", "version": "{}", "semanticVersion": "{}", "rules": [{}]}}}},
   "results": [{}]}}
 ]}}
)",
      kVersion, kVersion, joined(report.rules, rule_json), joined(report.findings, result_json));
}

}  // namespace cork::commands
