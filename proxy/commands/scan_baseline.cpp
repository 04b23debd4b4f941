#include "proxy/commands/scan_baseline.h"

#include "proxy/commands/report.h"

#include <boost/json.hpp>

#include <algorithm>
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

bool same_secret(const gitleaks::Finding& finding, const gitleaks::Finding& known) {
  if (finding.secret == known.secret) return finding.match == known.match;
  return known.secret == "REDACTED" || known.secret == redacted(finding.secret);
}

bool same(const gitleaks::Finding& a, const gitleaks::Finding& b) {
  const auto rest = [](const gitleaks::Finding& one) {
    return std::tie(one.rule, one.description, one.end_line, one.start_column, one.end_column,
                    one.entropy);
  };
  return place(a) == place(b) && rest(a) == rest(b) && same_secret(a, b);
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
