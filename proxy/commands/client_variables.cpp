#include "proxy/commands/client_variables.h"

#include <fmt/format.h>

#include <array>

namespace cork::commands {
namespace {

constexpr std::array<std::string_view, 10> kProxy{
    "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy",      "ALL_PROXY",
    "all_proxy",  "GRPC_PROXY", "grpc_proxy",  "npm_config_proxy", "npm_config_https_proxy"};
constexpr std::array<std::string_view, 17> kBundle{"SSL_CERT_FILE",
                                                   "CURL_CA_BUNDLE",
                                                   "REQUESTS_CA_BUNDLE",
                                                   "PIP_CERT",
                                                   "GIT_SSL_CAINFO",
                                                   "NODE_EXTRA_CA_CERTS",
                                                   "AWS_CA_BUNDLE",
                                                   "CARGO_HTTP_CAINFO",
                                                   "DENO_CERT",
                                                   "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
                                                   "NIX_SSL_CERT_FILE",
                                                   "BUNDLE_SSL_CA_CERT",
                                                   "npm_config_cafile",
                                                   "NPM_CONFIG_CAFILE",
                                                   "CODEX_CA_CERTIFICATE",
                                                   "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
                                                   "HEX_CACERTS_PATH"};
constexpr std::string_view kLocal = "localhost,127.0.0.1,::1";

std::string quoted(std::string_view text, std::string_view quote, std::string_view backslash) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += quote;
    } else if (c == '\\') {
      out += backslash;
    } else {
      out += c;
    }
  }
  return out + "'";
}

}  // namespace

std::vector<Variable> client_variables(const std::string& proxy, const std::string& bundle) {
  std::vector<Variable> variables;
  variables.reserve(kProxy.size() + kBundle.size() + 5);
  for (const std::string_view name : kProxy) {
    variables.push_back({std::string(name), "http://" + proxy});
  }
  for (const std::string_view name : {"NO_PROXY", "no_proxy"}) {
    variables.push_back({std::string(name), std::string(kLocal)});
  }
  variables.push_back({"NODE_USE_ENV_PROXY", "1"});
  for (const std::string_view name : kBundle) variables.push_back({std::string(name), bundle});
  // uv trusts its own roots unless it is told to use the system's, and then reads SSL_CERT_FILE.
  variables.push_back({"UV_SYSTEM_CERTS", "true"});
  variables.push_back({"UV_NATIVE_TLS", "true"});
  return variables;
}

Result<std::string> assignment(Shell shell, const Variable& variable) {
  switch (shell) {
    case Shell::sh:
      return fmt::format("export {}={}\n", variable.name, quoted(variable.value, R"('\'')", "\\"));
    case Shell::fish:
      return fmt::format("set -gx {} {}\n", variable.name,
                         quoted(variable.value, R"(\')", R"(\\)"));
    case Shell::docker:
      break;
  }
  if (variable.value.find_first_of("\r\n") != std::string::npos) {
    return fail(fmt::format("the value of {} has a line break, which an env file cannot hold",
                            variable.name));
  }
  return fmt::format("{}={}\n", variable.name, variable.value);
}

}  // namespace cork::commands
