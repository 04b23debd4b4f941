#include "rules/policy/path_readings.h"

#include "base/utf8.h"
#include "rules/policy/path_pattern.h"
#include "rules/policy/percent.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace cork::policy {
namespace {

// What divides, cuts or spells something else, to one origin or another.
constexpr std::string_view kStructure = "/\\;?#%.";
constexpr std::string_view kDividers = "/\\;?#";
// So often a path is decoded for its readings.
constexpr int kReadRounds = 2;

bool is_dots(std::string_view segment) {
  return segment == "." || segment == "..";
}

template <class Check>
bool any_segment(std::string_view path, std::string_view dividers, Check check) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find_first_of(dividers, begin), path.size());
    if (check(path.substr(begin, end - begin))) return true;
    begin = end + 1;
  }
  return false;
}

// To the most lenient origin there is: `..;x`, `..\`, `.. `.
bool is_dots_somewhere(std::string_view segment) {
  segment = segment.substr(0, segment.find_first_of(";?#"));
  while (segment.ends_with(' ')) segment.remove_suffix(1);
  return is_dots(segment);
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const CodePoint next = next_code_point(text);
    if (!next.value) return false;
    text.remove_prefix(next.length);
  }
  return true;
}

bool has_structural_escape(std::string_view path) {
  for (std::size_t i = path.find('%'); i != std::string_view::npos; i = path.find('%', i + 1)) {
    const int escaped = escape_at(path, i);
    if (escaped < 0 || kStructure.find(static_cast<char>(escaped)) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

bool has_escaped_divider(std::string_view path) {
  for (std::size_t i = path.find('%'); i != std::string_view::npos; i = path.find('%', i + 1)) {
    const int escaped = escape_at(path, i);
    if (escaped > 0 && kDividers.find(static_cast<char>(escaped)) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

// Nothing in it but segments that every origin cuts alike; perhaps plain dot segments.
bool is_plain(std::string_view decoded) {
  return decoded.find_first_of(";\\?#%") == std::string_view::npos &&
         decoded.find("//") == std::string_view::npos;
}

// RFC 3986, section 5.2.4. What ends in a dot segment ends in a slash.
std::string resolved(std::string_view path) {
  std::vector<std::string_view> kept;
  bool folder = false;
  any_segment(path.substr(1), "/", [&](std::string_view segment) {
    folder = is_dots(segment);
    if (segment == ".." && !kept.empty()) kept.pop_back();
    if (!folder) kept.push_back(segment);
    return false;
  });
  std::string text;
  for (const std::string_view segment : kept) (text += '/') += segment;
  return folder || text.empty() ? text + '/' : text;
}

std::vector<std::string> readings_of_dots(std::string_view plain) {
  std::vector<std::string> readings{std::string(plain), resolved(plain)};
  // Some leave that slash away.
  if (readings[1].size() > 1 && readings[1].ends_with('/')) {
    readings.push_back(readings[1].substr(0, readings[1].size() - 1));
  }
  return readings;
}

// One origin's habits.
struct Habits {
  bool twice = false;           // decodes a second time
  bool slash = false;           // an encoded slash divides
  bool backslash = false;       // so does a backslash
  bool collapse = false;        // "//" is "/"
  bool parameters = false;      // ";…" is no part of a segment
  bool any_parameters = false;  // not even where the ';' is encoded
  bool cut = false;             // an encoded '?' or '#' ends the path
};

// The path decoded once or twice, `encoded` saying of each byte whether it was.
struct Decoded {
  std::string text;
  std::vector<bool> encoded;
};

Decoded decode(std::string_view path, bool twice) {
  Decoded once;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const int escaped = escape_at(path, i);
    once.text += escaped >= 0 ? static_cast<char>(escaped) : path[i];
    once.encoded.push_back(escaped >= 0);
    if (escaped >= 0) i += 2;
  }
  if (!twice) return once;
  Decoded again;
  for (std::size_t i = 0; i < once.text.size(); ++i) {
    const int escaped = escape_at(once.text, i);
    again.text += escaped >= 0 ? static_cast<char>(escaped) : once.text[i];
    again.encoded.push_back(escaped >= 0 || once.encoded[i]);
    if (escaped >= 0) i += 2;
  }
  return again;
}

std::string read(const Decoded& path, const Habits& habits) {
  std::string reading;
  bool in_parameters = false;
  for (std::size_t i = 0; i < path.text.size(); ++i) {
    const char c = path.text[i];
    const bool encoded = path.encoded[i];
    if (habits.cut && (c == '?' || c == '#')) break;
    const bool divides =
        (c == '/' && (!encoded || habits.slash)) || (c == '\\' && habits.backslash);
    if (divides) {
      in_parameters = false;
      if (!habits.collapse || !reading.ends_with('/')) reading += '/';
      continue;
    }
    in_parameters =
        in_parameters || (c == ';' && (encoded ? habits.any_parameters : habits.parameters));
    if (!in_parameters) reading += c == '/' ? kSlashInSegment : c;
  }
  return reading;
}

std::vector<std::string> read_by_every_habit(std::string_view path) {
  const Decoded once = decode(path, false), twice = decode(path, true);
  std::vector<std::string> readings;
  for (unsigned bits = 0; bits < 1u << 7; ++bits) {
    const auto bit = [bits](unsigned i) { return (bits >> i & 1u) != 0; };
    const Habits habits{bit(0), bit(1), bit(2), bit(3), bit(4), bit(5), bit(6)};
    if (habits.any_parameters && !habits.parameters) continue;
    if (habits.twice && once.text == twice.text) continue;
    readings.push_back(read(habits.twice ? twice : once, habits));
  }
  std::ranges::sort(readings);
  const auto [first, last] = std::ranges::unique(readings);
  readings.erase(first, last);
  return readings;
}

// Decoded until nothing is left to decode.
Result<std::string> laid_bare(std::string_view path) {
  constexpr int most_rounds = 4;
  std::string text(path);
  if (holds_control(text)) return fail("holds a control character");
  for (int round = 0; holds_escape(text); ++round) {
    if (round == most_rounds) return fail("is percent-encoded again and again");
    if (round >= kReadRounds && has_escaped_divider(text)) {
      return fail("has a divider that is percent-encoded more than twice");
    }
    text = percent_decoded(text);
    if (holds_control(text)) return fail("holds an encoded control character");
    if (!is_utf8(text)) return fail("holds bytes that are not UTF-8");
  }
  return text;
}

}  // namespace

Result<std::vector<std::string>> readings_of(std::string_view path) {
  // "*", as in OPTIONS.
  if (!path.starts_with('/')) return std::vector{std::string(path)};
  auto bare = laid_bare(path);
  if (!bare) return std::unexpected(std::move(bare.error()));
  const bool has_dots = any_segment(*bare, "/\\", is_dots_somewhere);
  if (!has_structural_escape(path) && is_plain(*bare)) {
    if (has_dots && path.size() > kLongestUnclearPath) {
      return fail("has dot segments, and is too long to be read in every way");
    }
    // `.. ` beside a plain dot segment is left to the check below.
    if (!has_dots) return std::vector{*std::move(bare)};
    const bool plain_dots = !any_segment(*bare, "/", [](std::string_view segment) {
      return is_dots_somewhere(segment) && !is_dots(segment);
    });
    if (plain_dots) return readings_of_dots(*bare);
  }
  if (has_dots) return fail("has a dot segment in a form that origins read differently");
  if (path.size() > kLongestUnclearPath) {
    return fail("can be read in more than one way, and is too long to be read in each");
  }
  return read_by_every_habit(path);
}

}  // namespace cork::policy
