#include "rules/secrets/rule.h"

#include "base/ascii.h"
#include "rules/secrets/assignment.h"
#include "rules/secrets/name_words.h"
#include "rules/secrets/ruleset.h"
// toml++ reports errors as exceptions; none leaves parse_rules().
#include "rules/secrets/toml_problems.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

namespace cork::secrets {
namespace {

using Names = std::vector<std::string_view>;

constexpr std::size_t kMaxRules = 10'000;  // far below what RuleIndex can hold
constexpr std::size_t kMaxIdBytes = 100;
constexpr double kMaxGroup = 100;

const Names& document_keys() {
  static const Names names{"title", "description", "minVersion", "rules"};
  return names;
}
const Names& rule_keys() {
  static const Names names{"id",          "description", "regex",    "keywords",     "entropy",
                           "secretGroup", "tags",        "why",      "confidence",   "audience",
                           "allowlists",  "allowlist",   "examples", "non_examples", "random",
                           "named",       "not_named",   "partial",  "checksum"};
  return names;
}
const Names& allowlist_keys() {
  static const Names names{"description", "regexes", "stopwords", "regexTarget", "condition"};
  return names;
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdBytes && std::ranges::all_of(text, [](char c) {
    return is_alnum(c) || c == '-' || c == '_' || c == '.';
  });
}

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  void document(const toml::table& root);

  std::vector<Rule> rules;
  Diagnostics errors;

 private:
  void rule(const toml::table& table);
  void regex(const toml::table& table, Rule& rule);
  void flag(const toml::table& table, std::string_view key, bool& value);
  std::vector<std::string> name_words(const toml::table& table, std::string_view key);
  void confidence(const toml::table& table, Rule& rule);
  void allowlists(const toml::table& table, Rule& rule);
  void allowlist(const toml::table& table, Rule& rule);
  void audience(const toml::table& table, Rule& rule);
  void audience_entry(const toml::table& table, Rule& rule);

  void unknown_keys(const toml::table& table, const Names& known);
  void lacks(const toml::table& table, std::string_view key, std::string hint);
  std::string text(const toml::table& table, std::string_view key);
  std::vector<std::string> texts(const toml::table& table, std::string_view key);
  void number(const toml::table& table, std::string_view key, double& value);
  template <class Visit>
  void tables(const toml::table& table, std::string_view key, Visit visit);

  [[nodiscard]] Where where(const toml::source_region& source) const {
    return {file_, static_cast<int>(source.begin.line), static_cast<int>(source.begin.column)};
  }
  void error(const toml::node& node, std::string what, std::string hint = "") {
    errors.push_back({std::move(what), where(node.source()), std::move(hint)});
  }

