#include "proxy/commands/scan_gitignore.h"

#include <algorithm>
#include <ranges>
#include <span>
#include <utility>

namespace cork::commands {
namespace {

using Parts = std::vector<std::string_view>;

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
// For one path: some hundred for each of as many patterns as there may be.
constexpr std::size_t kMostSteps = 2'000'000;

Parts split(std::string_view path) {
  Parts parts;
  for (const auto part : std::views::split(path, '/')) {
    if (!part.empty()) parts.emplace_back(part.begin(), part.end());
  }
  return parts;
}

// Without the spaces at the end that no backslash keeps.
std::string_view without_last_spaces(std::string_view line) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool is_escape = line[i] == '\\';
    if (is_escape) ++i;
    if (is_escape || line[i] != ' ') end = i + 1;
  }
  return line.substr(0, end);
}

std::string_view pattern_of(std::string_view line) {
  if (line.starts_with('#')) return {};
  if (line.ends_with('\r')) line.remove_suffix(1);
  return without_last_spaces(line.substr(0, line.find('\0')));
}

// "**" right behind other characters, which git takes for a '*', or, behind those that are none of
// a pattern's signs, for any number of folders. What takes a file out again had better be too much.
bool may_cross_folders(std::string_view line) {
  for (std::size_t at = line.find("**"); at != line.npos; at = line.find("**", at + 1)) {
    if (at > 0 && line[at - 1] != '/' && line[at - 1] != '*') return true;
  }
  return false;
}

}  // namespace

void GitIgnore::add_line(std::string_view line, List& list) {
  Pattern pattern;
  pattern.negated = line.starts_with('!');
  if (pattern.negated) line.remove_prefix(1);
  pattern.folders_only = line.ends_with('/');
  if (pattern.folders_only) line.remove_suffix(1);
  auto glob = GitGlob::parse(pattern.negated && may_cross_folders(line) ? "**" : line);
  if (!glob) return;
  pattern.glob = *std::move(glob);
  list.bytes += line.size() + pattern.glob.bytes();
  list.patterns.push_back(std::move(pattern));
}

bool GitIgnore::add(std::string_view folder, std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  List list{.folder = std::string(folder), .patterns = {}, .bytes = 0};
  for (const auto raw : std::views::split(text, '\n')) {
    add_line(pattern_of(std::string_view(raw.begin(), raw.end())), list);
    if (patterns_ + list.patterns.size() > kMostPatterns || bytes_ + list.bytes > kMostBytes) {
      return false;
    }
  }
  if (!list.patterns.empty()) push(std::move(list));
  return true;
}

void GitIgnore::add_nothing(std::string_view folder) {
  List list{.folder = std::string(folder), .patterns = {}, .bytes = 0};
  add_line("!*", list);
  push(std::move(list));
}

void GitIgnore::push(List list) {
  patterns_ += list.patterns.size();
  bytes_ += list.bytes;
  lists_.push_back(std::move(list));
}

void GitIgnore::forget_beyond(std::size_t count) {
  for (; lists_.size() > count; lists_.pop_back()) {
    patterns_ -= lists_.back().patterns.size();
    bytes_ -= lists_.back().bytes;
  }
}

std::optional<bool> GitIgnore::ignores(std::string_view path, bool is_folder) const {
  const Parts parts = split(path);
  std::size_t steps = kMostSteps;
  for (const List& list : lists_ | std::views::reverse) {
    std::span<const std::string_view> below = parts;
    if (!list.folder.empty()) {
      if (!path.starts_with(list.folder) || !path.substr(list.folder.size()).starts_with('/')) {
        continue;
      }
      below = below.subspan(1 + static_cast<std::size_t>(std::ranges::count(list.folder, '/')));
    }
    for (const Pattern& pattern : list.patterns | std::views::reverse) {
      if (pattern.folders_only && !is_folder) continue;
      const bool matches = pattern.glob.matches(below, steps);
      if (steps == 0) return std::nullopt;
      if (matches) return !pattern.negated;
    }
  }
  return false;
}

}  // namespace cork::commands
