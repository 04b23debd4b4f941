#include "proxy/config/rule_files.h"

#include "proxy/config/file.h"
#include "rules/secrets/rule.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cork::config {
namespace {

constexpr std::size_t kMaxRulesBytes = std::size_t{8} << 20;

class Collected {
 public:
  void add(std::string_view text, const std::string& file) {
    auto parsed = secrets::parse_rules(text, file);
    if (!parsed) return fail_with(std::move(parsed.error()));
    secrets::add_rules(rules_, std::move(*parsed), problems_);
  }

  void fail_with(Diagnostics problems) {
    std::ranges::move(problems, std::back_inserter(problems_));
  }

  Result<std::shared_ptr<const secrets::Ruleset>, Diagnostics> compile(
      secrets::DatabaseStore* store) && {
    if (!problems_.empty()) return std::unexpected(std::move(problems_));
    return secrets::Ruleset::compile(std::move(rules_), store);
  }

 private:
  std::vector<secrets::Rule> rules_;
  Diagnostics problems_;
};

}  // namespace

Result<std::shared_ptr<const secrets::Ruleset>, Diagnostics> load_rules(
    bool builtin, const std::vector<std::filesystem::path>& files, secrets::DatabaseStore* store) {
  if (files.empty() && builtin) return secrets::Ruleset::builtin(store);
  Collected collected;
  if (builtin) {
    for (const secrets::RuleFile& file : secrets::builtin_rules()) {
      collected.add(file.text, std::string(file.name));
    }
  }
  for (const std::filesystem::path& path : files) {
    auto text = read_file(path, kMaxRulesBytes);
    if (text) {
      collected.add(*text, path.native());
    } else {
      collected.fail_with(std::move(text.error()));
    }
  }
  return std::move(collected).compile(store);
}

Result<std::shared_ptr<const secrets::Ruleset>, Diagnostics> load_rules(const Config& config,
                                                                        DatabaseFile::Use use) {
  DatabaseFile store(config.ca_directory / DatabaseFile::kName, use);
  return load_rules(config.builtin_rules, config.rules_files, &store);
}

}  // namespace cork::config
