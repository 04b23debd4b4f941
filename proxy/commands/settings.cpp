#include "proxy/commands/settings.h"

#include "base/diagnostic.h"
#include "certs/files.h"
#include "proxy/commands/print.h"
#include "proxy/commands/terminal.h"
#include "proxy/config/named_files.h"
#include "rules/secrets/rule_groups.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace cork::commands {

void add_config_option(CLI::App& command, ConfigFlag& flag) {
  command
      .add_option_function<std::string>(
          "--config", [&flag](const std::string& text) { flag = text; },
          "The configuration; else $CORK_CONFIG, ~/.config/cork/cork.yaml, /etc/cork/cork.yaml")
      ->type_name("FILE");
}

void add_group_option(CLI::App& command, std::vector<std::string>& groups) {
  std::vector<std::string> names;
  for (const secrets::RuleGroup& group : secrets::rule_groups()) names.emplace_back(group.name);
  command
      .add_option("--group", groups,
                  fmt::format("Rules that are off by default, too: {}", fmt::join(names, ", ")))
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->check(CLI::IsMember(names).description(""));
}

std::optional<config::Config> load_settings(const ConfigFlag& flag, const Context& context,
                                            const config::CredentialReading& credentials) {
  const auto file = config::find(flag, context.environment);
  if (!file) {
    print_error(context, "{}", render(file.error()));
    return std::nullopt;
  }
  auto loaded = config::load(*file, context.environment, credentials);
  if (!loaded) {
    print_error(context, "{}", render(loaded.error()));
    return std::nullopt;
  }
  return std::move(*loaded);
}

std::optional<config::Config> load_settings_to_serve(const ConfigFlag& flag, const Context& context,
                                                     const config::CredentialReading& credentials) {
  auto settings = load_settings(flag, context, credentials);
  if (!settings) return std::nullopt;
  const Diagnostics problems = config::problems_to_serve(*settings);
  if (problems.empty()) return settings;
  print_error(context, "{}", render(problems));
  return std::nullopt;
}

const config::BottleConfig* choose_bottle(const config::Config& config,
                                          const std::optional<std::string>& name,
                                          const Context& context) {
  std::vector<std::string_view> names;
  names.reserve(config.bottles.size());
  for (const config::BottleConfig& one : config.bottles) names.push_back(one.bottle.name());
  if (!name) {
    if (config.bottles.size() == 1) return &config.bottles.front();
    complain(context, kUsage,
             fmt::format("which bottle? {} has {}", config.file.native(), fmt::join(names, ", ")),
             "name one with --bottle");
    return nullptr;
  }
  const auto found = std::ranges::find(names, *name);
  if (found != names.end()) {
    return &config.bottles[static_cast<std::size_t>(found - names.begin())];
  }
  const std::string_view meant = nearest(*name, names);
  complain(context, kUsage, fmt::format("{} has no bottle '{}'", config.file.native(), *name),
           meant.empty() ? fmt::format("it has {}", fmt::join(names, ", "))
                         : fmt::format("did you mean '{}'?", meant));
  return nullptr;
}

int complain(const Context& context, int code, std::string_view what, std::string_view hint) {
  std::string text = fmt::format("cork: error: {}\n", visible(what));
  if (!hint.empty()) text += fmt::format("    {}\n", visible(hint));
  write(context.err, text);
  return code;
}

Result<std::filesystem::path> write_default_config(const config::Environment& environment) {
  const auto home = environment("HOME");
  if (!home || home->empty()) return fail("HOME is not set, so there is no place for cork.yaml");
  const auto folder = std::filesystem::path(*home) / ".config/cork";
  if (auto made = certs::make_private_folder(folder); !made) return fail(made.error().what);
  auto file = folder / "cork.yaml";
  if (auto written = certs::write_new_file(file, config::default_config_text(), 0600); !written) {
    return fail(written.error().what);
  }
  return file;
}

}  // namespace cork::commands
