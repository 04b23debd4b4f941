#include "proxy/commands/client_variables.h"

#include "base/ascii.h"

#include <fmt/format.h>

#include <array>

namespace cork::commands {
namespace {

constexpr std::array<std::string_view, 10> kProxy{
    "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy",      "ALL_PROXY",
    "all_proxy",  "GRPC_PROXY", "grpc_proxy",  "npm_config_proxy", "npm_config_https_proxy"};
constexpr std::array<std::string_view, 18> kBundle{"SSL_CERT_FILE",
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
                                                   "HEX_CACERTS_PATH",
                                                   "HTTPLIB2_CA_CERTS"};
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

// All but what RFC 3986, section 2.3, calls unreserved.
std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || std::string_view("-._~").contains(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

// One word of JAVA_TOOL_OPTIONS, which are split at white space outside of quotes.
std::string java_option(std::string_view name, std::string_view value) {
  const std::string_view quote = value.find('"') == std::string_view::npos ? "\"" : "'";
  const bool plain = value.find_first_of(" \t\"'") == std::string_view::npos;
  return fmt::format("-D{}={}{}{}", name, plain ? "" : quote, value, plain ? "" : quote);
}

}  // namespace

std::string with_credentials(std::string_view user, std::string_view password,
                             std::string_view proxy) {
  return fmt::format("{}:{}@{}", percent_encoded(user), percent_encoded(password), proxy);
}

std::string java_options(std::string_view proxy, const std::string& bundle) {
  proxy.remove_prefix(proxy.rfind('@') + 1);  // npos + 1 is 0
  const auto colon = proxy.rfind(':');
  std::string_view host = proxy.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  const std::string_view port = proxy.substr(colon + 1);
  return fmt::format("{} {} {} {} {}", java_option("http.proxyHost", host),
                     java_option("http.proxyPort", port), java_option("https.proxyHost", host),
                     java_option("https.proxyPort", port),
                     java_option("javax.net.ssl.trustStore", java_truststore_beside(bundle)));
}

std::string java_options_after(std::string_view present, std::string_view own) {
  present = present.substr(0, present.find("-Dhttp.proxyHost="));
  const auto end = present.find_last_not_of(" \t");
  if (end == std::string_view::npos) return std::string(own);
  return fmt::format("{} {}", present.substr(0, end + 1), own);
}

std::string java_truststore_beside(const std::filesystem::path& bundle) {
  return bundle.parent_path() / "truststore.jks";
}

std::vector<Variable> client_variables(const std::string& proxy, const std::string& bundle) {
  std::vector<Variable> variables;
  variables.reserve(kProxy.size() + kBundle.size() + 7);
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
  // Where the proxy's address carries credentials, git offers them only if it knows the scheme.
  variables.push_back({"GIT_HTTP_PROXY_AUTHMETHOD", "basic"});
  variables.push_back({"JAVA_TOOL_OPTIONS", java_options(proxy, bundle)});
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
