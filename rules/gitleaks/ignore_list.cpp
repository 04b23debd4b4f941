#include "rules/gitleaks/ignore_list.h"

#include <algorithm>

namespace cork::gitleaks {
namespace {

std::string_view without_space(std::string_view line) {
  constexpr std::string_view space = " \t\r\v\f";
  const std::size_t first = line.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(space) + 1 - first);
}

// The file's name with '/' between its parts.
std::string normalised(std::string_view line, bool has_commit) {
  std::string fingerprint(line);
  const std::size_t begin = has_commit ? fingerprint.find(':') + 1 : 0;
  const std::size_t end = fingerprint.find(':', begin);
  std::replace(fingerprint.begin() + static_cast<std::ptrdiff_t>(begin),
               fingerprint.begin() + static_cast<std::ptrdiff_t>(end), '\\', '/');
  return fingerprint;
}

}  // namespace

Diagnostics IgnoreList::add(std::string_view text, const std::string& file) {
  Diagnostics odd;
  int number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = without_space(text.substr(at, end - at));
    at = end + 1;
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    const auto colons = std::ranges::count(line, ':');
    if (colons == 2 || colons == 3) {
      fingerprints_.insert(normalised(line, colons == 3));
      continue;
    }
    fingerprints_.emplace(line);
    odd.push_back({"this is no fingerprint", {file, number, 1}, "write file:rule:line"});
  }
  return odd;
}

bool IgnoreList::holds(const Finding& finding) const {
  return fingerprints_.contains(fingerprint_of(finding));
}

}  // namespace cork::gitleaks
