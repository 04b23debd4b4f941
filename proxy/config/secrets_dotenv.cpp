#include "proxy/config/secrets_dotenv.h"

#include "base/ascii.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace cork::config {
namespace {

constexpr std::string_view kBlank = " \t\r";

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text), whole_(text) {}

  Result<std::vector<DotenvVariable>> parse() {
    if (rest_.starts_with("\xEF\xBB\xBF")) rest_.remove_prefix(3);
    std::vector<DotenvVariable> variables;
    while (!rest_.empty()) {
      skip_blank();
      if (at_end_of_line()) {
        next_line();
        continue;
      }
      auto name = read_name();
      if (!name) return wrong();
      auto value = read_value();
      if (!value || !at_end_of_line()) return wrong();
      variables.push_back({std::move(*name), std::move(*value)});
      next_line();
    }
    return variables;
  }

 private:
  std::unexpected<Error> wrong() const {
    const std::string_view before = whole_.substr(0, whole_.size() - rest_.size());
    return fail("line " + std::to_string(1 + std::ranges::count(before, '\n')) +
                " is no KEY=value");
  }
  void skip_blank() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlank), rest_.size()));
  }
  [[nodiscard]] bool at_end_of_line() const {
    return rest_.empty() || rest_.front() == '\n' || rest_.front() == '#';
  }
  void next_line() {
    const std::size_t end = rest_.find('\n');
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
  }

  // And the '=' behind it.
  std::optional<std::string> read_name() {
    constexpr std::string_view exported = "export";
    if (rest_.starts_with(exported) && rest_.size() > exported.size() &&
        kBlank.contains(rest_[exported.size()])) {
      rest_.remove_prefix(exported.size());
      skip_blank();
    }
    const auto* end =
        std::ranges::find_if_not(rest_, [](char c) { return is_alnum(c) || c == '_' || c == '.'; });
    const std::string_view name(rest_.begin(), end);
    if (name.empty() || is_digit(name.front())) return std::nullopt;
    rest_.remove_prefix(name.size());
    skip_blank();
    if (!rest_.starts_with('=')) return std::nullopt;
    rest_.remove_prefix(1);
    skip_blank();
    return std::string(name);
  }

  std::optional<known::Clear> read_value() {
    if (rest_.starts_with('"') || rest_.starts_with('\'')) return read_quoted();
    std::string_view line = rest_.substr(0, rest_.find('\n'));
    rest_.remove_prefix(line.size());
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '#' && (i == 0 || kBlank.contains(line[i - 1]))) line = line.substr(0, i);
    }
    return known::Clear(std::string(line.substr(0, line.find_last_not_of(kBlank) + 1)));
  }

  std::optional<known::Clear> read_quoted() {
    const char quote = rest_.front();
    std::string value;
    value.reserve(rest_.size());  // grown, it would leave copies behind
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == quote) {
        rest_.remove_prefix(i + 1);
        skip_blank();
        return known::Clear(std::move(value));
      }
      if (quote == '"' && rest_[i] == '\\' && i + 1 < rest_.size()) {
        value += unescaped(rest_[++i]);
      } else {
        value += rest_[i];
      }
    }
    known::wipe(value);
    return std::nullopt;
  }

  static char unescaped(char c) { return c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : c; }

  std::string_view rest_, whole_;
};

}  // namespace

Result<std::vector<DotenvVariable>> parse_dotenv(std::string_view text) {
  return Parser(text).parse();
}

}  // namespace cork::config
