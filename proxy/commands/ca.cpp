#include "proxy/commands/ca.h"

#include "certs/authority.h"
#include "certs/trust.h"
#include "proxy/commands/output_file.h"
#include "proxy/commands/output_stream.h"
#include "proxy/commands/print.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <memory>

namespace cork::commands {
namespace {

void print(const certs::Authority& authority, const config::Config& settings,
           const Context& context) {
  const auto ends = std::chrono::floor<std::chrono::seconds>(authority.not_after());
  print(context, "certificate  {}\n", (settings.ca_directory / "ca.cert.pem").native());
  print(context, "fingerprint  SHA-256 {}\n", authority.fingerprint());
  print(context, "valid until  {:%Y-%m-%d}\n",
        fmt::gmtime(std::chrono::system_clock::to_time_t(ends)));
}

std::optional<certs::Authority> load(const config::Config& settings, const Context& context) {
  auto authority = certs::Authority::load(settings.ca_directory, context.now());
  if (authority) return std::move(*authority);
  std::error_code ignored;
  const bool none = !std::filesystem::exists(settings.ca_directory / "ca.cert.pem", ignored);
  complain(context, kUsage, authority.error().what,
           none ? "`cork ca init` makes one, and so does the first `cork run`" : "");
  return std::nullopt;
}

}  // namespace

int ca_init(const CaOptions& options, const Context& context) {
  const auto settings = load_settings(options.config, context, kNoCredentials);
  if (!settings) return kUsage;
  const auto authority = certs::Authority::create(settings->ca_directory, context.now());
  if (!authority) return complain(context, kFailed, authority.error().what);
  print(*authority, *settings, context);
  return kYes;
}

int ca_show(const CaOptions& options, const Context& context) {
  const auto settings = load_settings(options.config, context, kNoCredentials);
  if (!settings) return kUsage;
  const auto authority = load(*settings, context);
  if (!authority) return kUsage;
  print(*authority, *settings, context);
  return kYes;
}

int ca_bundle(const CaOptions& options, const Context& context) {
  const auto settings = load_settings(options.config, context, kNoCredentials);
  if (!settings) return kUsage;
  const auto authority = load(*settings, context);
  if (!authority) return kUsage;
  const auto bundle = certs::client_bundle(authority->certificate_pem());
  if (!bundle) return complain(context, kFailed, bundle.error().what);
  if (!options.out) {
    print(context, "{}", *bundle);
    return flush_output(context, kYes);
  }
  if (auto written = replace_file(*options.out, *bundle, 0644); !written) {
    return complain(context, kFailed, written.error().what);
  }
  print(context, "{}\n", options.out->native());
  return kYes;
}

void add_ca(CLI::App& root, Run& run) {
  CLI::App* group = root.add_subcommand("ca", "cork's certificate authority");
  group->require_subcommand(1);
  auto options = std::make_shared<CaOptions>();
  const auto add = [&](const char* name, const char* what,
                       int (*function)(const CaOptions&, const Context&)) {
    CLI::App* command = group->add_subcommand(name, what);
    add_config_option(*command, options->config);
    command->callback([options, function, &run] {
      run = [options, function](const Context& context) { return function(*options, context); };
    });
    return command;
  };
  add("init", "Make it, where there is none", ca_init);
  add("show", "Print its fingerprint, file and end of validity", ca_show);
  CLI::App* bundle =
      add("bundle", "Write the system's roots and the CA's certificate as one file", ca_bundle);
  bundle
      ->add_option_function<std::string>(
          "--out", [&out = options->out](const std::string& file) { out = file; },
          "Where to; by default standard output")
      ->type_name("FILE");
  group->footer(
      "Most clients' CA variables replace their trust store, so they are given a bundle:\n"
      "  cork ca bundle --out bundle.pem\n"
      "  curl --cacert bundle.pem ...\n"
      "`cork env` writes one and sets the variables.");
}

}  // namespace cork::commands
