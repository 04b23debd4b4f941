#include "proxy/commands/rules.h"

#include "proxy/commands/print.h"
#include "proxy/commands/terminal.h"
#include "proxy/config/rule_files.h"
#include "rules/gitleaks/document.h"
#include "rules/secrets/compiled_rule.h"
#include "rules/secrets/rule_examples.h"
#include "rules/secrets/rule_groups.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <memory>
#include <random>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cork::commands {
namespace {

constexpr std::size_t kExplained = 14;  // where a line's text begins
// Of an id in a list on a terminal, and on a wide one: a longer one has a line of its own.
constexpr std::size_t kWidestId = 24, kWidestIdOfMany = 40, kManyColumns = 120;
// Places where a rule's credential is at home, in a list: `rules show` names all.
constexpr std::ptrdiff_t kMostPlaces = 2;
// Rules without an example that are named: gitleaks' have none.
constexpr std::ptrdiff_t kMostNamed = 8;
constexpr std::string_view kSearchedWider =
    "Hyperscan does not take its regex as it is written: RE2 decides wherever it may match";

using Rules = std::shared_ptr<const secrets::Ruleset>;

// The rules of --file, of the configuration, or where there is none the builtin ones: `of` is asked
// for them in the one way or the other.
template <class Made, class Of>
std::optional<Made> get_all(const RulesOptions& options, const Context& context, Of of) {
  const auto made = [&]() -> std::optional<Result<Made, Diagnostics>> {
    if (options.file) return of(false, std::vector{*options.file}, options.groups);
    if (!options.config && !config::find(std::nullopt, context.environment)) {
      return of(true, std::vector<std::filesystem::path>(), options.groups);
    }
    auto settings = load_settings(options.config, context, kNoCredentials);
    if (!settings) return std::nullopt;
    for (const std::string& group : options.groups) {
      auto& on = settings->rule_groups;
      if (std::ranges::find(on, group) == on.end()) on.push_back(group);
    }
    return of(*settings);
  }();
  if (!made) return std::nullopt;
  if (*made) return **made;
  print_error(context, "{}", render(made->error()));
  return std::nullopt;
}

std::optional<config::LoadedRules> load_all(const RulesOptions& options, const Context& context) {
  return get_all<config::LoadedRules>(
      options, context, [](const auto&... of) { return config::load_rules_and_warnings(of...); });
}

// What the configuration's bottles say of a rule: "dev: block (cork.yaml:14:7)".
std::string said_by_bottles(const std::string& id, const config::Config& settings) {
  std::vector<std::string> said;
  for (const config::BottleConfig& bottle : settings.bottles) {
    for (const policy::RuleWord& word : bottle.leaks.rules) {
      if (word.rule != id) continue;
      said.push_back(fmt::format("{}: {} ({})", bottle.bottle.name(), policy::name_of(word.word),
                                 to_string(word.where)));
    }
  }
  return fmt::format("{}", fmt::join(said, ", "));
}

// To say what one rule is, no database of all of them is needed. `by_bottles`: of that rule.
std::optional<config::ReadRules> read_all(const RulesOptions& options, const Context& context,
                                          std::string& by_bottles) {
  return get_all<config::ReadRules>(options, context, [&](const auto&... of) {
    if constexpr (sizeof...(of) == 1) by_bottles = said_by_bottles(options.id, of...);
    return config::read_rules_and_warnings(of...);
  });
}

std::optional<Rules> load(const RulesOptions& options, const Context& context) {
  auto all = load_all(options, context);
  if (!all) return std::nullopt;
  return std::move(all->rules);
}

// The first `most` places where its credential is at home.
std::string audience_of(const secrets::Rule& rule, std::ptrdiff_t most) {
  std::vector<std::string> places;
  for (const secrets::Audience& audience : rule.audience) {
    std::string place =
        fmt::format("{} {}", audience.host ? audience.host->text() : "any host", audience.slot);
    // A field may be at home at several paths.
    if (std::ranges::find(places, place) == places.end()) places.push_back(std::move(place));
  }
  const std::ptrdiff_t shown = std::min(std::ssize(places), most);
  const std::string more =
      shown < std::ssize(places) ? fmt::format(", and {} more", std::ssize(places) - shown) : "";
  return fmt::format("{}{}", fmt::join(places.begin(), places.begin() + shown, ", "), more);
}

std::string allowed_by(const secrets::Rule& rule) {
  std::size_t regexes = 0, words = 0;
  for (const secrets::RuleAllowlist& list : rule.allowlists) {
    regexes += list.regexes.size();
    words += list.stopwords.size();
  }
  std::vector<std::string> lists;
  if (regexes > 0) lists.push_back(counted(regexes, "regex", "regexes"));
  if (words > 0) lists.push_back(counted(words, "word", "words"));
  if (lists.empty()) return {};
  return fmt::format("what {} of its allowlists name", fmt::join(lists, " and "));
}

// ", of cork's own"
std::string whose(const std::string& file) {
  if (secrets::is_builtin_file(file)) return ", of cork's own";
  const auto is = [&file](const secrets::RuleFile& one) { return one.name == file; };
  const auto group = std::ranges::find_if(secrets::rule_groups(), is, &secrets::RuleGroup::file);
  if (group == secrets::rule_groups().end()) return {};
  return fmt::format(", of cork's own group '{}'", group->name);
}

std::string_view said_of(secrets::Checksum checksum) {
  switch (checksum) {
    case secrets::Checksum::none:
      return "";
    case secrets::Checksum::crc32:
      return "crc32: must be right in the middle of base64url";
    case secrets::Checksum::luhn:
      return "luhn: the last digit must be right";
    case secrets::Checksum::mod97:
      return "mod97: the two digits behind the country must be right";
    case secrets::Checksum::base58check:
      return "base58check: the last four bytes must be right";
  }
  return "";
}

int no_such_rule(const std::vector<secrets::Rule>& rules, const Diagnostics& warnings,
                 const std::string& id, const Context& context) {
  if (const Diagnostic* left_out = config::why_left_out(id, warnings)) {
    print_error(context, "{}", render({*left_out}));
    return kUsage;
  }
  if (const auto own = config::read_rules(std::nullopt);
      own && std::ranges::find(*own, id, &secrets::Rule::id) != own->end()) {
    return complain(context, kUsage, fmt::format("rule '{}' is not in force", id),
                    "it is one of cork's own, which the configuration or --file leaves out");
  }
  std::vector<std::string> ids;
  std::ranges::transform(rules, std::back_inserter(ids), &secrets::Rule::id);
  for (const secrets::RuleGroup& group : secrets::rule_groups()) {
    for (secrets::Rule& rule : secrets::rules_of(group)) ids.push_back(std::move(rule.id));
  }
  const std::vector<std::string_view> known(ids.begin(), ids.end());
  const std::string_view meant = nearest(id, known);
  return complain(
      context, kUsage, fmt::format("there is no rule '{}'", id),
      meant.empty() ? "cork rules ls lists them" : fmt::format("did you mean '{}'?", meant));
}

// All of it, and where its group is off, how to switch that on.
void explain(const secrets::Rule& rule, const secrets::RuleGroup* off,
             const std::string& by_bottles, const Context& context) {
  const auto line = [&context](std::string_view name, std::string_view text) {
    if (text.empty()) return;
    print(context, "  {:<12}{}\n", name, wrapped(visible(text), kExplained, context.columns));
  };
  print(context, "{}\n", Painter(context)(Colour::green, visible(rule.id)));
  line("what", rule.description);
  line("why", rule.why);
  line("in force", off != nullptr ? "no: " + switching_on(*off) : "");
  line("found", rule.confidence == secrets::Confidence::high ? "it is blocked"
                                                             : "it is recorded, and passes");
  line("in bottles", by_bottles);
  line("regex", rule.written.empty() ? rule.regex : rule.written);
  if (!rule.written.empty() && rule.written != rule.regex) line("in traffic", rule.regex);
  if (!secrets::CompiledRule::is_searched_as_written(rule)) line("searched", kSearchedWider);
  line("keywords", fmt::format("{}", fmt::join(rule.keywords, ", ")));
  if (rule.entropy > 0) line("entropy", fmt::format("more than {} bits a byte", rule.entropy));
  line("random", rule.random ? "it must look drawn, not written" : "");
  line("checksum", said_of(rule.checksum));
  line("masked", rule.partial ? "never: it tells of more than is found" : "");
  line("named", fmt::format("{}", fmt::join(rule.named, ", ")));
  line("not named", fmt::format("{}", fmt::join(rule.not_named, ", ")));
  line("at home", audience_of(rule, std::ssize(rule.audience)));
  line("allowed", allowed_by(rule));
  std::mt19937_64 random(context.seed);
  for (const std::string& example : rule.examples) {
    line("example", secrets::expand_example(example, random).value_or(""));
  }
  for (const std::string& example : rule.non_examples) {
    line("no example", secrets::expand_example(example, random).value_or(""));
  }
  line("written in", to_string(rule.where) + whose(rule.where.file));
}

Diagnostics about(Diagnostics warnings, const std::string& part) {
  std::erase_if(warnings, [&](const Diagnostic& one) { return !one.what.contains(part); });
  return warnings;
}

// The rules whose ids hold it.
auto holding(const std::string& part, const secrets::Ruleset& rules) {
  return rules.rules() |
         std::views::filter([&part](const secrets::Rule& rule) { return rule.id.contains(part); });
}

int no_rule_holds(const std::string& part, const Context& context) {
  return complain(context, kUsage, fmt::format("no rule's id holds '{}'", part),
                  "cork rules ls lists them");
}

// Of the groups that are off.
void say_what_is_off(const secrets::Ruleset& rules, const Context& context) {
  for (const secrets::RuleGroup& group : secrets::rule_groups()) {
    const auto own = secrets::rules_of(group);
    if (rules.find(own.front().id) != nullptr) continue;
    print(context, "{} more are off: `rules: {{groups: [{}]}}` switches them on\n", own.size(),
          group.name);
  }
}

}  // namespace