  const std::string& file_;
  std::map<std::string, Where, std::less<>> seen_;
};

void Reader::document(const toml::table& root) {
  unknown_keys(root, document_keys());
  for (const std::string_view key : {"title", "description", "minVersion"}) text(root, key);
  tables(root, "rules", [&](const toml::table& table) {
    if (rules.size() < kMaxRules) return rule(table);
    if (rules.size() == kMaxRules) error(table, "more rules than cork takes from one file");
  });
  if (errors.empty() && rules.empty()) {
    errors.push_back({"no [[rules]]", {file_, 0, 0}, "a file without rules would find nothing"});
  }
}

void Reader::rule(const toml::table& table) {
  unknown_keys(table, rule_keys());
  Rule rule;
  rule.where = where(table.source());
  rule.id = text(table, "id");
  rule.description = text(table, "description");
  rule.why = text(table, "why");
  regex(table, rule);
  for (const std::string& word : texts(table, "keywords")) rule.keywords.push_back(to_lower(word));
  number(table, "entropy", rule.entropy);
  flag(table, "random", rule.random);
  flag(table, "partial", rule.partial);
  rule.checksum = checksum_named(text(table, "checksum")).value_or(Checksum::none);
  if (table.contains("checksum") && rule.checksum == Checksum::none)
    error(*table.get("checksum"), "checksum is none that cork knows",
          "write \"crc32\", \"luhn\", \"mod97\" or \"base58check\"");
  rule.named = name_words(table, "named");
  rule.not_named = name_words(table, "not_named");
  double group = 0;
  number(table, "secretGroup", group);
  if (group > kMaxGroup || group != std::floor(group)) {
    error(*table.get("secretGroup"), "secretGroup is no group's number", "write 1, 2, ...");
  } else {
    rule.secret_group = static_cast<int>(group);
  }
  confidence(table, rule);
  audience(table, rule);
  allowlists(table, rule);
  texts(table, "tags");
  rule.examples = texts(table, "examples");
  rule.non_examples = texts(table, "non_examples");

  if (!table.contains("id")) {
    lacks(table, "id", "write id = \"some-token\"");
  } else if (!is_id(rule.id)) {
    error(*table.get("id"), "a rule's id is letters, digits, '-', '_' and '.', at most 100 bytes");
  } else if (const auto [first, is_new] = seen_.emplace(rule.id, rule.where); !is_new) {
    error(*table.get("id"), "a second rule with the id '" + rule.id + "'",
          "the first is at " + to_string(first->second));
  }
  if (!table.contains("regex")) {
    lacks(table, "regex", "write regex = '''...''': a rule by path alone finds nothing in traffic");
  }
  rules.push_back(std::move(rule));
}

void Reader::regex(const toml::table& table, Rule& rule) {
  std::string& regex = rule.regex = text(table, "regex");
  rule.assigned = is_assigned(regex);
  for (std::size_t at = 0; (at = regex.find('{', at)) != regex.npos; ++at) {
    const std::size_t close = regex.find_first_not_of("abcdefghijklmnopqrstuvwxyz", at + 1);
    if (close == regex.npos || close == at + 1 || regex[close] != '}') continue;
    if (at > 0 && regex[at - 1] == '\\') continue;
    const std::string_view name = std::string_view(regex).substr(at, close + 1 - at);
    if (name != kAssignment) {
      error(*table.get("regex"), "regex: no fragment is called '" + std::string(name) + "'",
            "write {assign}, or \\{ for a brace");
      return;
    }
    regex.replace(at, name.size(), kAssignmentRegex);
    at += kAssignmentRegex.size() - 1;
  }
}

std::vector<std::string> Reader::name_words(const toml::table& table, std::string_view key) {
  std::vector<std::string> words = texts(table, key);
  if (!std::ranges::all_of(words, &NameWords::is_word)) {
    error(*table.get(key), "'" + std::string(key) + "' holds what no name does as it is compared",
          "write two lower-case letters or digits or more, alone: \"keyid\" is in AWS_KEY_ID too; "
          "\"^okta\" begins a word of it, \".rs\" ends it, \"checksum/\" stands in front");
  }
  if (key == "named" && std::ranges::any_of(words, &NameWords::tells_place)) {
    error(*table.get(key), "'named' holds what may only rule a name out",
          "write \".rs\" and \"checksum/\" in not_named; a word of the name, here");
  }
  return words;
}

void Reader::flag(const toml::table& table, std::string_view key, bool& value) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return;
  if (const auto* given = node->as_boolean())
    value = given->get();
  else
    error(*node, "'" + std::string(key) + "' is neither true nor false", flag_instead(key));
}

void Reader::confidence(const toml::table& table, Rule& rule) {
  const std::string word = text(table, "confidence");
  if (!table.contains("confidence")) {
    // gitleaks has no such key; its catch-all rules are the ones that say so in their name.
    if (rule.id.find("generic") != std::string::npos) rule.confidence = Confidence::low;
  } else if (word == "low") {
    rule.confidence = Confidence::low;
  } else if (word != "high") {
    error(*table.get("confidence"), "confidence is neither \"high\" nor \"low\"",
          "high blocks, low is recorded");
  }
}

