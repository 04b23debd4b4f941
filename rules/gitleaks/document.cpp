#include "rules/gitleaks/document.h"

#include "base/ascii.h"
#include "rules/gitleaks/toml_reader.h"
#include "rules/secrets/compiled_rule.h"
#include "rules/secrets/toml_problems.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

namespace cork::gitleaks {
namespace {

using Names = TomlReader::Names;

constexpr std::size_t kMaxRules = 10'000;
// The gitleaks whose behaviour this is.
constexpr std::array<int, 3> kVersion{8, 30, 1};

const Names& document_keys() {
  static const Names names{"title", "description", "minVersion", "extend",
                           "rules", "allowlists",  "allowlist"};
  return names;
}
const Names& extend_keys() {
  static const Names names{"useDefault", "path", "url", "disabledRules"};
  return names;
}
const Names& rule_keys() {
  static const Names names{"id",          "description", "path",     "regex",
                           "secretGroup", "entropy",     "keywords", "tags",
                           "allowlist",   "allowlists",  "required", "skipReport"};
  return names;
}
const Names& required_keys() {
  static const Names names{"id", "withinLines", "withinColumns"};
  return names;
}
const Names& allowlist_keys() {
  static const Names names{"description", "condition", "commits",  "paths",
                           "regexTarget", "regexes",   "stopwords"};
  return names;
}

// "v8.25.0" and "8.25" as numbers; nullopt: no version.
std::optional<std::array<int, 3>> version_of(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  text = text.substr(0, text.find_first_of("-+"));
  std::array<int, 3> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), numbers[i]);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) return numbers;
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
  }
  return std::nullopt;
}

class Reading {
 public:
  explicit Reading(const std::string& file) : in_(file) {}

  void document(const toml::table& root);
  void tell_of_empty_rules();

  Document result;
  Diagnostics& errors() { return in_.errors; }
  Diagnostics& warnings() { return in_.warnings; }

 private:
  void min_version(const toml::table& root);
  void extend(const toml::table& table);
  void rule(const toml::table& table);
  void rule_regexes(const toml::table& table, Rule& rule);
  void required(const toml::table& table, Rule& rule);
  void allowlists(const toml::table& table, std::string_view in, bool whole_file,
                  std::vector<Allowlist>& into);
  void allowlist(const toml::table& table, bool whole_file, std::vector<Allowlist>& into);
  void condition(const toml::table& table, Allowlist& list);
  std::vector<std::string> lower_words(const toml::table& table, std::string_view key);
  std::shared_ptr<const Pattern> pattern(const toml::table& table, std::string_view key);
  std::shared_ptr<const Pattern> patterns(const toml::table& table, std::string_view key,
                                          std::vector<std::string>& regexes);

  TomlReader in_;
  std::map<std::string, Where, std::less<>> seen_;
  Diagnostics empty_rules_;
};

void Reading::document(const toml::table& root) {
  in_.unknown_keys(root, document_keys());
  result.title = in_.text(root, "title");
  in_.text(root, "description");
  min_version(root);
  if (const toml::table* table = in_.only_table(root, "extend")) extend(*table);
  in_.each_table(root, "rules", [&](const toml::table& table) {
    if (result.rules.size() < kMaxRules) return rule(table);
    if (result.rules.size() == kMaxRules) {
      in_.error(in_.where(table), "more rules than cork takes from one file");
    }
  });
  allowlists(root, "", true, result.allowlists);
  const bool extends = result.extend.use_default || !result.extend.path.empty();
  if (result.rules.empty() && !extends && errors().empty()) {
    in_.error(in_.where(root), "no [[rules]]", "a file without rules would find nothing");
  }
}

void Reading::min_version(const toml::table& root) {
  const std::string text = in_.text(root, "minVersion");
  if (text.empty()) return;
  const auto version = version_of(text);
  if (!version) {
    in_.error(in_.where(root, "minVersion"), "minVersion \"" + text + "\" is no version",
              "write \"v8.25.0\"");
  } else if (*version > kVersion) {
    in_.warn(in_.where(root, "minVersion"),
             "the file asks for gitleaks " + text + "; cork does what 8.30.1 does");
  }
}

void Reading::extend(const toml::table& table) {
  in_.unknown_keys(table, extend_keys());
  Extend& extend = result.extend;
  extend.use_default = in_.flag(table, "useDefault");
  extend.path = in_.text(table, "path");
  for (std::string& id : in_.texts(table, "disabledRules")) {
    const Where where = in_.where_item(table, "disabledRules", extend.disabled_rules.size());
    extend.disabled_rules.push_back({std::move(id), where});
  }
  extend.where = in_.where(table, extend.path.empty() ? "useDefault" : "path");
  if (!in_.text(table, "url").empty()) {
    in_.warn(in_.where(table, "url"), "'url' has no effect, in gitleaks neither",
             "keep a copy beside this file and name it in 'path'");
  }
  if (extend.use_default && !extend.path.empty()) {
    in_.error(extend.where, "both 'path' and 'useDefault'",
              "write useDefault in the file that path names");
  }
}

