// Looks at a configuration as text: what YAML should not be asked to read, and what a person who
// sees YAML's complaint most likely meant.
//
// Pure.
#pragma once

#include "proxy/config/document.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::config {

// What stopped the YAML parser, in its words.
struct Problem {
  Position at;
  std::string what;
};

// Size, UTF-8, control characters, tabs in the indentation. False: not worth parsing.
bool check_text(std::string_view text, Report& report);

// The text's lines without their ends, and without a byte order mark.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

// Every value of a configuration stands on one line. That shows what YAML reads otherwise without a
// word: a quote nobody closed, a line that continues the one before it. `line` is the source from
// where the value begins; what is wrong, or nullopt.
struct Complaint {
  std::string what, hint;
};
[[nodiscard]] std::optional<Complaint> check_one_line(std::string_view line, std::string_view value,
                                                      bool quoted);

// Where the problem is a pattern like *.example.org without quotes, which YAML takes for an alias:
// where it begins.
std::optional<Position> unquoted_wildcard(std::string_view text, const Problem& problem);
void report_wildcard(std::string_view text, Position at, Report& report);
// Replaces its asterisks by letters, so that the rest of the file can be read.
void disarm(std::string& text, Position at);

// What to write instead, as far as the line says.
[[nodiscard]] std::string hint_for(std::string_view text, const Problem& problem);

}  // namespace cork::config
