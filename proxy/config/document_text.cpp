#include "proxy/config/document_text.h"

#include "base/utf8.h"

#include <fmt/format.h>

#include <algorithm>

namespace cork::config {
namespace {

// Without its line end; "" where there is no such line.
std::string_view line_of(std::string_view text, int line) {
  for (int i = 1; i < line; ++i) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

bool begins_value(std::string_view line, std::size_t column) {
  const std::size_t before = line.substr(0, column).find_last_not_of(' ');
  return before == std::string_view::npos || std::string_view("-[,:{?").contains(line[before]);
}

std::string_view wildcard_at(std::string_view line, std::size_t column) {
  const std::string_view rest = line.substr(std::min(column, line.size()));
  return rest.substr(0, rest.find_first_of(" \t\r,]}#"));
}

bool is_tab_indented(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos || line[first] == '#' || line[first] == '\r') return false;
  return line.substr(0, first).contains('\t');
}

struct BadByte {
  Position at;
  std::string what;
};
std::optional<BadByte> bad_byte(std::string_view text) {
  Position at;
  while (!text.empty()) {
    const CodePoint next = next_code_point(text);
    if (!next.value) return BadByte{at, "this is not UTF-8 text"};
    const char32_t value = *next.value;
    const bool is_space = value == '\n' || value == '\r' || value == '\t';
    if ((value < 0x20 && !is_space) || value == 0x7F) {
      return BadByte{at,
                     fmt::format("a control character (U+{:04X})", static_cast<unsigned>(value))};
    }
    at.column += static_cast<int>(next.length);
    if (value == '\n') at = {at.line + 1, 1};
    text.remove_prefix(next.length);
  }
  return std::nullopt;
}

// Whether the quote that `line` begins with ends on it.
bool is_closed(std::string_view line) {
  const char quote = line.front();
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\' && quote == '"') {
      ++i;
    } else if (line[i] == quote) {
      if (quote == '"' || i + 1 == line.size() || line[i + 1] != '\'') return true;
      ++i;  // '' is a quote inside the text
    }
  }
  return false;
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::vector<std::string_view> lines;
  while (true) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::optional<Complaint> check_one_line(std::string_view line, std::string_view value,
                                        bool quoted) {
  if (line.starts_with('|') || line.starts_with('>')) {
    return Complaint{"a block of text", "write the value on one line"};
  }
  if (quoted && !line.empty() && !is_closed(line)) {
    return Complaint{"a quote that is not closed on its line",
                     "close it: write the value on one line"};
  }
  if (!quoted && !line.starts_with(value)) {
    return Complaint{"a value of more than one line",
                     "write it on one line; is the next line indented too far?"};
  }
  return std::nullopt;
}

bool check_text(std::string_view text, Report& report) {
  if (text.size() > kMaxDocumentBytes) {
    report.add({0, 0}, fmt::format("the file is larger than {} bytes", kMaxDocumentBytes));
    return false;
  }
  if (const auto bad = bad_byte(text)) {
    report.add(bad->at, bad->what, "save the file as plain UTF-8 text");
    return false;
  }
  bool indented_by_spaces = true;
  for (Position at; !text.empty(); ++at.line) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    if (const std::string_view line = text.substr(0, end); is_tab_indented(line)) {
      at.column = static_cast<int>(line.find('\t')) + 1;
      report.add(at, "a tab in the indentation", "YAML is indented by spaces: replace the tab");
      indented_by_spaces = false;
    }
    text.remove_prefix(end + 1);
  }
  return indented_by_spaces;
}

std::optional<Position> unquoted_wildcard(std::string_view text, const Problem& problem) {
  // The parser stops at the alias, or behind it.
  const std::string_view line = line_of(text, problem.at.line);
  const auto stopped = static_cast<std::size_t>(std::max(problem.at.column - 1, 0));
  for (std::size_t at = line.rfind('*', stopped); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : line.rfind('*', at - 1)) {
    const bool first = begins_value(line, at);
    if (first && wildcard_at(line, at).find_first_not_of('*') != 0) {
      return Position{problem.at.line, static_cast<int>(at) + 1};
    }
  }
  return std::nullopt;
}

void report_wildcard(std::string_view text, Position at, Report& report) {
  const std::string_view line = line_of(text, at.line);
  const std::string_view word = wildcard_at(line, static_cast<std::size_t>(at.column - 1));
  report.add(
      at, fmt::format("'{}' without quotes", word),
      fmt::format("YAML takes a leading '*' for an alias: write it in quotes, \"{}\"", word));
}

void disarm(std::string& text, Position at) {
  const std::string_view line = line_of(text, at.line);
  std::size_t offset = static_cast<std::size_t>(line.data() - text.data() + at.column - 1);
  while (offset < text.size() && text[offset] == '*') text[offset++] = 'x';
}

std::string hint_for(std::string_view text, const Problem& problem) {
  const std::string_view line = line_of(text, problem.at.line);
  if (line.contains("]:")) {
    return "an IPv6 address in brackets is written in quotes: \"[::1]:8888\"";
  }
  const std::string_view rest = line.substr(
      std::min(line.size(), static_cast<std::size_t>(std::max(problem.at.column - 1, 0))));
  if (rest.starts_with('@') || rest.starts_with('`') || rest.starts_with('%')) {
    return fmt::format("a value that begins with '{}' is written in quotes", rest.front());
  }
  if (rest.starts_with('\t')) return "replace the tab by spaces";
  if (line.contains('"') || line.contains('\'')) return "is every quote on this line closed?";
  if (line.contains('[') || line.contains('{')) return "is every bracket on this line closed?";
  return "look at this line's indentation, and for a missing colon or a missing space behind one";
}

}  // namespace cork::config
