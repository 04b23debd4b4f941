// A gitleaks configuration as plain values: what its author wrote, with every regex compiled.
//
// Pure values; patterns are immutable and shared.
#pragma once

#include "base/diagnostic.h"
#include "rules/gitleaks/pattern.h"
#include "rules/secrets/name_words.h"
#include "rules/secrets/rule.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cork::gitleaks {

enum class Condition : std::uint8_t { any, all };
enum class RegexTarget : std::uint8_t { secret, match, line };

struct Allowlist {
  std::string description;
  Condition condition = Condition::any;
  RegexTarget target = RegexTarget::secret;
  std::vector<std::string> commits;    // lower case
  std::vector<std::string> stopwords;  // lower case
  std::vector<std::string> paths, regexes;
  // The lists joined by '|' as one regex each, which is what gitleaks searches with: a flag such as
  // (?i) in one of them holds for those behind it too. nullptr: an empty list.
  std::shared_ptr<const Pattern> path, regex;
  std::vector<std::string> target_rules;  // of the whole file's lists; empty: every rule
  Where where;
};

// The finding of another rule that must be near.
struct Required {
  std::string id;
  std::optional<int> within_lines, within_columns;  // of their starts; nullopt: anywhere
  Where where;
};

struct Rule {
  std::string id;
  std::string description;
  std::string why;                       // cork's own rules say so; gitleaks' have none
  std::shared_ptr<const Pattern> regex;  // nullptr: the path alone decides
  std::shared_ptr<const Pattern> path;   // nullptr: every path
  int secret_group = 0;                  // 0: the first non-empty group, else the whole match
  double entropy = 0;                    // the secret's must be greater; 0: not asked
  std::vector<std::string> keywords;     // lower case; any must occur; empty: not asked
  std::vector<std::string> tags;
  std::vector<Allowlist> allowlists;
  std::vector<Required> required;
  bool skip_report = false;  // only found for rules that require it
  // Of cork's own rules alone: the secret must look drawn (secrets/randomness.h), and what it is
  // assigned to must be named so.
  bool random = false;
  secrets::NameWords names = {{}, {}};
  // The rule of cork's own that this is, or extends: traffic asks more of it than files do, and its
  // allowlists are the first of those above. nullptr: the file's own.
  std::shared_ptr<const secrets::Rule> own = nullptr;
  Where where;
};

struct Extend {
  bool use_default = false;
  std::string path;
  struct Disabled {
    std::string id;
    Where where;
  };
  std::vector<Disabled> disabled_rules;
  Where where;  // of path or useDefault
};

// One file as it is written.
struct Document {
  std::string title;
  Extend extend;
  std::vector<Rule> rules;
  std::vector<Allowlist> allowlists;
};

// What to search with: a file and all that it extends, merged.
struct Config {
  std::vector<Rule> rules;            // ids are unique
  std::vector<Allowlist> allowlists;  // for every rule
};

}  // namespace cork::gitleaks
