#include "proxy/commands/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace cork::commands {
namespace {

std::string place_of(const gitleaks::Finding& finding) {
  const std::string& name = finding.symlink.empty() ? finding.file : finding.symlink;
  std::string file = name.empty() ? "standard input" : visible(name);
  if (finding.start_line == 0) return file;
  return fmt::format("{}:{}:{}", file, finding.start_line, finding.true_column);
}

std::string_view why_of(const gitleaks::Finding& finding, const Report& report) {
  const auto rule = std::ranges::find(report.rules, finding.rule, &gitleaks::Rule::id);
  return rule == report.rules.end() ? std::string_view() : std::string_view(rule->why);
}

// ", decoded from base64": what is shown of the secret stands nowhere in the file as it is. The
// other formats have it as tags.
std::string decoded_of(const gitleaks::Finding& finding) {
  constexpr std::string_view decoded = "decoded:", depth = "decode-depth:";
  std::string encodings;
  std::string_view levels;
  for (const std::string_view tag : finding.tags) {
    if (tag.starts_with(depth)) levels = tag.substr(depth.size());
    if (!tag.starts_with(decoded)) continue;
    encodings += encodings.empty() ? ", decoded from " : " and ";
    encodings += tag.substr(decoded.size());
  }
  if (encodings.empty() || levels.empty() || levels == "1") return encodings;
  return fmt::format("{}, {} levels deep", encodings, levels);
}

}  // namespace

std::string report_text(const Report& report, const Painter& paint) {
  std::string out;
  const auto line = [&out](std::string_view name, std::string_view text) {
    if (!text.empty()) fmt::format_to(std::back_inserter(out), "  {:<9}{}\n", name, visible(text));
  };
  for (const gitleaks::Finding& finding : report.findings) {
    fmt::format_to(std::back_inserter(out), "{}: {}\n", place_of(finding),
                   paint(Colour::red, visible(finding.rule)));
    line("what", finding.description);
    line("secret", (finding.secret.empty() ? finding.match : finding.secret) + decoded_of(finding));
    line("why", why_of(finding, report));
    for (const gitleaks::RequiredFinding& other : finding.required) {
      line("with", fmt::format("{} in line {}", other.rule, other.start_line));
    }
    line("ignore", finding.fingerprint);
    out += '\n';
  }
  return out;
}

}  // namespace cork::commands
