// The rules a configuration asks for, read and compiled: what `cork run`, `cork check` and
// `cork rules` all use.
//
// A file with keys of cork's own (why, confidence, audience, examples) is read strictly; any other
// is gitleaks' form and loads as it is, with a warning for what traffic cannot honour. What such a
// file extends is refused where every user may write it: see ownership.h.
#pragma once

#include "base/diagnostic.h"
#include "proxy/config/config.h"
#include "proxy/config/database_file.h"
#include "rules/gitleaks/load.h"
#include "rules/secrets/ruleset.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cork::config {

// Groups are of secrets::rule_groups(), by name.
using Groups = std::vector<std::string>;

// cork's own rules unless `builtin` is false, then every group, then every file; an id that two of
// them have is an error. A gitleaks file with useDefault brings cork's own rules itself, whatever
// `builtin` says, as it extends them. `store`: where compiled rules are kept.
Result<std::shared_ptr<const secrets::Ruleset>, Diagnostics> load_rules(
    bool builtin, const std::vector<std::filesystem::path>& files, const Groups& groups = {},
    secrets::DatabaseStore* store = nullptr);
// The configuration's. Compiled rules that are kept beside the CA are used where they are those;
// only who serves traffic keeps what was compiled.
Result<std::shared_ptr<const secrets::Ruleset>, Diagnostics> load_rules(
    const Config& config, DatabaseFile::Use use = DatabaseFile::Use::read);

struct LoadedRules {
  std::shared_ptr<const secrets::Ruleset> rules;
  Diagnostics warnings;  // what was left out, or is recorded instead of blocked
};
// The same, and what `cork rules ls` and `cork plan` say about it.
Result<LoadedRules, Diagnostics> load_rules_and_warnings(
    bool builtin, const std::vector<std::filesystem::path>& files, const Groups& groups = {},
    secrets::DatabaseStore* store = nullptr);
Result<LoadedRules, Diagnostics> load_rules_and_warnings(
    const Config& config, DatabaseFile::Use use = DatabaseFile::Use::read);

struct ReadRules {
  std::vector<secrets::Rule> rules;
  Diagnostics warnings;  // as of LoadedRules
};
// The same without compiling any: a hundredth of the time, and nothing is said of their regexes.
Result<ReadRules, Diagnostics> read_rules_and_warnings(
    bool builtin, const std::vector<std::filesystem::path>& files, const Groups& groups = {});
Result<ReadRules, Diagnostics> read_rules_and_warnings(const Config& config);

// What `warnings` say of a rule that was left out; nullptr: it was not.
[[nodiscard]] const Diagnostic* why_left_out(std::string_view id, const Diagnostics& warnings);

// The rules of a configuration, or where there is none cork's own, without compiling them.
Result<std::vector<secrets::Rule>, Diagnostics> read_rules(const std::optional<Config>& config);
// What is wrong with the files of rules, and with the names of rules that bottles say something of,
// told without compiling any: beside what else is wrong with a configuration.
[[nodiscard]] Diagnostics rule_problems(const Config& config);

// Reads what an [extend] names, beside the file that says so: never in the working directory, which
// may be anybody's.
Result<gitleaks::ReadText, Diagnostics> read_extended(const std::string& path,
                                                      const std::string& from);

}  // namespace cork::config