void Reading::rule(const toml::table& table) {
  in_.unknown_keys(table, rule_keys());
  Rule rule;
  rule.where = in_.where(table);
  rule.id = in_.text(table, "id");
  rule.description = in_.text(table, "description");
  rule.entropy = in_.number(table, "entropy");
  rule.keywords = lower_words(table, "keywords");
  rule.tags = in_.texts(table, "tags");
  rule.skip_report = in_.flag(table, "skipReport");
  rule_regexes(table, rule);
  in_.each_table(table, "required", [&](const toml::table& entry) { required(entry, rule); });
  allowlists(table, "rules.", false, rule.allowlists);

  if (rule.id.find_first_not_of(" \t\r\n") == std::string::npos) {
    const bool said = TomlReader::get(table, "id") != nullptr;
    if (!said && secrets::is_misspelled(table, "id", rule_keys())) return;
    in_.error(in_.where(table, "id"), "a rule without 'id'", "write id = \"some-token\"");
  } else if (const auto [first, is_new] = seen_.emplace(rule.id, in_.where(table, "id")); !is_new) {
    in_.error(in_.where(table, "id"), "a second rule with the id '" + rule.id + "'",
              "the first is at " + to_string(first->second));
  }
  result.rules.push_back(std::move(rule));
}

// One that says neither, which another file may say of it.
void Reading::tell_of_empty_rules() {
  if (result.extend.use_default || !result.extend.path.empty()) return;
  errors().insert(errors().end(), empty_rules_.begin(), empty_rules_.end());
}

void Reading::rule_regexes(const toml::table& table, Rule& rule) {
  const auto says = [&](std::string_view key) {
    return TomlReader::get(table, key) != nullptr ||
           secrets::is_misspelled(table, key, rule_keys());
  };
  if (!says("regex") && !says("path")) empty_rules_.push_back(finds_nothing(rule.id, rule.where));
  rule.regex = pattern(table, "regex");
  rule.path = pattern(table, "path");
  rule.secret_group = in_.integer(table, "secretGroup").value_or(0);
  if (rule.regex != nullptr && rule.secret_group > rule.regex->groups()) {
    in_.error(in_.where(table, "secretGroup"),
              "secretGroup " + std::to_string(rule.secret_group) + " of " +
                  secrets::regex_with_groups(rule.regex->groups()),
              "count the parentheses that do not begin with '(?', or with '(?P<'");
  }
}

void Reading::required(const toml::table& table, Rule& rule) {
  in_.unknown_keys(table, required_keys());
  Required required{in_.text(table, "id"), in_.integer(table, "withinLines"),
                    in_.integer(table, "withinColumns"), in_.where(table, "id")};
  if (required.id.empty()) {
    in_.error(required.where, "a required rule without 'id'", "name the other rule");
  }
  rule.required.push_back(std::move(required));
}

// The lists of a table, in the form of today and that of old.
void Reading::allowlists(const toml::table& table, std::string_view in, bool whole_file,
                         std::vector<Allowlist>& into) {
  const std::string now = "[[" + std::string(in) + "allowlists]]";
  in_.each_table(table, "allowlists",
                 [&](const toml::table& entry) { allowlist(entry, whole_file, into); });
  const toml::node* node = TomlReader::get(table, "allowlist");
  if (node != nullptr && node->is_array()) {
    return in_.error(in_.where(*node), "'allowlist' is one table, and these are several",
                     "write " + now);
  }
  const toml::table* old = in_.only_table(table, "allowlist");
  if (old == nullptr) return;
  if (TomlReader::get(table, "allowlists") != nullptr) {
    in_.error(in_.where(*old), "both 'allowlist' and 'allowlists'", "write " + now + " alone");
  }
  in_.warn(in_.where(*old), "'allowlist' is the old spelling", "write " + now);
  allowlist(*old, whole_file, into);
}

void Reading::allowlist(const toml::table& table, bool whole_file, std::vector<Allowlist>& into) {
  Names known = allowlist_keys();
  if (whole_file) known.emplace_back("targetRules");
  in_.unknown_keys(table, known);
  Allowlist list;
  list.where = in_.where(table);
  list.description = in_.text(table, "description");
  condition(table, list);
  list.commits = lower_words(table, "commits");
  list.stopwords = lower_words(table, "stopwords");
  list.path = patterns(table, "paths", list.paths);
  list.regex = patterns(table, "regexes", list.regexes);
  if (whole_file) list.target_rules = in_.texts(table, "targetRules");
  if (list.commits.empty() && list.stopwords.empty() && list.paths.empty() &&
      list.regexes.empty()) {
    in_.error(list.where, "an allowlist without commits, paths, regexes or stopwords",
              "it would allow nothing, or with condition AND everything");
  }
  into.push_back(std::move(list));
}

