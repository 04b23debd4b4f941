// Path rules: whatever a route for /a/** admits leads below /a/ to the most lenient origin too,
// which decodes until nothing is left, takes a backslash for a slash, drops parameters and resolves
// dot segments.
#include "base/target.h"
#include "rules/policy/path_pattern.h"
#include "rules/policy/path_readings.h"
#include "rules/policy/percent.h"
#include "tests/fuzz/require.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace cork::policy;

using cork::fuzz::require;

std::string most_lenient(std::string_view path) {
  std::string text(path);
  while (holds_escape(text)) text = percent_decoded(text);
  text = text.substr(0, text.find_first_of("?#"));
  std::vector<std::string> kept;
  for (std::size_t begin = 1; begin <= text.size();) {
    const std::size_t end = std::min(text.find_first_of("/\\", begin), text.size());
    std::string segment = text.substr(begin, end - begin);
    segment = segment.substr(0, segment.find(';'));
    if (segment == ".." && !kept.empty()) kept.pop_back();
    if (segment != ".." && segment != "." && !segment.empty()) kept.push_back(segment);
    begin = end + 1;
  }
  std::string resolved = "/";
  for (const std::string& segment : kept) resolved += segment + '/';
  return resolved;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  // A pattern is text a person wrote: it is taken or refused, and one that is taken can match.
  if (const auto written = PathPattern::parse(input)) {
    require(input.size() <= PathPattern::kLongest && written->text() == input);
    (void)written->matches("/a/b/c");
  }
  const std::string path = "/a/" + std::string(input);
  const auto target = cork::Target::parse(path);
  if (!target) return 0;
  const auto readings = readings_of(target->path());
  if (!readings) {
    require(!readings.error().what.empty());
    return 0;
  }
  require(!readings->empty() && readings->size() <= 96);
  static const PathPattern below = PathPattern::parse("/a/**").value();
  static const PathPattern one = PathPattern::parse("/a/*").value();
  const auto admits = [&](const PathPattern& pattern) {
    return std::ranges::all_of(*readings,
                               [&](const std::string& text) { return pattern.matches(text); });
  };
  const std::string lenient = most_lenient(target->path());
  if (admits(below)) require(lenient.starts_with("/a/"));
  if (admits(one)) require(std::ranges::count(lenient, '/') <= 3);
  return 0;
}
