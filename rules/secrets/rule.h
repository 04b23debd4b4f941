// One rule in gitleaks' form, with what cork adds: why it exists, how sure it is, where the
// credential is at home, and examples that a test runs.
//
// Pure values; parse_rules() reads TOML text, touches no file.
//
//   auto rules = parse_rules(text, "code.toml");
//   if (!rules) return render(rules.error());
#pragma once

#include "base/diagnostic.h"
#include "base/host.h"
#include "base/result.h"
#include "rules/secrets/checksum.h"
#include "rules/secrets/finding.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cork::secrets {

// A place where a credential goes home and is no leak: one host, one slot, as the issuer documents.
struct Audience {
  // nullopt, written "*": any host, for credentials that say nothing of whose they are, such as a
  // JSON Web Token: every service takes its own, and only the slot tells their use from a leak.
  std::optional<Host> host;
  // "header:authorization", "basic", "query:key", "field:refresh_token" (of a JSON object or a
  // form); the name in lower case. At any host, "*" is every name.
  std::string slot;
  // The exact path, as spelled, or at any host "*"; always given with "field:", else empty.
  std::string path = {};
};

struct RuleAllowlist {
  std::vector<std::string> regexes;    // against the secret
  std::vector<std::string> stopwords;  // contained in the secret, case-insensitively
};

struct Rule {
  std::string id;                     // "github-token"
  std::string description;            // for people: "GitHub token"
  std::string why;                    // what the holder of it can do, and the issuer's page
  std::string regex;                  // RE2 syntax, with no {assign} any more
  std::string written;                // of a .gitleaks.toml: its regex, which that was made of
  std::vector<std::string> keywords;  // lower case; any must occur near the match; empty: no gate
  double entropy = 0;                 // bits per byte the secret must exceed; 0: not asked
  bool random = false;                // the secret must look drawn; see randomness.h
  // That the secret has; see checksum.h. One that `decides` must be right. Another one must be
  // where the secret stands in the middle of base64url: there chance writes a prefix of four
  // characters once in some megabytes.
  Checksum checksum = Checksum::none;
  // The name that the secret is assigned to must hold one of `named`, and none of `not_named`; see
  // name_words.h. Empty: not asked.
  std::vector<std::string> named, not_named;
  // Between the end of a name, of which the regex asks for a word, and the secret is {assign}
  // alone.
  bool assigned = false;
  // The secret is one part of what its holder needs hidden, and the rest stands where the rule does
  // not look: further lines of a key, further entries of a list. So it cannot be masked.
  bool partial = false;
  int secret_group = 0;                      // 0: the first non-empty group, else the whole match
  Confidence confidence = Confidence::high;  // high blocks, low is recorded
  std::vector<Audience> audience;
  std::vector<RuleAllowlist> allowlists;
  std::vector<std::string> examples;  // templates: "gh" + "p_{alnum:36}"; see rule_examples.h
  std::vector<std::string> non_examples;
  Where where;
};

// What it finds may be anybody's: a name tells that it is a secret, or its id says "generic". Where
// another rule finds the same, that one says whose it is.
[[nodiscard]] inline bool is_catch_all(const Rule& rule) noexcept {
  return !rule.named.empty() || !rule.not_named.empty() || rule.id.contains("generic");
}

// Rules of a gitleaks-form TOML text (keys id, description, regex, keywords, entropy, secretGroup,
// tags, allowlists/allowlist with regexes and stopwords) and of cork's own keys (why, confidence,
// audience, random, checksum, partial, named, not_named, examples, non_examples). All errors at
// once with line and column; unknown keys and duplicate ids are errors.
//
// {assign} in a regex stands for whatever may be between a name and the value it is given: in code,
// configuration, JSON, YAML, XML, a form or a shell, quotes and line breaks included.
Result<std::vector<Rule>, Diagnostics> parse_rules(std::string_view text, const std::string& file);

// Adds `more` behind `rules`, for files that are read together: an id that both have is a problem
// at the second one, whose hint names the first.
void add_rules(std::vector<Rule>& rules, std::vector<Rule> more, Diagnostics& problems);

struct RuleFile {
  std::string_view name;  // "code.toml"
  std::string_view text;
};

// cork's own rules (rules/data/*.toml), which are inside the binary; always in the same order.
[[nodiscard]] std::span<const RuleFile> builtin_rules() noexcept;
[[nodiscard]] bool is_builtin_file(std::string_view name) noexcept;
// Those of rules/data/optional, each a group: see rule_groups.h.
[[nodiscard]] std::span<const RuleFile> group_files() noexcept;

}  // namespace cork::secrets
