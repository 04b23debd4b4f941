#include "rules/gitleaks/allowlist.h"

#include "rules/gitleaks/text.h"

namespace cork::gitleaks {

AllowlistJudge::AllowlistJudge(const Allowlist& list) : list_(list), stopwords_(list.stopwords) {}

bool AllowlistJudge::names_path(std::string_view path) const {
  return !path.empty() && list_.path != nullptr && list_.path->matches(path);
}

bool AllowlistJudge::allows_file(std::string_view path) const {
  if (list_.condition == Condition::any || path.empty()) return names_path(path);
  // With more to ask for, the file alone decides nothing yet.
  const bool path_alone =
      list_.commits.empty() && list_.regex == nullptr && list_.stopwords.empty();
  return path_alone && names_path(path);
}

bool AllowlistJudge::allows(const Candidate& candidate) const {
  std::string_view target = candidate.secret;
  if (list_.target == RegexTarget::match) target = candidate.match;
  if (list_.target == RegexTarget::line) target = candidate.line;
  const auto regex = [&] {
    return list_.regex != nullptr && !target.empty() && list_.regex->matches(target);
  };
  const auto stopword = [&] {
    return !list_.stopwords.empty() && stopwords_.any_in(lower_case(candidate.secret));
  };
  if (list_.condition == Condition::any) return regex() || stopword();
  return list_.commits.empty() && (list_.path == nullptr || names_path(candidate.path)) &&
         (list_.regex == nullptr || regex()) && (list_.stopwords.empty() || stopword());
}

}  // namespace cork::gitleaks
