#include "proxy/app/cli.h"

#include "base/ascii.h"
#include "base/diagnostic.h"
#include "base/version.h"
#include "proxy/app/random.h"
#include "proxy/commands/output_stream.h"
#include "proxy/commands/print.h"
#include "proxy/commands/settings.h"
#include "proxy/config/print_key.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

namespace cork::app {
namespace {

using commands::Context;
using commands::kFailed;
using commands::kUsage;
using commands::kYes;

struct RunFlags {
  commands::ConfigFlag config;
  RunOptions options;
};

// The first start on a machine: nobody has written a configuration yet.
std::optional<std::filesystem::path> find_or_write(const RunFlags& flags, const Context& context) {
  if (auto found = config::find(flags.config, context.environment)) return *found;
  auto written = commands::write_default_config(context.environment);
  if (!written) {
    commands::complain(context, kUsage, written.error().what, "name a configuration with --config");
    return std::nullopt;
  }
  commands::print(context, "There was no configuration: wrote {} to begin with.\n",
                  written->native());
  return *written;
}

int run_command(const RunFlags& flags, const Context& context, const Serve& serve) {
  const auto file = find_or_write(flags, context);
  if (!file) return kUsage;
  // Read once before, without a word, for where the key is that it is read under.
  auto key = random_value<secrets::FingerprintKey>();
  if (const auto first = config::load(*file, context.environment, commands::kNoCredentials)) {
    key = config::keep_print_key(first->ca_directory, key);
  }
  const auto settings = commands::load_settings_to_serve(file, context, {.key = key});
  if (!settings) return kUsage;
  return serve(*settings, flags.options, context.out, context.err);
}

void add_run(CLI::App& root, commands::Run& run, const Serve& serve) {
  auto flags = std::make_shared<RunFlags>();
  CLI::App* command = root.add_subcommand("run", "Start the proxy");
  command
      ->add_option("--drain-ms", flags->options.drain_ms,
                   fmt::format("How long exchanges in flight may take after SIGTERM or SIGINT ({})",
                               flags->options.drain_ms))
      ->type_name("MS")
      ->check(CLI::Range(0, 86'400'000).description(""));
  command
      ->add_option_function<std::string>(
          "--ca-bundle", [flags](const std::string& file) { flags->options.ca_bundle = file; },
          "Write the system's roots and the CA's certificate here before anything is served")
      ->type_name("FILE");
  commands::add_config_option(*command, flags->config);
  command->footer(
      "Where there is no configuration, a commented one is written to ~/.config/cork/cork.yaml.\n"
      "Where there is no CA, one is made.\n\n"
      "Examples:\n"
      "  cork run\n"
      "  cork run --config /etc/cork/cork.yaml --drain-ms 60000");
  command->callback([flags, serve, &run] {
    run = [flags, serve](const Context& context) { return run_command(*flags, context, serve); };
  });
}

std::unique_ptr<CLI::App> make_root(commands::Run& run, const Serve& serve) {
  auto root = std::make_unique<CLI::App>(
      "cork is the only way out of the bottle: a proxy that decides where an agent's requests may\n"
      "go, looks for secrets in what leaves, and records every exchange.",
      "cork");
  root->set_version_flag("-V,--version", fmt::format("cork {}", kVersion), "Print the version");
  root->set_help_flag("-h,--help", "Print this, or a command's own help");
  root->require_subcommand(1);
  add_run(*root, run, serve);
  commands::add_check(*root, run);
  commands::add_plan(*root, run);
  commands::add_env(*root, run);
  commands::add_ca(*root, run);
  commands::add_rules(*root, run);
  commands::add_scan(*root, run);
  commands::add_audit(*root, run);
  commands::add_health(*root, run);
  commands::add_doctor(*root, run);
  root->footer(
      "Examples:\n"
      "  cork run                             start, and print how to use it\n"
      "  eval \"$(cork env)\"                   use it in this shell\n"
      "  cork check https://example.com/      may this be reached, and what decides?\n"
      "  cork audit tail -f                   watch what is asked and refused\n\n"
      "Exit codes: 0 yes, 1 failed, 2 usage or configuration, 3 the answer is no.");
  return root;
}

// The word that stands where a command should, if one does, and the commands there are.
struct Unknown {
  std::string word;
  std::vector<std::string> known;
};
std::optional<Unknown> unknown_command(const CLI::App& root, int argc, const char* const* argv) {
  const CLI::App* group = &root;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.starts_with('-')) return std::nullopt;
    std::vector<std::string> names;
    const CLI::App* next = nullptr;
    for (const CLI::App* one : group->get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(one->get_name());
      if (one->get_name() == word) next = one;
    }
    if (names.empty()) return std::nullopt;
    if (next == nullptr) return Unknown{word, names};
    group = next;
  }
  return std::nullopt;
}