void Reader::allowlists(const toml::table& table, Rule& rule) {
  if (table.contains("allowlists") && table.contains("allowlist")) {
    error(*table.get("allowlist"), "both 'allowlist' and 'allowlists'", "write allowlists alone");
  }
  tables(table, "allowlists", [&](const toml::table& entry) { allowlist(entry, rule); });
  if (const toml::node* old = table.get("allowlist")) {
    if (const toml::table* entry = old->as_table())
      allowlist(*entry, rule);
    else
      error(*old, "'allowlist' is not a table", "write [rules.allowlist]");
  }
}

void Reader::allowlist(const toml::table& table, Rule& rule) {
  unknown_keys(table, allowlist_keys());
  text(table, "description");
  RuleAllowlist list;
  list.regexes = texts(table, "regexes");
  for (const std::string& word : texts(table, "stopwords")) {
    if (word.empty())
      error(*table.get("stopwords"), "an empty stopword allows everything");
    else
      list.stopwords.push_back(to_lower(word));
  }
  const std::string target = text(table, "regexTarget");
  if (!target.empty() && target != "secret") {
    error(*table.get("regexTarget"), "regexTarget \"" + target + "\" is not supported",
          "in traffic the sender writes what surrounds a secret; only \"secret\" can be judged");
  }
  const std::string condition = text(table, "condition");
  const bool both = !list.regexes.empty() && !list.stopwords.empty();
  if ((condition == "AND" || condition == "&&") && both) {
    error(*table.get("condition"), "condition \"AND\" over regexes and stopwords is not supported",
          "write one regex that says both");
  } else if (!condition.empty() && condition != "OR" && condition != "||" && condition != "AND" &&
             condition != "&&") {
    error(*table.get("condition"), "condition is neither \"OR\" nor \"AND\"");
  }
  if (list.regexes.empty() && list.stopwords.empty()) {
    error(table, "an allowlist without regexes or stopwords", "it would allow nothing");
  }
  rule.allowlists.push_back(std::move(list));
}

void Reader::audience(const toml::table& table, Rule& rule) {
  tables(table, "audience", [&](const toml::table& entry) { audience_entry(entry, rule); });
}

void Reader::audience_entry(const toml::table& table, Rule& rule) {
  static const Names known{"host", "slot", "path"};
  unknown_keys(table, known);
  const std::string host_text = text(table, "host");
  const std::string slot = text(table, "slot");
  const bool anywhere = host_text == "*";
  std::optional<Host> host;
  if (!anywhere) {
    Result<Host> parsed = Host::parse(host_text);
    if (!parsed) {
      return error(table.contains("host") ? *table.get("host") : table,
                   "audience: " + parsed.error().what,
                   "write one exact host, such as \"api.example.com\", or \"*\" for any");
    }
    host = std::move(*parsed);
  }
  const std::size_t colon = slot.find(':');
  const std::string_view kind = std::string_view(slot).substr(0, colon);
  const bool named = colon != std::string::npos && colon + 1 < slot.size();
  const bool lower = to_lower(slot) == slot;
  const bool field = kind == "field";
  const std::string path = text(table, "path");
  if (!(slot == "basic" || (named && lower && (kind == "header" || kind == "query" || field)))) {
    error(table.contains("slot") ? *table.get("slot") : table, "audience: no slot '" + slot + "'",
          slot_instead(slot));
  } else if (!anywhere && slot.ends_with(":*")) {
    error(*table.get("slot"), "audience: every slot of one host",
          "name the one that its issuer documents; \"*\" is for host = \"*\"");
  } else if (field != (path.starts_with('/') || (anywhere && path == "*"))) {
    error(table.contains("path") ? *table.get("path") : table,
          field ? "audience: a field of the body is at home at one path only"
                : "audience: only \"field:name\" has a path",
          field ? "write path = \"/oauth/token\" beside the slot" : "take the path out");
  } else {
    rule.audience.push_back({std::move(host), slot, path});
  }
}

