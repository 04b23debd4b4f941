#include "base/utf8.h"
#include "proxy/commands/report.h"

#include <fmt/format.h>

#include <iterator>

namespace cork::commands {
namespace {

// Characters that XML 1.0 has no way to hold become U+FFFD.
bool is_xml(char32_t c) {
  return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xD7FF) ||
         (c >= 0xE000 && c <= 0xFFFD) || c >= 0x10000;
}

std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint next = next_code_point(text);
    const char32_t c = next.value.value_or(0);
    if (!next.value || !is_xml(c)) {
      out += "\xEF\xBF\xBD";
    } else if (c < 0x20 || c == '"' || c == '\'' || c == '&' || c == '<' || c == '>') {
      fmt::format_to(std::back_inserter(out), "&#{};", static_cast<unsigned>(c));
    } else {
      out += text.substr(0, next.length);
    }
    text.remove_prefix(next.length);
  }
  return out;
}

std::string sentence(const gitleaks::Finding& finding) {
  return escaped(fmt::format("{} has detected a secret in file {}, line {}.", finding.rule,
                             finding.file, finding.start_line));
}

}  // namespace

std::string report_junit(const std::vector<gitleaks::Finding>& findings) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  out += fmt::format("\t<testsuite failures=\"{0}\" name=\"gitleaks\" tests=\"{0}\" time=\"\">\n",
                     findings.size());
  for (const gitleaks::Finding& finding : findings) {
    const std::string what = escaped(finding.description);
    out += fmt::format(
        "\t\t<testcase classname=\"{}\" file=\"{}\" name=\"{}\" time=\"\">\n"
        "\t\t\t<failure message=\"{}\" type=\"{}\">{}</failure>\n\t\t</testcase>\n",
        what, escaped(finding.file), sentence(finding), sentence(finding), what,
        escaped(finding_json(finding, 0)));
  }
  return out + "\t</testsuite>\n</testsuites>\n";
}

}  // namespace cork::commands
