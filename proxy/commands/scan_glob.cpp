#include "proxy/commands/scan_glob.h"

#include "base/ascii.h"

#include <algorithm>
#include <array>
#include <utility>

// What git does is in its wildmatch.c and dir.c; an ignored file is one that is not looked into, so
// what is not done as there must match less.
namespace cork::commands {
namespace {

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t';
}
constexpr bool is_graph(char c) {
  return c > ' ' && c < '\x7f';
}
constexpr bool is_cntrl(char c) {
  return (c >= '\0' && c < ' ') || c == '\x7f';
}
constexpr bool is_print(char c) {
  return is_graph(c) || c == ' ';
}
constexpr bool is_punct(char c) {
  return is_graph(c) && !is_alnum(c);
}
constexpr bool is_space(char c) {
  return is_blank(c) || c == '\n' || c == '\r';
}
constexpr bool is_xdigit(char c) {
  return hex_value(c) >= 0;
}

struct Named {
  std::string_view name;
  bool (*holds)(char);
};

constexpr std::array kNamed{
    Named{"alnum", is_alnum}, Named{"alpha", is_alpha}, Named{"blank", is_blank},
    Named{"cntrl", is_cntrl}, Named{"digit", is_digit}, Named{"graph", is_graph},
    Named{"lower", is_lower}, Named{"print", is_print}, Named{"punct", is_punct},
    Named{"space", is_space}, Named{"upper", is_upper}, Named{"xdigit", is_xdigit},
};

bool is_between(char from, char c, char to) {
  const auto byte = [](char one) { return static_cast<unsigned char>(one); };
  return byte(from) <= byte(c) && byte(c) <= byte(to);
}

// What "[:name:]" at `at` holds, and where it ends: behind it.
struct NamedAt {
  const Named* named;  // nullptr: there is none of that name
  std::size_t end;
};

// nullopt: a '[' like any other character. `close`: of the last ']' asked for, of which many such
// may ask in a row.
std::optional<NamedAt> named_at(std::string_view pattern, std::size_t at, std::size_t& close) {
  if (!pattern.substr(at).starts_with("[:")) return std::nullopt;
  const std::size_t begin = at + 2;
  if (close < begin) close = pattern.find(']', begin);
  const std::size_t end = close;
  if (end == std::string_view::npos || end == begin || pattern[end - 1] != ':') return std::nullopt;
  const std::string_view name = pattern.substr(begin, end - 1 - begin);
  const auto* found = std::ranges::find(kNamed, name, &Named::name);
  return NamedAt{found == kNamed.end() ? nullptr : found, end + 1};
}

// Does the class that begins at `pattern`, "[a-z]...", hold `c`? Takes it off; nullopt: it does not
// end, or names a class that there is not.
std::optional<bool> take_class(std::string_view& pattern, char c) {
  std::size_t at = 1;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  bool held = false;
  std::optional<char> from;  // where a range may begin
  std::size_t close = 0;
  for (const std::size_t first = at; at < pattern.size();) {
    const char one = pattern[at];
    if (one == ']' && at != first) {
      pattern.remove_prefix(at + 1);
      return held != negated;
    }
    if (const auto named = named_at(pattern, at, close)) {
      if (named->named == nullptr) return std::nullopt;
      held = held || named->named->holds(c);
      from.reset();
      at = named->end;
      continue;
    }
    const bool is_range = one == '-' && from && at + 1 < pattern.size() && pattern[at + 1] != ']';
    if (is_range) ++at;
    if (pattern[at] == '\\') ++at;
    if (at == pattern.size()) return std::nullopt;
    const char to = pattern[at++];
    held = held || is_between(is_range ? *from : to, c, to);
    from = is_range ? std::nullopt : std::optional(to);
  }
  return std::nullopt;
}

// Takes one element that is not '*' off the pattern; false: it does not match `c`.
bool take_one(std::string_view& pattern, char c) {
  if (pattern[0] == '[') return take_class(pattern, c).value_or(false);
  const bool any = pattern[0] == '?';
  if (pattern[0] == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
  const bool same = any || pattern[0] == c;
  pattern.remove_prefix(1);
  return same;
}

bool spend(std::size_t& steps, std::size_t count) {
  steps -= std::min(steps, count);
  return steps > 0;
}

bool matches_part(std::string_view pattern, std::string_view part, std::size_t& steps) {
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
    const std::size_t before = pattern.size();
    const bool same = !pattern.empty() && take_one(pattern, part[0]);
    if (!spend(steps, before - pattern.size() + 1)) return false;
    if (same) {
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

// Takes what is before the next slash that separates, and the slash. false: nothing matches it.
bool take_part(std::string_view& text, std::vector<std::string>& parts) {
  std::string part;
  while (!text.empty() && text[0] != '/' && !text.starts_with("\\/")) {
    std::string_view rest = text;
    if (text[0] == '[') {
      if (!take_class(rest, 'x')) return false;
    } else {
      rest.remove_prefix(text[0] == '\\' ? 2 : 1);
    }
    part += text.substr(0, text.size() - rest.size());
    text = rest;
  }
  if (part.empty()) return false;
  const bool is_any = part.size() > 1 && part.find_first_not_of('*') == std::string::npos;
  parts.push_back(is_any ? "**" : std::move(part));
  const bool is_escaped = text.starts_with('\\');
  // This one git matches only where there is a slash.
  if (is_any && is_escaped) parts.emplace_back("*");
  text.remove_prefix(std::min<std::size_t>(text.size(), is_escaped ? 2 : 1));
  return true;
}

}  // namespace

std::optional<GitGlob> GitGlob::parse(std::string_view text) {
  std::size_t escapes = 0;
  while (escapes < text.size() && text[text.size() - 1 - escapes] == '\\') ++escapes;
  if (text.empty() || text.ends_with('/') || escapes % 2 == 1) return std::nullopt;
  GitGlob glob;
  if (text.find('/') == std::string_view::npos) glob.parts_.emplace_back("**");
  if (text.starts_with('/')) text.remove_prefix(1);
  while (!text.empty()) {
    if (!take_part(text, glob.parts_)) return std::nullopt;
  }
  return glob;
}

// "**" stands for any number of parts, none included; at the end for one at least. Only the last
// one met is tried again: what an earlier one could take, it can take as well.
bool GitGlob::matches(std::span<const std::string_view> path, std::size_t& steps) const {
  std::span<const std::string> pattern = parts_, retry_pattern;
  std::span<const std::string_view> retry_path;
  bool can_retry = false;
  while (spend(steps, 1)) {
    if (!pattern.empty() && pattern[0] == "**") {
      if (pattern.size() == 1) return !path.empty();
      pattern = pattern.subspan(1);
      retry_pattern = pattern;
      retry_path = path;
      can_retry = true;
    } else if (pattern.empty() && path.empty()) {
      return true;
    } else if (!pattern.empty() && !path.empty() && matches_part(pattern[0], path[0], steps)) {
      pattern = pattern.subspan(1);
      path = path.subspan(1);
    } else {
      if (!can_retry || retry_path.empty()) return false;
      retry_path = retry_path.subspan(1);
      pattern = retry_pattern;
      path = retry_path;
    }
  }
  return false;
}

}  // namespace cork::commands