// The command that was chosen, down to its last word, and how it is called: "cork audit ls".
struct Chosen {
  const CLI::App* command;
  std::string name = "cork";
};
Chosen chosen_of(const CLI::App& root) {
  Chosen chosen{&root};
  while (!chosen.command->get_subcommands().empty()) {
    chosen.command = chosen.command->get_subcommands().front();
    chosen.name += ' ' + chosen.command->get_name();
  }
  return chosen;
}

// The option that `word` was probably meant to be; "": none. Two letters alone are near to any
// other: only the same in another case, or the one whose name begins with it.
std::string_view meant_option(std::string_view word, const std::vector<std::string>& names) {
  if (word.size() > 2) return nearest(word, {names.begin(), names.end()});
  const auto begins = [&](const std::string& name) {
    const std::size_t letter = name.find_first_not_of('-');
    return to_lower(name[letter]) == to_lower(word.back());
  };
  const auto found = std::ranges::find_if(names, begins);
  return found == names.end() ? std::string_view() : *found;
}

// What to write instead of an option that is none of the command's where it stands.
std::optional<Diagnostic> unknown_option(const CLI::App& root, const Chosen& chosen) {
  const std::vector<std::string> left = root.remaining(true);
  const auto found = std::ranges::find_if(
      left, [](const std::string& word) { return word.starts_with('-') && word != "-"; });
  if (found == left.end()) return std::nullopt;
  const std::string word = found->substr(0, found->find('='));
  std::vector<std::string> names;
  for (const CLI::Option* option : chosen.command->get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  if (std::ranges::find(names, word) != names.end()) {
    return Diagnostic{fmt::format("'{}' stands in front of its command", word),
                      {},
                      fmt::format("write it behind: `{} {} ...`", chosen.name, word)};
  }
  const std::string_view meant = meant_option(word, names);
  return Diagnostic{fmt::format("`{}` has no option '{}'", chosen.name, word),
                    {},
                    meant.empty() ? fmt::format("`{} --help` lists those it has", chosen.name)
                                  : fmt::format("did you mean '{}'?", meant)};
}

int report(const CLI::App& root, const CLI::ParseError& error, int argc, const char* const* argv,
           const Context& context) {
  const auto unknown = unknown_command(root, argc, argv);
  if (error.get_exit_code() == 0 && !unknown) {  // --help, --version
    std::ostringstream text;
    root.exit(error, text, text);
    commands::print(context, "{}", text.str());
    return commands::flush_output(context, kYes);
  }
  if (argc <= 1) {
    commands::print_error(context, "{}", root.help());
    return kUsage;
  }
  if (unknown) {
    const std::vector<std::string_view> known(unknown->known.begin(), unknown->known.end());
    const std::string_view meant = nearest(unknown->word, known);
    return commands::complain(context, kUsage,
                              fmt::format("there is no command '{}'", unknown->word),
                              meant.empty() ? fmt::format("there are: {}", fmt::join(known, ", "))
                                            : fmt::format("did you mean '{}'?", meant));
  }
  const Chosen chosen = chosen_of(root);
  const std::string& name = chosen.name;
  if (const auto wrong = unknown_option(root, chosen)) {
    return commands::complain(context, kUsage, wrong->what, wrong->hint);
  }
  if (const auto below = chosen.command->get_subcommands([](const CLI::App*) { return true; });
      !below.empty()) {
    std::vector<std::string> names;
    names.reserve(below.size());
    for (const CLI::App* one : below) names.push_back(one->get_name());
    return commands::complain(
        context, kUsage, error.what(),
        fmt::format("there are: {}; `{} --help` says more", fmt::join(names, ", "), name));
  }
  return commands::complain(context, kUsage, error.what(),
                            fmt::format("`{} --help` says how it is used", name));
}

// `cork help audit ls` and `cork version` as options say them.
std::vector<const char*> in_options(int argc, const char* const* argv) {
  std::vector<const char*> words(argv, argv + argc);
  if (argc < 2) return words;
  const std::string_view first = argv[1];
  if (first == "version" && argc == 2) words[1] = "--version";
  if (first != "help") return words;
  words.erase(words.begin() + 1);
  words.push_back("--help");
  return words;
}

}  // namespace

int dispatch(int argc, const char* const* argv, const Context& context, const Serve& serve) {
  try {
    const std::vector<const char*> words = in_options(argc, argv);
    argc = static_cast<int>(words.size());
    argv = words.data();
    commands::Run run;
    const auto root = make_root(run, serve);
    try {
      root->parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return report(*root, error, argc, argv, context);
    }
    if (!run) return kUsage;
    const int code = run(context);
    // Of the proxy the log is what matters, and it outlives the terminal that it was started on.
    return root->got_subcommand("run") ? code : commands::flush_output(context, code);
  } catch (const std::exception& error) {
    return commands::complain(context, kFailed, error.what());
  }
}

}  // namespace cork::app