void Reader::unknown_keys(const toml::table& table, const Names& known) {
  for (const auto& [key, value] : table) {
    const std::string_view name = key.str();
    if (std::ranges::find(known, name) != known.end()) continue;
    const std::string_view advice = instead_of_gitleaks(name);
    const std::string_view meant = nearest(name, known);
    Diagnostic problem{"unknown key '" + std::string(name) + "'", where(key.source()), ""};
    if (!advice.empty()) {
      problem.what = "'" + std::string(name) + "' is not supported here by this version of cork";
      problem.hint = advice;
    } else if (!meant.empty()) {
      problem.hint = "did you mean '" + std::string(meant) + "'?";
    }
    errors.push_back(std::move(problem));
  }
}

void Reader::lacks(const toml::table& table, std::string_view key, std::string hint) {
  if (is_misspelled(table, key, rule_keys())) return;
  error(table, "a rule without '" + std::string(key) + "'", std::move(hint));
}

std::string Reader::text(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return {};
  if (const auto* value = node->as_string()) return value->get();
  error(*node, "'" + std::string(key) + "' is not a string", text_instead(key));
  return {};
}

std::vector<std::string> Reader::texts(const toml::table& table, std::string_view key) {
  std::vector<std::string> list;
  const toml::node* node = table.get(key);
  if (node == nullptr) return list;
  const toml::array* array = node->as_array();
  if (array == nullptr) {
    error(*node, "'" + std::string(key) + "' is not a list of strings", list_instead(key));
    return list;
  }
  for (const toml::node& item : *array) {
    if (const auto* value = item.as_string())
      list.push_back(value->get());
    else
      error(item, "'" + std::string(key) + "' holds something that is not a string");
  }
  return list;
}

void Reader::number(const toml::table& table, std::string_view key, double& value) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return;
  const std::optional<double> given = node->value<double>();
  if (given && std::isfinite(*given) && *given >= 0)
    value = *given;
  else
    error(*node, "'" + std::string(key) + "' is not a number from 0 up",
          number_instead(*node, key));
}

template <class Visit>
void Reader::tables(const toml::table& table, std::string_view key, Visit visit) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return;
  const toml::array* array = node->as_array();
  if (array == nullptr) return error(*node, "'" + std::string(key) + "' is not a list of tables");
  for (const toml::node& item : *array) {
    if (const toml::table* entry = item.as_table())
      visit(*entry);
    else
      error(item, "'" + std::string(key) + "' holds something that is not a table");
  }
}

}  // namespace

Result<std::vector<Rule>, Diagnostics> parse_rules(std::string_view text, const std::string& file) {
  Reader reader(file);
  try {
    reader.document(toml::parse(text, file));
  } catch (const toml::parse_error& problem) {
    reader.errors.push_back(syntax_problem(problem, text, file));
  }
  if (!reader.errors.empty()) {
    std::ranges::move(regex_problems(reader.rules), std::back_inserter(reader.errors));
    return std::unexpected(std::move(reader.errors));
  }
  return std::move(reader.rules);
}

bool is_builtin_file(std::string_view name) noexcept {
  const auto files = builtin_rules();
  return std::ranges::find(files, name, &RuleFile::name) != files.end();
}

void add_rules(std::vector<Rule>& rules, std::vector<Rule> more, Diagnostics& problems) {
  for (Rule& rule : more) {
    const auto same = std::ranges::find(rules, rule.id, &Rule::id);
    if (same == rules.end()) {
      rules.push_back(std::move(rule));
    } else {
      problems.push_back({"rule '" + rule.id + "' is defined twice", rule.where,
                          "the other one is at " + to_string(same->where)});
    }
  }
}

}  // namespace cork::secrets
