#include "proxy/commands/rules.h"

#include "proxy/commands/terminal.h"
#include "proxy/config/rule_files.h"
#include "rules/secrets/rule_examples.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace cork::commands {
namespace {

using Rules = std::shared_ptr<const secrets::Ruleset>;

// The rules of --file, of the configuration, or where there is none the builtin ones.
std::optional<Rules> load(const RulesOptions& options, const Context& context) {
  const auto compiled = [&]() -> std::optional<Result<Rules, Diagnostics>> {
    if (options.file) return config::load_rules(false, {*options.file});
    if (!options.config && !config::find(std::nullopt, context.environment)) {
      return config::load_rules(true, {});
    }
    const auto settings = load_settings(options.config, context, kNoCredentials);
    if (!settings) return std::nullopt;
    return config::load_rules(*settings);
  }();
  if (!compiled) return std::nullopt;
  if (*compiled) return **compiled;
  fmt::print(context.err, "{}", render(compiled->error()));
  return std::nullopt;
}

std::string audience_of(const secrets::Rule& rule) {
  std::vector<std::string> places;
  places.reserve(rule.audience.size());
  for (const secrets::Audience& audience : rule.audience) {
    places.push_back(fmt::format("{} {}", audience.host.text(), audience.slot));
  }
  return fmt::format("{}", fmt::join(places, ", "));
}

}  // namespace

int rules_ls(const RulesOptions& options, const Context& context) {
  const auto rules = load(options, context);
  if (!rules) return kUsage;
  std::size_t width = 0;
  for (const secrets::Rule& rule : (*rules)->rules()) width = std::max(width, rule.id.size());
  for (const secrets::Rule& rule : (*rules)->rules()) {
    const bool blocks = rule.confidence == secrets::Confidence::high;
    fmt::print(context.out, "{:<{}}  {:<6}  {}\n", visible(rule.id), width,
               blocks ? "block" : "record", visible(rule.description));
    const std::string audience = audience_of(rule);
    if (!audience.empty()) {
      fmt::print(context.out, "{:<{}}          at home: {}\n", "", width, visible(audience));
    }
  }
  return kYes;
}

int rules_test(const RulesOptions& options, const Context& context) {
  const auto rules = load(options, context);
  if (!rules) return kUsage;
  std::mt19937_64 random(context.seed);
  const std::vector<std::string> failures = secrets::run_examples(**rules, random);
  for (const std::string& failure : failures) fmt::print(context.out, "{}\n", visible(failure));
  std::size_t examples = 0, bare = 0;
  for (const secrets::Rule& rule : (*rules)->rules()) {
    examples += rule.examples.size() + rule.non_examples.size();
    bare += rule.examples.empty() ? 1 : 0;
  }
  fmt::print(context.out, "{} rules, {} examples, {} failed\n", (*rules)->rules().size(), examples,
             failures.size());
  if (bare > 0) fmt::print(context.out, "{} rules have no example\n", bare);
  return failures.empty() ? kYes : kNo;
}

void add_rules(CLI::App& root, Run& run) {
  CLI::App* group = root.add_subcommand("rules", "The rules that say what a secret looks like");
  group->require_subcommand(1);
  auto options = std::make_shared<RulesOptions>();
  const auto add = [&](const char* name, const char* what,
                       int (*function)(const RulesOptions&, const Context&)) {
    CLI::App* command = group->add_subcommand(name, what);
    command
        ->add_option_function<std::string>(
            "--file", [&file = options->file](const std::string& text) { file = text; },
            "The rules of this file alone (gitleaks' TOML form)")
        ->type_name("FILE");
    add_config_option(*command, options->config);
    command->callback([options, function, &run] {
      run = [options, function](const Context& context) { return function(*options, context); };
    });
  };
  add("ls", "List the rules in force", rules_ls);
  add("test", "Run each rule's own examples; exit 3 where one fails", rules_test);
  group->footer("Examples:\n  cork rules test\n  cork rules test --file own-rules.toml");
}

}  // namespace cork::commands
