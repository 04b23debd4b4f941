#include "rules/gitleaks/own_rules.h"

#include "rules/gitleaks/document.h"

// toml++ reports errors as exceptions; none leaves find_own_key().
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace cork::gitleaks {
namespace {

constexpr std::array<std::string_view, 10> kOwnKeys{
    "why",    "confidence", "audience",  "examples", "non_examples",
    "random", "named",      "not_named", "partial",  "checksum"};

Allowlist from_own(const secrets::RuleAllowlist& own, const Where& where) {
  Allowlist list;
  list.regexes = own.regexes;
  list.regex = join_patterns(own.regexes).value_or(nullptr);
  list.stopwords = own.stopwords;
  list.where = where;
  return list;
}

}  // namespace

Config from_own_rules(const std::vector<secrets::Rule>& rules) {
  Config config;
  for (const secrets::Rule& own : rules) {
    Rule rule;
    rule.id = own.id;
    rule.description = own.description;
    rule.why = own.why;
    rule.regex = Pattern::compile(own.regex).value_or(nullptr);
    rule.secret_group = own.secret_group;
    rule.entropy = own.entropy;
    rule.keywords = own.keywords;
    rule.random = own.random;
    rule.names = secrets::NameWords(own.named, own.not_named);
    for (const secrets::RuleAllowlist& list : own.allowlists) {
      rule.allowlists.push_back(from_own(list, own.where));
    }
    rule.own = std::make_shared<const secrets::Rule>(own);
    rule.where = own.where;
    if (rule.regex != nullptr) config.rules.push_back(std::move(rule));
  }
  return config;
}

bool has_own_regex(const Rule& rule) {
  return rule.own != nullptr && rule.regex != nullptr && rule.regex->regex() == rule.own->regex;
}

std::optional<OwnKey> find_own_key(std::string_view text, const std::string& file) try {
  const toml::table root = toml::parse(text);
  const toml::array* rules = root.get_as<toml::array>("rules");
  if (rules == nullptr) return std::nullopt;
  for (const toml::node& item : *rules) {
    const toml::table* rule = item.as_table();
    if (rule == nullptr) continue;
    for (const auto& [key, value] : *rule) {
      if (std::ranges::find(kOwnKeys, key.str()) == kOwnKeys.end()) continue;
      const toml::source_position at = key.source().begin;
      return OwnKey{std::string(key.str()),
                    {file, static_cast<int>(at.line), static_cast<int>(at.column)}};
    }
  }
  return std::nullopt;
} catch (const toml::parse_error&) {
  return std::nullopt;  // whoever reads it says where it is wrong
}

Diagnostic said_of(const OwnKey& own) {
  return {
      "'" + own.key + "' makes this a file of rules in cork's own form", own.where,
      "what else stands here is to be of that form; else put the rules that have such keys into "
      "a file of their own"};
}

}  // namespace cork::gitleaks
