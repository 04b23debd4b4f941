// Every way in which an origin may plausibly read a request's path: percent-decoded once or twice,
// an encoded slash or a backslash taken for a divider or not, empty segments collapsed or not, dot
// segments resolved or not, `;parameters` kept or cut, cut at an encoded '?' or '#' or not.
//
// Pure. At most 96 readings, of paths of at most kLongestUnclearPath bytes.
//
//   auto readings = readings_of(head.target.path());
//   readings && std::ranges::all_of(*readings, admitted);
#pragma once

#include "base/result.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cork::policy {

// A path that can be read in one way only may be as long as it likes.
inline constexpr std::size_t kLongestUnclearPath = 4096;

// Percent-decoded, without duplicates; a slash within a segment is kSlashInSegment
// (path_pattern.h). An error where some origin can be expected to read it as something that nobody
// can name: a dot segment in disguise, control characters, bytes that are not UTF-8. It completes
// "its path …".
Result<std::vector<std::string>> readings_of(std::string_view path);

}  // namespace cork::policy
