#include "proxy/commands/scan_baseline.h"

#include "proxy/commands/report.h"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <tuple>
#include <utility>

namespace cork::commands {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? json::value_to<std::string>(*value) : "";
}

template <class Number>
Number number_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_number()) return {};
  boost::system::error_code error;
  const Number number = value->to_number<Number>(error);
  return error ? Number{} : number;
}

gitleaks::Finding finding_of(const json::object& object) {
  gitleaks::Finding finding;
  finding.rule = text_of(object, "RuleID");
  finding.description = text_of(object, "Description");
  finding.start_line = number_of<std::size_t>(object, "StartLine");
  finding.end_line = number_of<std::size_t>(object, "EndLine");
  finding.start_column = number_of<std::size_t>(object, "StartColumn");
  finding.end_column = number_of<std::size_t>(object, "EndColumn");
  finding.match = text_of(object, "Match");
  finding.secret = text_of(object, "Secret");
  finding.file = text_of(object, "File");
  finding.entropy = number_of<float>(object, "Entropy");
  return finding;
}

auto place(const gitleaks::Finding& finding) {
  return std::tie(finding.file, finding.start_line);
}

auto end(const gitleaks::Finding& finding) {
  return std::tie(finding.end_line, finding.end_column);
}

// "tok_... (40 characters)" of the first 40 of a longer one.
bool redacts_front(std::string_view shown, std::string_view secret) {
  const std::size_t number = shown.rfind('(');
  std::size_t length = 0;
  if (number == std::string_view::npos) return false;
  const auto read = std::from_chars(&shown[number] + 1, shown.data() + shown.size(), length);
  return read.ec == std::errc() && shown == redacted(secret.substr(0, length));
}

bool same_secret(const gitleaks::Finding& finding, const gitleaks::Finding& known) {
  if (finding.secret == known.secret) return finding.match == known.match;
  return known.secret == "REDACTED" || known.secret == redacted(finding.secret);
}

// What a report shows that gives no more of a secret than what its rule asks for. The entropy is of
// that in every report, and tells it from others where a report is redacted.
bool begins(const gitleaks::Finding& finding, const gitleaks::Finding& known) {
  if (known.secret.empty() || end(finding) < end(known)) return false;
  const bool shown =
      finding.secret.starts_with(known.secret) && finding.match.starts_with(known.match);
  return shown || known.secret == "REDACTED" || redacts_front(known.secret, finding.secret);
}

bool same(const gitleaks::Finding& finding, const gitleaks::Finding& known) {
  const auto front = [](const gitleaks::Finding& one) {
    return std::tie(one.rule, one.description, one.start_column, one.entropy);
  };
  if (place(finding) != place(known) || front(finding) != front(known)) return false;
  return end(finding) == end(known) ? same_secret(finding, known) : begins(finding, known);
}

}  // namespace

Result<Baseline> Baseline::parse(std::string_view text) {
  boost::system::error_code error;
  const json::value root = json::parse(text, error);
  if (error) return fail("it is not JSON: " + error.message());
  if (!root.is_array()) return fail("it is not a list of findings");
  Baseline baseline;
  for (const json::value& one : root.get_array()) {
    if (!one.is_object()) return fail("it holds something that is not a finding");
    baseline.known_.push_back(finding_of(one.get_object()));
  }
  std::ranges::sort(baseline.known_,
                    [](const auto& a, const auto& b) { return place(a) < place(b); });
  return baseline;
}

bool Baseline::holds(const gitleaks::Finding& finding) const {
  const auto [first, last] =
      std::equal_range(known_.begin(), known_.end(), finding,
                       [](const auto& a, const auto& b) { return place(a) < place(b); });
  return std::any_of(first, last, [&finding](const auto& known) { return same(finding, known); });
}

}  // namespace cork::commands
