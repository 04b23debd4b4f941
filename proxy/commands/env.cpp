#include "proxy/commands/env.h"

#include "base/endpoint.h"
#include "certs/authority.h"
#include "certs/files.h"
#include "certs/trust.h"
#include "proxy/commands/bundle_files.h"
#include "proxy/commands/output_file.h"
#include "proxy/commands/print.h"
#include "proxy/config/password.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace cork::commands {
namespace {

constexpr std::size_t kMaxExtraBytes = std::size_t{4} << 20;

Result<std::string> proxy_address(const EnvOptions& options, const config::BottleConfig& bottle) {
  if (!options.proxy) return proxy_of(bottle.listen);
  std::string_view text = *options.proxy;
  if (text.starts_with("http://")) text.remove_prefix(7);
  if (text.ends_with('/')) text.remove_suffix(1);
  auto endpoint = Endpoint::parse(text);
  if (!endpoint) return fail(fmt::format("--proxy {}: {}", *options.proxy, endpoint.error().what));
  return endpoint->to_string();
}

// What the client trusts beside the system's roots already, by the one variable that adds.
std::string extra_roots(const Context& context, const std::filesystem::path& bundle) {
  const auto file = context.environment("NODE_EXTRA_CA_CERTS");
  if (!file || file->empty() || bundle == *file) return {};
  return certs::read_file(*file, kMaxExtraBytes).value_or("");
}

Result<std::filesystem::path> write_bundle(const config::Config& settings, const Context& context) {
  auto authority = certs::Authority::load(settings.ca_directory, context.now());
  if (!authority) return fail(authority.error().what);
  auto bundle = certs::client_bundle(authority->certificate_pem());
  if (!bundle) return fail(bundle.error().what);
  std::error_code error;
  auto file = std::filesystem::absolute(settings.ca_directory / "bundle.pem", error);
  if (error) return fail(fmt::format("{}: {}", settings.ca_directory.native(), error.message()));
  *bundle += extra_roots(context, file);
  if (auto written = write_bundle_files(file, *bundle); !written) {
    return fail(written.error().what);
  }
  return file;
}

// wget as Debian builds it takes roots from the system's store or from a wgetrc alone, and WGETRC
// stands in for the user's own: where there is one, it stays in charge. Nullopt then.
Result<std::optional<Variable>> wgetrc(const std::filesystem::path& bundle,
                                       const Context& context) {
  const auto file = bundle.parent_path() / "wgetrc";
  const auto present = context.environment("WGETRC");
  const auto home = context.environment("HOME");
  std::error_code error;
  const bool of_the_user =
      present ? file != *present
              : home && std::filesystem::exists(std::filesystem::path(*home) / ".wgetrc", error);
  if (of_the_user) return std::nullopt;
  const auto text = fmt::format("ca_certificate = {}\n", bundle.native());
  if (auto written = replace_file(file, text, 0644); !written) return fail(written.error().what);
  return Variable{"WGETRC", file};
}

// For a client on this machine, which has settings of its own already.
Result<void> fit_to_this_machine(std::vector<Variable>& variables,
                                 const std::filesystem::path& bundle, const Context& context) {
  for (Variable& variable : variables) {
    if (variable.name != "JAVA_TOOL_OPTIONS") continue;
    const auto present = context.environment(variable.name);
    variable.value = java_options_after(present.value_or(""), variable.value);
  }
  auto wget = wgetrc(bundle, context);
  if (!wget) return std::unexpected(wget.error());
  if (*wget) variables.push_back(std::move(**wget));
  return {};
}

Shell shell_of(std::string_view name) {
  if (name == "fish") return Shell::fish;
  return name == "docker" ? Shell::docker : Shell::sh;
}

}  // namespace

Result<std::string> proxy_of(const config::Listen& listen) {
  const auto* tcp = std::get_if<config::TcpListen>(&listen.at);
  if (tcp == nullptr) {
    return fail(
        "no client takes a unix socket for its proxy: say with --proxy HOST:PORT where the "
        "client reaches it");
  }
  if (tcp->port == 0) {
    return fail("the bottle listens on any free port: give it one, or say --proxy HOST:PORT");
  }
  const bool any =
      std::ranges::all_of(tcp->address.octets(), [](std::uint8_t o) { return o == 0; });
  if (!any) return to_string(listen);
  return fmt::format("{}:{}", tcp->address.is_v4() ? "127.0.0.1" : "[::1]", tcp->port);
}

