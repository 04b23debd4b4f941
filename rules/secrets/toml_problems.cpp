#include "rules/secrets/toml_problems.h"

#include "base/ascii.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <map>
#include <optional>

namespace cork::secrets {
namespace {

struct Advice {
  std::string_view said;  // a part of what toml++ says
  std::string_view hint;
};
// The first that fits.
constexpr std::array kAdvice{
    Advice{"escape", "in ''' and ''' a backslash stands for itself: regex = '''\\d{20}'''"},
    Advice{"could not determine value type", "text stands in quotes: id = \"some-token\""},
    Advice{"expected value", "write what the key is behind its '=', text in quotes"},
    Advice{"expected '=', saw ':'", "TOML writes key = value: id = \"some-token\""},
    Advice{"cannot redefine", "a key stands once in its table: take one of them out"},
    Advice{"boolean", "write true or false, in lower case"},
    Advice{"table header", "write [[rules]], with two brackets on either side"},
    Advice{"parsing array", "put a comma between the items of a list, and ']' behind the last one"},
    Advice{"inline table", "close what '{' begins with '}', in the same line"},
    Advice{"expected a comment or whitespace",
           "a value ends with its line; text that holds a quotation mark stands in ''' and '''"},
};
constexpr std::string_view kOtherwise = "the file is not TOML from here on";

// The bytes of `line`, from 1, without its end.
std::string_view line_of(std::string_view text, std::size_t line) {
  for (; line > 1; --line) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

// Where the last of `mark` is, if there is no other one to each of them.
std::optional<std::size_t> odd_one(std::string_view text, std::string_view mark) {
  std::optional<std::size_t> last;
  bool open = false;
  for (std::size_t at = 0; (at = text.find(mark, at)) != text.npos; at += mark.size()) {
    open = !open;
    last = at;
  }
  return open ? last : std::nullopt;
}

// That which begins the line's last string.
char open_mark(std::string_view line) {
  char open = 0, last = '"';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (open == '"' && c == '\\') {
      ++i;
    } else if (open == c) {
      open = 0;
    } else if (open == 0 && (c == '"' || c == '\'')) {
      open = last = c;
    }
  }
  return last;
}

// A string that ends neither in its line nor, between three quotation marks, in the file.
Diagnostic unclosed_string(const toml::source_position& at, bool ends_the_file,
                           std::string_view text, const std::string& file) {
  for (const std::string_view three : {"'''", "\"\"\""}) {
    const auto opened = ends_the_file ? odd_one(text, three) : std::nullopt;
    if (!opened) continue;
    return {"a string that no " + std::string(three) + " closes",
            {file, static_cast<int>(1 + std::ranges::count(text.substr(0, *opened), '\n')), 0},
            "write " + std::string(three) + " at its end"};
  }
  return {"a string without its closing quotation mark",
          {file, static_cast<int>(at.line), static_cast<int>(at.column)},
          std::string("write ") + open_mark(line_of(text, at.line)) +
              " at its end, in the line in which it begins"};
}

}  // namespace

Diagnostic syntax_problem(const toml::parse_error& problem, std::string_view text,
                          const std::string& file) {
  const toml::source_position at = problem.source().begin;
  std::string_view said = problem.description();
  const auto says = [&said](std::string_view part) { return said.find(part) != said.npos; };
  const bool at_line_end = at.column > line_of(text, at.line).size();
  if (says("string") && (says("end-of-file") || (says("control characters") && at_line_end))) {
    return unclosed_string(at, says("end-of-file"), text, file);
  }
  const auto advice =
      std::ranges::find_if(kAdvice, [&](const Advice& one) { return says(one.said); });
  constexpr std::string_view opening = "Error while ";
  if (said.starts_with(opening)) said.remove_prefix(opening.size());
  return {"this is not valid TOML: " + std::string(said),
          {file, static_cast<int>(at.line), static_cast<int>(at.column)},
          std::string(advice == kAdvice.end() ? kOtherwise : advice->hint)};
}

bool is_misspelled(const toml::table& table, std::string_view key,
                   const std::vector<std::string_view>& known) {
  return std::ranges::any_of(table, [&](const auto& member) {
    const std::string_view name = member.first.str();
    return std::ranges::find(known, name) == known.end() && nearest(name, known) == key;
  });
}

std::string_view instead_of_gitleaks(std::string_view key) {
  static const std::map<std::string_view, std::string_view> advice{
      {"extend", "copy the rules you need into this file"},
      {"allowlist", "write it below each rule that it is for, as [[rules.allowlists]]"},
      {"allowlists", "write it below each rule that it is for, as [[rules.allowlists]]"},
      {"path", "traffic has no file path; take the key out, or leave the rule out"},
      {"paths", "traffic has no file path; take the key out"},
      {"commits", "traffic has no commits; take the key out"},
      {"required", "rules that need another rule's finding are not supported; take the key out"},
      {"skipReport", "take the rule out, or give it confidence = \"low\""},
  };
  const auto found = advice.find(key);
  return found == advice.end() ? std::string_view() : found->second;
}

std::string slot_instead(const std::string& slot) {
  const std::size_t colon = slot.find(':');
  const std::string lower = to_lower(slot);
  const std::string_view kind = std::string_view(lower).substr(0, colon);
  const bool named = colon != slot.npos && colon + 1 < slot.size();
  const std::vector<std::string_view> kinds =
      named ? std::vector<std::string_view>{"header", "query", "field"}
            : std::vector<std::string_view>{"basic"};
  if (const std::string_view meant = nearest(kind, kinds); !meant.empty()) {
    return "did you mean \"" + std::string(meant) + (named ? lower.substr(colon) : "") + "\"?";
  }
  return "write \"header:name\", \"query:name\" or \"field:name\" in lower case, or \"basic\"";
}

std::string number_instead(const toml::node& value, std::string_view key) {
  const auto* text = value.as_string();
  double number = 0;
  if (text != nullptr) {
    const std::string& digits = text->get();
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc() && end == digits.data() + digits.size() && number >= 0) {
      return "write " + std::string(key) + " = " + digits + ", without quotes";
    }
  }
  return "write a number without quotes: " + std::string(key) +
         (key == "entropy" ? " = 3.5" : " = 1");
}

std::string flag_instead(std::string_view key) {
  return "write " + std::string(key) + " = true, without quotes, or take it out";
}

std::string text_instead(std::string_view key) {
  return "write it in quotes: " + std::string(key) + " = \"...\"";
}

std::string list_instead(std::string_view key) {
  return "write " + std::string(key) + " = [\"...\", \"...\"]";
}

}  // namespace cork::secrets
