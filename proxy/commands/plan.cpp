#include "proxy/commands/plan.h"

#include "certs/authority.h"
#include "proxy/commands/output_stream.h"
#include "proxy/commands/print.h"
#include "proxy/config/rule_files.h"
#include "proxy/session/leak_rules.h"
#include "rules/gitleaks/document.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace cork::commands {
namespace {

CaState look_at_ca(const config::Config& settings, const Context& context) {
  CaState state;
  state.certificate = settings.ca_directory / "ca.cert.pem";
  const auto authority = certs::Authority::load(settings.ca_directory, context.now());
  std::error_code ignored;
  if (authority) {
    const auto ends = std::chrono::floor<std::chrono::seconds>(authority->not_after());
    state.kind = CaState::Kind::ready;
    state.fingerprint = authority->fingerprint();
    state.valid_until =
        fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::chrono::system_clock::to_time_t(ends)));
  } else if (std::filesystem::exists(state.certificate, ignored) ||
             std::filesystem::exists(settings.ca_directory / "ca.key.pem", ignored)) {
    state.kind = CaState::Kind::unusable;
    state.problem = authority.error().what;
  }
  return state;
}

}  // namespace

std::size_t Plan::blocking_rules() const {
  return static_cast<std::size_t>(
      std::ranges::count(rules->rules(), secrets::Confidence::high, &secrets::Rule::confidence));
}

int plan(const PlanOptions& options, const Context& context) {
  auto settings = load_settings_to_serve(options.config, context);
  if (!settings) return kUsage;
  auto loaded = config::load_rules_and_warnings(*settings);
  if (!loaded) {
    print_error(context, "{}", render(loaded.error()));
    return kUsage;
  }
  Plan plan{.config = std::move(*settings),
            .ca = {},
            .rules = std::move(loaded->rules),
            .warnings = {},
            .rule_warnings = std::move(loaded->warnings)};
  plan.ca = look_at_ca(plan.config, context);
  Diagnostics problems;
  for (const config::BottleConfig& bottle : plan.config.bottles) {
    if (auto leaks = session::LeakRules::make(bottle.leaks, *plan.rules); !leaks) {
      std::ranges::move(leaks.error(), std::back_inserter(problems));
    }
    plan.warnings.push_back(warnings_of(bottle, context.now()));
  }
  if (!problems.empty()) {
    print_error(context, "{}", render(problems));
    return kUsage;
  }
  const bool json = options.format == PlanFormat::json;
  print(context, "{}", json ? plan_json(plan) : plan_text(plan, context));
  if (const int code = flush_output(context, kYes); code != kYes) return code;
  // After the plan, whose end is what is seen: a rule that only records what it finds, and one that
  // is to be left out and does not exist, stop less than was meant.
  print_error(context, "{}", gitleaks::render_warnings(plan.rule_warnings));
  return kYes;
}

void add_plan(CLI::App& root, Run& run) {
  auto options = std::make_shared<PlanOptions>();
  CLI::App* command = root.add_subcommand(
      "plan", "What `cork run` would do: every door, route, rule and limit, resolved");
  command
      ->add_option_function<std::string>(
          "--format",
          [&format = options->format](const std::string& name) {
            format = name == "json" ? PlanFormat::json : PlanFormat::text;
          },
          "text (the default) or json (docs/plan.schema.json)")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}).description(""));
  add_config_option(*command, options->config);
  command->footer(
      "Makes no file and looks no name up. Every route is shown with the line, or the preset and\n"
      "its line, that it comes from; routes to hosts that relay are warned of.\n\n"
      "Examples:\n"
      "  cork plan\n"
      "  cork plan --format json | jq -r '.bottles[].routes[] | .where + \" \" + .host'");
  command->callback([options, &run] {
    run = [options](const Context& context) { return plan(*options, context); };
  });
}

}  // namespace cork::commands