Result<std::string> with_credentials_of(const config::BottleConfig& bottle, std::string proxy,
                                        const Context& context) {
  const auto& user = bottle.conditions.proxy_user;
  if (!user || !bottle.password) return proxy;
  const auto password = config::read_password(*bottle.password, context.environment);
  if (!password) {
    return fail(fmt::format("the password of the proxy user '{}': {}; {}", user->name,
                            password.error().what, password.error().hint));
  }
  return with_credentials(user->name, *password, proxy);
}

namespace {

int print_variables(const EnvOptions& options, const Context& context) {
  const auto settings = load_settings(options.config, context, kNoCredentials);
  if (!settings) return kUsage;
  const config::BottleConfig* bottle = choose_bottle(*settings, options.bottle, context);
  if (bottle == nullptr) return kUsage;
  auto proxy = proxy_address(options, *bottle);
  if (!proxy) return complain(context, kUsage, proxy.error().what);
  const std::string& name = bottle->bottle.name();
  if (bottle->conditions.proxy_user && !options.bottle) {
    return complain(context, kUsage,
                    fmt::format("bottle '{}' asks for proxy credentials, which are printed only "
                                "where they are asked for by its name",
                                name),
                    fmt::format("`cork env --bottle {}`", name));
  }
  proxy = with_credentials_of(*bottle, std::move(*proxy), context);
  if (!proxy) return complain(context, kUsage, proxy.error().what);
  const auto bundle = write_bundle(*settings, context);
  if (!bundle) {
    return complain(context, kUsage, bundle.error().what,
                    "`cork ca init` makes the CA, and so does the first `cork run`");
  }
  auto variables = client_variables(*proxy, options.ca_file.value_or(bundle->native()));
  if (options.shell != Shell::docker && !options.ca_file) {
    if (auto fitted = fit_to_this_machine(variables, *bundle, context); !fitted) {
      return complain(context, kUsage, fitted.error().what);
    }
  }
  std::string text;
  for (const Variable& variable : variables) {
    const auto line = assignment(options.shell, variable);
    if (!line) return complain(context, kUsage, line.error().what);
    text += *line;
  }
  print(context, "{}", text);
  return kYes;
}

}  // namespace

int env(const EnvOptions& options, const Context& context) {
  const int status = print_variables(options, context);
  // A shell drops the status of `$(cork env)`, and would go on without a proxy.
  if (status != kYes && options.shell != Shell::docker) print(context, "false\n");
  return status;
}

void add_env(CLI::App& root, Run& run) {
  auto options = std::make_shared<EnvOptions>();
  CLI::App* command =
      root.add_subcommand("env", "The variables a client needs to use cork, ready to eval");
  auto shell = std::make_shared<std::string>("sh");
  command->add_option("--shell", *shell, "sh (the default), fish, or docker for an env file")
      ->type_name("SHELL")
      ->check(CLI::IsMember({"sh", "fish", "docker"}).description(""));
  // The callback below keeps `options` alive for as long as the parser.
  const auto optional = [&](const char* flag, std::optional<std::string>& target, const char* type,
                            const char* what) {
    command
        ->add_option_function<std::string>(
            flag, [&target](const std::string& text) { target = text; }, what)
        ->type_name(type);
  };
  optional("--bottle", options->bottle, "NAME", "Whose door; by default the only one's");
  optional("--proxy", options->proxy, "HOST:PORT", "Where the client reaches cork, if elsewhere");
  optional("--ca-file", options->ca_file, "FILE",
           "Where the client finds the bundle, if elsewhere");
  add_config_option(*command, options->config);
  command->footer(
      "Writes bundle.pem (the system's roots and cork's CA) beside the CA, and the same as\n"
      "truststore.jks for Java and by name in a wgetrc.\n\n"
      "Where the bottle asks for proxy credentials, they are printed with --bottle alone, in the\n"
      "proxy's address.\n\n"
      "Examples:\n"
      "  eval \"$(cork env)\"\n"
      "  cork env --shell fish | source\n"
      "  cork env --shell docker --proxy cork:8888 --ca-file /ca/bundle.pem > agent.env");
  command->callback([options, shell, &run] {
    options->shell = shell_of(*shell);
    run = [options](const Context& context) { return env(*options, context); };
  });
}

}  // namespace cork::commands
