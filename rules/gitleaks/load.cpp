#include "rules/gitleaks/load.h"

#include "rules/gitleaks/document.h"
#include "rules/gitleaks/own_rules.h"
#include "rules/secrets/compiled_rule.h"
#include "rules/secrets/rule.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace cork::gitleaks {
namespace {

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

Rule* find(Config& config, const std::string& id) {
  const auto found = std::ranges::find(config.rules, id, &Rule::id);
  return found == config.rules.end() ? nullptr : &*found;
}

// What `mine` says of a rule that `base` has too.
Rule merged(Rule base, const Rule& mine) {
  if (!mine.description.empty()) base.description = mine.description;
  if (mine.entropy != 0) base.entropy = mine.entropy;
  if (mine.secret_group != 0) base.secret_group = mine.secret_group;
  if (mine.regex != nullptr) {
    if (base.own != nullptr && mine.regex->regex() != base.own->regex) {
      // Said of what cork's regex finds.
      base.random = false;
      base.names = secrets::NameWords({}, {});
    }
    base.regex = mine.regex;
  }
  if (mine.path != nullptr) base.path = mine.path;
  append(base.tags, mine.tags);
  append(base.keywords, mine.keywords);
  append(base.allowlists, mine.allowlists);
  base.where = mine.where;
  return base;
}

class Loading {
 public:
  explicit Loading(const ReadExtended& read) : read_(read) {}

  // Of `text` and what it extends; what is wrong is in `errors`.
  Config load(std::string_view text, const std::string& file, int depth);
  void validate(const Config& config);

  Diagnostics errors, warnings;
  std::optional<Where> uses_default;

 private:
  void extend(Config& config, const Extend& extend, const Config& base);
  void target(Config& config, const std::vector<Allowlist>& targeted, int depth);
  void require(const std::vector<Rule>& rules);
  Config extended(const Document& document, const std::string& file, int depth);

  const ReadExtended& read_;
};

Config Loading::load(std::string_view text, const std::string& file, int depth) {
  auto parsed = parse_document(text, file, depth > 0);
  if (!parsed) {
    append(errors, parsed.error());
    return {};
  }
  append(warnings, parsed->warnings);
  Document& document = parsed->document;
  require(document.rules);
  Config config{std::move(document.rules), {}};
  std::vector<Allowlist> targeted;
  for (Allowlist& list : document.allowlists) {
    (list.target_rules.empty() ? config.allowlists : targeted).push_back(std::move(list));
  }
  const bool extends = document.extend.use_default || !document.extend.path.empty();
  if (extends && depth == kMaxExtendDepth) {
    warnings.push_back({"what this file extends is left out, in gitleaks too",
                        document.extend.where, "extending goes two files deep"});
  } else if (extends) {
    extend(config, document.extend, extended(document, file, depth + 1));
  }
  target(config, targeted, depth);
  return config;
}

Config Loading::extended(const Document& document, const std::string& file, int depth) {
  if (document.extend.use_default) {
    uses_default = document.extend.where;
    return builtin_config();
  }
  auto text = read_(document.extend.path, file);
  if (text) return load(text->text, text->file, depth);
  for (Diagnostic& problem : text.error()) {
    errors.push_back({"'path' in [extend]: " + problem.what, document.extend.where,
                      problem.hint.empty() ? "it is looked for beside this file" : problem.hint});
  }
  return {};
}

void Loading::extend(Config& config, const Extend& extend, const Config& base) {
  const auto& disabled = extend.disabled_rules;
  const auto ids = base.rules | std::views::transform(&Rule::id);
  const std::vector<std::string_view> known(ids.begin(), ids.end());
  for (const auto& [id, where] : disabled) {
    if (std::ranges::find(known, id) != known.end()) continue;
    std::string hint = extend.use_default ? "the default is cork's own rules: cork rules ls" : "";
    if (const std::string_view meant = nearest(id, known); !meant.empty()) {
      hint = "did you mean '" + std::string(meant) + "'?";
    }
    warnings.push_back({"disabledRules: there is no rule '" + id + "' to disable", where, hint});
  }
  for (const Rule& rule : base.rules) {
    if (std::ranges::find(disabled, rule.id, &Extend::Disabled::id) != disabled.end()) continue;
    if (Rule* mine = find(config, rule.id))
      *mine = merged(rule, *mine);
    else
      config.rules.push_back(rule);
  }
  append(config.allowlists, base.allowlists);
  std::ranges::sort(config.rules, {}, &Rule::id);
}

void Loading::target(Config& config, const std::vector<Allowlist>& targeted, int depth) {
  for (const Allowlist& list : targeted) {
    if (depth > 0) {
      warnings.push_back({"an allowlist with targetRules has no effect in an extended file",
                          list.where, "gitleaks reads it in the outermost file alone"});
      continue;
    }
    for (const std::string& id : list.target_rules) {
      if (Rule* rule = find(config, id)) {
        rule->allowlists.push_back(list);
      } else {
        errors.push_back({"targetRules: there is no rule '" + id + "'", list.where, ""});
      }
    }
  }
}

// A required rule must stand in the same file.
void Loading::require(const std::vector<Rule>& rules) {
  for (const Rule& rule : rules) {
    for (const Required& required : rule.required) {
      if (std::ranges::find(rules, required.id, &Rule::id) != rules.end()) continue;
      errors.push_back(
          {"rule '" + rule.id + "' requires '" + required.id + "', which is no rule of this file",
           required.where, "copy that rule here, with skipReport = true"});
    }
  }
}

void Loading::validate(const Config& config) {
  for (const Rule& rule : config.rules) {
    if (rule.regex == nullptr && rule.path == nullptr) {
      errors.push_back(finds_nothing(rule.id, rule.where));
    }
    if (rule.regex != nullptr && rule.secret_group > rule.regex->groups()) {
      errors.push_back({"rule '" + rule.id + "': secretGroup " + std::to_string(rule.secret_group) +
                            " of " + secrets::regex_with_groups(rule.regex->groups()),
                        rule.where, "count the parentheses that do not begin with '(?'"});
    }
  }
}

}  // namespace

Result<Loaded, Diagnostics> load_config(std::string_view text, const std::string& file,
                                        const ReadExtended& read) {
  Loading loading(read);
  Config config = loading.load(text, file, 0);
  if (loading.errors.empty()) loading.validate(config);
  if (!loading.errors.empty()) return std::unexpected(in_order(std::move(loading.errors)));
  return Loaded{std::move(config), in_order(std::move(loading.warnings)),
                std::move(loading.uses_default)};
}

Config builtin_config() {
  std::vector<secrets::Rule> all;
  Diagnostics problems;  // of rules that are part of the program: their tests say so
  for (const secrets::RuleFile& file : secrets::builtin_rules()) {
    auto rules = secrets::parse_rules(file.text, std::string(file.name));
    if (rules) secrets::add_rules(all, std::move(*rules), problems);
  }
  return from_own_rules(all);
}

}  // namespace cork::gitleaks
