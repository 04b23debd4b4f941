#include "proxy/config/rule_files.h"

#include "proxy/config/file.h"
#include "proxy/config/ownership.h"
#include "rules/gitleaks/own_rules.h"
#include "rules/gitleaks/wire.h"
#include "rules/secrets/rule.h"
#include "rules/secrets/rule_groups.h"
#include "rules/secrets/rule_names.h"
#include "rules/secrets/ruleset.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace cork::config {
namespace {

constexpr std::size_t kMaxRulesBytes = std::size_t{8} << 20;

// What decides as much as the file that names it.
Result<gitleaks::ReadText, Diagnostics> read_safely(const std::string& path,
                                                    const std::string& from) {
  auto text = read_extended(path, from);
  if (!text) return text;
  if (auto problem = writable_by_others(text->file)) {
    return std::unexpected(Diagnostics{*std::move(problem)});
  }
  return text;
}

// Of all but the builtin rules, which are part of the program.
Diagnostics regex_problems_of_files(std::vector<secrets::Rule> rules) {
  std::erase_if(
      rules, [](const secrets::Rule& rule) { return secrets::is_builtin_file(rule.where.file); });
  return secrets::regex_problems(rules);
}

// Rules file by file, for the builtin ones come first, and whether they are wanted is known last.
class Collected {
 public:
  void add_file(std::string_view text, const std::string& file) {
    if (const auto own = gitleaks::find_own_key(text, file)) {
      return keep(own_rules(text, file, own));
    }
    auto loaded = gitleaks::load_config(text, file, read_safely);
    if (!loaded) return fail_with(std::move(loaded.error()));
    if (loaded->uses_default && !use_default(file, *loaded->uses_default)) return;
    gitleaks::WireRules wire = gitleaks::for_wire(loaded->config);
    std::ranges::move(wire.warnings, std::back_inserter(loaded->warnings));
    std::ranges::move(in_order(std::move(loaded->warnings)), std::back_inserter(warnings_));
    keep(std::move(wire.rules));
  }

  // Of one file, whose readers tell of each kind at a time.
  void fail_with(Diagnostics problems) {
    std::ranges::move(in_order(std::move(problems)), std::back_inserter(problems_));
  }

  Result<std::vector<secrets::Rule>, Diagnostics> all(bool builtin, const Groups& groups) {
    std::vector<secrets::Rule> all;
    if (builtin && !default_of_) add_builtin(all);
    for (const std::string& name : groups) add_group(name, all);
    for (auto& rules : files_) secrets::add_rules(all, std::move(rules), problems_);
    if (problems_.empty()) return all;
    std::ranges::move(regex_problems_of_files(all), std::back_inserter(problems_));
    return std::unexpected(std::move(problems_));
  }

  Result<ReadRules, Diagnostics> read(bool builtin, const Groups& groups) && {
    auto rules = all(builtin, groups);
    if (!rules) return std::unexpected(std::move(rules.error()));
    return ReadRules{std::move(*rules), std::move(warnings_)};
  }

  Result<LoadedRules, Diagnostics> compile(bool builtin, const Groups& groups,
                                           secrets::DatabaseStore* store) && {
    auto read = all(builtin, groups);
    if (!read) return std::unexpected(std::move(read.error()));
    if (read->empty()) {
      warnings_.push_back(
          {"no rules are left",
           {},
           "cork's own come with `rules: {builtin: true}`, or useDefault in a .gitleaks.toml"});
      return std::unexpected(std::move(warnings_));
    }
    auto rules = secrets::Ruleset::compile(std::move(*read), store);
    if (!rules) return std::unexpected(std::move(rules.error()));
    return LoadedRules{std::move(*rules), std::move(warnings_)};
  }

 private:
  // `own`: why it is read so, where that is not known.
  std::vector<secrets::Rule> own_rules(std::string_view text, const std::string& file,
                                       const std::optional<gitleaks::OwnKey>& own = {}) {
    auto parsed = secrets::parse_rules(text, file);
    if (parsed) return std::move(*parsed);
    if (own) parsed.error().push_back(gitleaks::said_of(*own));
    fail_with(std::move(parsed.error()));
    return {};
  }

  void add_builtin(std::vector<secrets::Rule>& all) {
    for (const secrets::RuleFile& file : secrets::builtin_rules()) {
      secrets::add_rules(all, own_rules(file.text, std::string(file.name)), problems_);
    }
  }

  void add_group(const std::string& name, std::vector<secrets::Rule>& all) {
    if (const secrets::RuleGroup* group = secrets::find_group(name)) {
      secrets::add_rules(all, secrets::rules_of(*group), problems_);
    } else {
      problems_.push_back(secrets::unknown_group(name, {}));
    }
  }

  // What a second file disables or extends would be there from the first.
  bool use_default(const std::string& file, const Where& where) {
    if (!default_of_) {
      default_of_ = file;
      return true;
    }
    fail_with({{"'useDefault' is in two files of rules.files", where,
                "the other one is " + *default_of_ + "; say it in one of them"}});
    return false;
  }