int rules_ls(const RulesOptions& options, const Context& context) {
  const auto all = load_all(options, context);
  if (!all) return kUsage;
  const Rules* rules = &all->rules;
  auto shown = holding(options.id, **rules);
  if (shown.empty()) return no_rule_holds(options.id, context);
  std::size_t width = 0;
  for (const secrets::Rule& rule : shown) width = std::max(width, rule.id.size());
  if (context.columns > 0) {
    width = std::min(width, context.columns < kManyColumns ? kWidestId : kWidestIdOfMany);
  }
  const std::size_t text = width + 10;  // behind "  record  "
  std::size_t blocking = 0, count = 0;
  for (const secrets::Rule& rule : shown) {
    ++count;
    const bool blocks = rule.confidence == secrets::Confidence::high;
    blocking += blocks ? 1 : 0;
    const std::string id = visible(rule.id);
    if (width_of(id) > width) print(context, "{}\n", id);
    print(context, "{:<{}}  {:<6}  {}\n", width_of(id) > width ? "" : id, width,
          blocks ? "block" : "record", wrapped(visible(rule.description), text, context.columns));
    const std::string audience = audience_of(rule, kMostPlaces);
    if (!audience.empty()) {
      print(context, "{:<{}}{}\n", "", text,
            wrapped(visible("at home: " + audience), text, context.columns));
    }
    if (!secrets::CompiledRule::is_searched_as_written(rule)) {
      print(context, "{:<{}}{}\n", "", text, wrapped(kSearchedWider, text, context.columns));
    }
  }
  print(context, "{}: {} block, {} record only\n", counted(count, "rule", "rules"), blocking,
        count - blocking);
  if (!options.file && options.id.empty()) say_what_is_off(**rules, context);
  // After the list: of a long one the end is what is seen.
  print_error(context, "{}", gitleaks::render_warnings(about(all->warnings, options.id)));
  return kYes;
}