void Reading::condition(const toml::table& table, Allowlist& list) {
  const std::string condition = to_lower(in_.text(table, "condition"));
  if (condition == "and" || condition == "&&") {
    list.condition = Condition::all;
  } else if (!condition.empty() && condition != "or" && condition != "||") {
    in_.error(in_.where(table, "condition"), "condition is neither \"OR\" nor \"AND\"");
  }
  const std::string target = in_.text(table, "regexTarget");
  if (target == "match") {
    list.target = RegexTarget::match;
  } else if (target == "line") {
    list.target = RegexTarget::line;
  } else if (!target.empty() && target != "secret") {
    in_.error(in_.where(table, "regexTarget"), "no regexTarget '" + target + "'",
              "write \"secret\", \"match\" or \"line\"");
  }
}

std::vector<std::string> Reading::lower_words(const toml::table& table, std::string_view key) {
  std::vector<std::string> words = in_.texts(table, key);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Where where = in_.where_item(table, key, i);
    const bool ascii = std::ranges::all_of(words[i], [](char c) { return c >= 0; });
    words[i] = lower_case(words[i]);
    if (words[i].empty()) {
      in_.error(where, "an empty word in '" + std::string(key) + "'");
    } else if (!ascii) {
      in_.warn(where, "'" + words[i] + "' is compared as it is written",
               "cork folds the case of ASCII letters only, and does not ask for it in traffic");
    }
  }
  return words;
}

std::shared_ptr<const Pattern> Reading::pattern(const toml::table& table, std::string_view key) {
  std::string regex = in_.text(table, key);
  if (regex.empty()) return nullptr;
  auto compiled = Pattern::compile(std::move(regex));
  if (compiled) return *compiled;
  in_.error(in_.where(table, key), "'" + std::string(key) + "': " + compiled.error().what,
            "cork takes RE2's syntax, as gitleaks does");
  return nullptr;
}

std::shared_ptr<const Pattern> Reading::patterns(const toml::table& table, std::string_view key,
                                                 std::vector<std::string>& regexes) {
  regexes = in_.texts(table, key);
  bool sound = true;
  for (std::size_t i = 0; i < regexes.size(); ++i) {
    const auto compiled = Pattern::compile(regexes[i]);
    if (compiled) continue;
    sound = false;
    in_.error(in_.where_item(table, key, i), "'" + std::string(key) + "': " + compiled.error().what,
              "cork takes RE2's syntax, as gitleaks does");
  }
  if (!sound || regexes.empty()) return nullptr;
  auto joined = join_patterns(regexes);
  if (joined) return *joined;
  in_.error(in_.where(table, key), "'" + std::string(key) + "' joined: " + joined.error().what,
            "divide it into several allowlists");
  return nullptr;
}

}  // namespace

Result<std::shared_ptr<const Pattern>> join_patterns(const std::vector<std::string>& regexes) {
  if (regexes.empty()) return nullptr;
  std::string joined = "(?:";
  for (const std::string& regex : regexes) {
    if (joined.size() > 3) joined += '|';
    joined += regex;
  }
  return Pattern::compile(joined + ")");
}

Diagnostic finds_nothing(const std::string& rule, const Where& where) {
  return {"rule '" + rule + "' has neither 'regex' nor 'path'", where, "it would find nothing"};
}

Result<ParsedDocument, Diagnostics> parse_document(std::string_view text, const std::string& file,
                                                   bool is_extended) {
  Reading reading(file);
  try {
    reading.document(toml::parse(text, file));
  } catch (const toml::parse_error& problem) {
    reading.errors().push_back(secrets::syntax_problem(problem, text, file));
  }
  if (!reading.errors().empty()) {
    if (!is_extended) reading.tell_of_empty_rules();
    return std::unexpected(std::move(reading.errors()));
  }
  return ParsedDocument{std::move(reading.result), std::move(reading.warnings())};
}

std::string render_warnings(const Diagnostics& warnings) {
  std::string text = render(warnings);
  constexpr std::string_view error = ": error: ", warning = ": warning: ";
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    std::string line = text.substr(at, end - at);
    if (const std::size_t word = line.find(error); !line.starts_with(' ') && word != line.npos) {
      line.replace(word, error.size(), warning);
    }
    out += line;
    at = end;
  }
  return out;
}

}  // namespace cork::gitleaks