  void keep(std::vector<secrets::Rule> rules) { files_.push_back(std::move(rules)); }

  std::vector<std::vector<secrets::Rule>> files_;
  std::optional<std::string> default_of_;  // the file that brings cork's own rules
  Diagnostics problems_, warnings_;
};

// `named`: where each of the files is, if a configuration names them.
Collected collect(const std::vector<std::filesystem::path>& files,
                  const std::vector<Where>& named = {}) {
  Collected collected;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::filesystem::path& path = files[i];
    auto text = read_file(path, kMaxRulesBytes);
    if (text) {
      collected.add_file(*text, path.native());
      continue;
    }
    if (i < named.size()) {
      for (Diagnostic& problem : text.error()) {
        problem.what = fmt::format("{}: {}", path.native(), problem.what);
        problem.where = named[i];
        problem.hint = "`rules.files` names files of rules";
      }
    }
    collected.fail_with(std::move(text.error()));
  }
  return collected;
}

Collected collect(const Config& config) {
  return collect(config.rules_files, config.rules_where);
}

}  // namespace

Result<LoadedRules, Diagnostics> load_rules_and_warnings(
    bool builtin, const std::vector<std::filesystem::path>& files, const Groups& groups,
    secrets::DatabaseStore* store) {
  if (files.empty() && groups.empty() && builtin) {
    return LoadedRules{secrets::Ruleset::builtin(store), {}};
  }
  return collect(files).compile(builtin, groups, store);
}

Result<std::vector<secrets::Rule>, Diagnostics> read_rules(const std::optional<Config>& config) {
  if (!config) return Collected().all(true, {});
  return collect(*config).all(config->builtin_rules, config->rule_groups);
}

Result<ReadRules, Diagnostics> read_rules_and_warnings(
    bool builtin, const std::vector<std::filesystem::path>& files, const Groups& groups) {
  return collect(files).read(builtin, groups);
}

Result<ReadRules, Diagnostics> read_rules_and_warnings(const Config& config) {
  return collect(config).read(config.builtin_rules, config.rule_groups);
}

const Diagnostic* why_left_out(std::string_view id, const Diagnostics& warnings) {
  const std::string rule = fmt::format("rule '{}'", id);
  const auto says = [&rule](const Diagnostic& warning) {
    return warning.what.starts_with(rule) && warning.what.contains("left out");
  };
  const auto found = std::ranges::find_if(warnings, says);
  return found == warnings.end() ? nullptr : &*found;
}

Diagnostics rule_problems(const Config& config) {
  const auto read = read_rules_and_warnings(config);
  if (!read) return read.error();  // whose rules those names may be of
  const std::vector<secrets::Rule>& rules = read->rules;
  Diagnostics problems = regex_problems_of_files(rules);
  const auto look_up = [&](const std::string& id, const Where& where) {
    if (std::ranges::find(rules, id, &secrets::Rule::id) != rules.end()) return;
    const Diagnostic* left_out = why_left_out(id, read->warnings);
    problems.push_back(
        left_out != nullptr
            ? Diagnostic{left_out->what, where, "it is written in " + to_string(left_out->where)}
            : secrets::unknown_rule(id, where, rules));
  };
  for (const BottleConfig& bottle : config.bottles) {
    for (const policy::RuleWord& word : bottle.leaks.rules) look_up(word.rule, word.where);
    for (const policy::Exception& one : bottle.leaks.exceptions) look_up(one.rule, one.where);
  }
  return problems;
}

Result<std::shared_ptr<const secrets::Ruleset>, Diagnostics> load_rules(
    bool builtin, const std::vector<std::filesystem::path>& files, const Groups& groups,
    secrets::DatabaseStore* store) {
  auto loaded = load_rules_and_warnings(builtin, files, groups, store);
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  return std::move(loaded->rules);
}

Result<std::shared_ptr<const secrets::Ruleset>, Diagnostics> load_rules(const Config& config,
                                                                        DatabaseFile::Use use) {
  auto loaded = load_rules_and_warnings(config, use);
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  return std::move(loaded->rules);
}

Result<LoadedRules, Diagnostics> load_rules_and_warnings(const Config& config,
                                                         DatabaseFile::Use use) {
  DatabaseFile store(config.ca_directory / DatabaseFile::kName, use);
  if (config.rules_files.empty()) {
    return load_rules_and_warnings(config.builtin_rules, {}, config.rule_groups, &store);
  }
  return collect(config).compile(config.builtin_rules, config.rule_groups, &store);
}

Result<gitleaks::ReadText, Diagnostics> read_extended(const std::string& path,
                                                      const std::string& from) {
  const std::filesystem::path file = std::filesystem::path(from).parent_path() / path;
  auto text = read_file(file, kMaxRulesBytes);
  if (!text) return std::unexpected(std::move(text.error()));
  return gitleaks::ReadText{file.native(), std::move(*text)};
}

}  // namespace cork::config
