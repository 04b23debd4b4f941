#include "proxy/commands/scan_gitignore.h"

#include <algorithm>
#include <optional>
#include <ranges>
#include <span>

namespace cork::commands {
namespace {

using Parts = std::vector<std::string>;

Parts split(std::string_view path) {
  Parts parts;
  for (const auto part : std::views::split(path, '/')) {
    if (!part.empty()) parts.emplace_back(std::string_view(part.begin(), part.end()));
  }
  return parts;
}

// Does the class that begins at `pattern`, "[a-z]...", hold `c`? Takes it off; nullopt: no class.
std::optional<bool> take_class(std::string_view& pattern, char c) {
  std::size_t at = 1;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  bool held = false;
  for (bool first = true; at < pattern.size(); first = false) {
    if (pattern[at] == ']' && !first) {
      pattern.remove_prefix(at + 1);
      return held != negated;
    }
    if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
    const char from = pattern[at++];
    char to = from;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      to = pattern[at + 1];
      at += 2;
    }
    held = held || (from <= c && c <= to);
  }
  return std::nullopt;
}

// Takes one element that is not '*' off the pattern; false: it does not match `c`.
bool take_one(std::string_view& pattern, char c) {
  if (pattern[0] == '[') {
    if (const auto held = take_class(pattern, c)) return *held;
  }
  const bool any = pattern[0] == '?';
  if (pattern[0] == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
  const bool same = any || pattern[0] == c;
  pattern.remove_prefix(1);
  return same;
}

// "**" stands for any number of parts, none included; at the end for one at least. Only the last
// one met is tried again: what an earlier one could take, it can take as well.
bool matches(std::span<const std::string> pattern, std::span<const std::string> path) {
  std::span<const std::string> retry_pattern, retry_path;
  bool can_retry = false;
  for (;;) {
    if (!pattern.empty() && pattern[0] == "**") {
      if (pattern.size() == 1) return !path.empty();
      pattern = pattern.subspan(1);
      retry_pattern = pattern;
      retry_path = path;
      can_retry = true;
    } else if (pattern.empty() && path.empty()) {
      return true;
    } else if (!pattern.empty() && !path.empty() && matches_part(pattern[0], path[0])) {
      pattern = pattern.subspan(1);
      path = path.subspan(1);
    } else {
      if (!can_retry || retry_path.empty()) return false;
      retry_path = retry_path.subspan(1);
      pattern = retry_pattern;
      path = retry_path;
    }
  }
}

// Without the spaces at the end that no backslash keeps.
std::string_view pattern_of(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
  return line.starts_with('#') ? std::string_view() : line;
}

}  // namespace

bool matches_part(std::string_view pattern, std::string_view part) {
  std::string_view retry_pattern, retry_part;
  bool can_retry = false;
  while (!part.empty()) {
    if (pattern.starts_with('*')) {
      pattern.remove_prefix(1);
      retry_pattern = pattern;
      retry_part = part;
      can_retry = true;
      continue;
    }
    if (!pattern.empty() && take_one(pattern, part[0])) {
      part.remove_prefix(1);
      continue;
    }
    if (!can_retry) return false;
    retry_part.remove_prefix(1);
    pattern = retry_pattern;
    part = retry_part;
  }
  return pattern.find_first_not_of('*') == std::string_view::npos;
}

void GitIgnore::add(std::string_view folder, std::string_view text) {
  for (const auto raw : std::views::split(text, '\n')) {
    std::string_view line = pattern_of(std::string_view(raw.begin(), raw.end()));
    if (line.empty()) continue;
    Pattern pattern;
    pattern.folder = folder;
    pattern.negated = line.starts_with('!');
    if (pattern.negated) line.remove_prefix(1);
    pattern.folders_only = line.ends_with('/');
    if (pattern.folders_only) line.remove_suffix(1);
    pattern.parts = split(line);
    if (pattern.parts.empty()) continue;
    // Without a slash at its beginning or in it, at any depth.
    if (line.find('/') == std::string_view::npos) {
      pattern.parts.insert(pattern.parts.begin(), "**");
    }
    patterns_.push_back(std::move(pattern));
  }
}

bool GitIgnore::ignores(std::string_view path, bool is_folder) const {
  for (const Pattern& pattern : patterns_ | std::views::reverse) {
    if (pattern.folders_only && !is_folder) continue;
    std::string_view below = path;
    if (!pattern.folder.empty()) {
      if (!below.starts_with(pattern.folder)) continue;
      below.remove_prefix(pattern.folder.size());
      if (!below.starts_with('/')) continue;
    }
    if (matches(pattern.parts, split(below))) return !pattern.negated;
  }
  return false;
}

}  // namespace cork::commands