int rules_show(const RulesOptions& options, const Context& context) {
  std::string by_bottles;
  const auto all = read_all(options, context, by_bottles);
  if (!all) return kUsage;
  const auto rule = std::ranges::find(all->rules, options.id, &secrets::Rule::id);
  if (rule != all->rules.end()) {
    if (const Diagnostics problems = secrets::regex_problems({*rule}); !problems.empty()) {
      print_error(context, "{}", render(problems));
      return kUsage;
    }
    explain(*rule, nullptr, by_bottles, context);
    // Why it only records, where its file means it to block.
    print_error(context, "{}",
                gitleaks::render_warnings(about(all->warnings, '\'' + rule->id + '\'')));
    return kYes;
  }
  if (const secrets::RuleGroup* off = secrets::group_of_rule(options.id)) {
    const auto rules = secrets::rules_of(*off);
    explain(*std::ranges::find(rules, options.id, &secrets::Rule::id), off, "", context);
    return kYes;
  }
  return no_such_rule(all->rules, all->warnings, options.id, context);
}

int rules_test(const RulesOptions& options, const Context& context) {
  const auto rules = load(options, context);
  if (!rules) return kUsage;
  std::mt19937_64 random(context.seed);
  const auto failures = secrets::run_examples(**rules, random, options.id);
  for (const secrets::FailedExample& failure : failures) {
    const secrets::Rule& rule = (*rules)->rules()[failure.rule];
    print(context, "{}: {} ({})\n", visible(rule.id), visible(failure.what),
          visible(to_string(rule.where)));
  }
  std::size_t examples = 0, tested = 0;
  std::vector<std::string_view> bare;
  for (const secrets::Rule& rule : holding(options.id, **rules)) {
    ++tested;
    examples += rule.examples.size() + rule.non_examples.size();
    if (rule.examples.empty()) bare.push_back(rule.id);
  }
  if (tested == 0) return no_rule_holds(options.id, context);
  print(context, "{}, {}, {} failed\n", counted(tested, "rule", "rules"),
        counted(examples, "example", "examples"), failures.size());
  if (!bare.empty()) {
    const auto named = std::min(std::ssize(bare), kMostNamed);
    print(context, "{} without an example: {}{}\n", bare.size(),
          visible(fmt::format("{}", fmt::join(bare.begin(), bare.begin() + named, ", "))),
          named < std::ssize(bare) ? ", ..." : "");
    if (std::ranges::any_of((*rules)->rules(),
                            [](const auto& rule) { return !rule.written.empty(); })) {
      print(context, "`cork scan FILE --config RULES` shows what a .gitleaks.toml finds\n");
    }
  }
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
            "The rules of this file alone (a .gitleaks.toml, or cork's own form)")
        ->type_name("FILE");
    add_group_option(*command, options->groups);
    add_config_option(*command, options->config);
    command->callback([options, function, &run] {
      run = [options, function](const Context& context) { return function(*options, context); };
    });
    return command;
  };
  const auto add_part = [&options](CLI::App* command) {
    command->add_option("part", options->id, "Only rules whose id holds this")->type_name("PART");
  };
  add_part(add("ls", "List the rules in force", rules_ls));
  add_part(add("test", "Run each rule's own examples; exit 3 where one fails", rules_test));
  add("show", "Explain one rule, with examples made up on the spot", rules_show)
      ->alias("why")
      ->add_option("id", options->id, "The rule")
      ->type_name("ID")
      ->required();
  group->footer(
      "Examples:\n  cork rules ls github\n  cork rules show github-token\n  cork rules ls --group "
      "finance\n  cork rules test --file own-rules.toml");
}

}  // namespace cork::commands
