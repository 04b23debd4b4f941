#include "proxy/commands/client_tools.h"

#include "base/ascii.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>
#include <utility>

namespace cork::commands {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 4> kProxy{"https_proxy", "HTTPS_PROXY", "all_proxy",
                                                 "ALL_PROXY"};
constexpr std::array<std::string_view, 4> kNpmProxy{"npm_config_https_proxy", "HTTPS_PROXY",
                                                    "https_proxy", "npm_config_proxy"};
constexpr std::array<std::string_view, 2> kGoProxy{"HTTPS_PROXY", "https_proxy"};
constexpr std::array<std::string_view, 2> kCurl{"CURL_CA_BUNDLE", "SSL_CERT_FILE"};
constexpr std::array<std::string_view, 1> kGit{"GIT_SSL_CAINFO"};
constexpr std::array<std::string_view, 1> kNode{"NODE_EXTRA_CA_CERTS"};
constexpr std::array<std::string_view, 3> kNpm{"npm_config_cafile", "NPM_CONFIG_CAFILE",
                                               "NODE_EXTRA_CA_CERTS"};
constexpr std::array<std::string_view, 1> kOpenSsl{"SSL_CERT_FILE"};
constexpr std::array<std::string_view, 2> kRequests{"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"};
constexpr std::array<std::string_view, 2> kPip{"PIP_CERT", "REQUESTS_CA_BUNDLE"};
constexpr std::array<std::string_view, 1> kCargo{"CARGO_HTTP_CAINFO"};
constexpr std::array<std::string_view, 2> kJava{"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"};

constexpr std::array<ClientTool, 10> kTools{{
    {"curl", "curl", kProxy, kCurl},
    {"git", "git", kProxy, kGit},
    {"node", "node", kGoProxy, kNode},
    {"npm", "npm", kNpmProxy, kNpm},
    {"python", "python3", kGoProxy, kOpenSsl},
    {"requests", "python3", kGoProxy, kRequests},
    {"pip", "pip", kGoProxy, kPip},
    {"cargo", "cargo", kProxy, kCargo},
    {"go", "go", kGoProxy, kOpenSsl},
    {"java", "java", {}, kJava},
}};

constexpr std::string_view kEval = "eval \"$(cork env)\" sets it";

std::string sets(Names names) {
  return names.size() == 1 ? fmt::format("{} is not set", names[0])
                           : fmt::format("none of {} is set", fmt::join(names, ", "));
}

// "http://127.0.0.1:8888" of either spelling, for comparison.
std::string_view bare(std::string_view proxy) {
  while (proxy.ends_with('/')) proxy.remove_suffix(1);
  if (proxy.starts_with("http://")) proxy.remove_prefix(7);
  return proxy.substr(proxy.rfind('@') == std::string_view::npos ? 0 : proxy.rfind('@') + 1);
}

Check bad(const ClientTool& tool, std::string text, std::string_view fix = kEval) {
  return {Health::bad, std::string(tool.name), std::move(text), std::string(fix)};
}

// Java reads no variable for either, but options that a variable may hold.
Check check_java(const ClientTool& tool, const Surround& surround) {
  const auto options = first_set(tool.trust, surround.environment);
  const bool proxies = options && options->value.contains("-Dhttps.proxyHost=");
  const bool trusts = options && options->value.contains("-Djavax.net.ssl.trustStore=");
  if (proxies && trusts) {
    return {Health::good,
            std::string(tool.name),
            fmt::format("{} names a proxy and a trust store", options->name),
            {}};
  }
  return {Health::doubtful, std::string(tool.name),
          fmt::format("reads no proxy or CA variable; JAVA_TOOL_OPTIONS has no {}",
                      proxies ? "-Djavax.net.ssl.trustStore" : "-Dhttps.proxyHost"),
          "import cork's CA with keytool, then JAVA_TOOL_OPTIONS=\"-Dhttps.proxyHost=... "
          "-Dhttps.proxyPort=... -Djavax.net.ssl.trustStore=...\""};
}

// What only one tool has; nullopt: nothing against it.
std::optional<Check> check_own(const ClientTool& tool, const Surround& surround) {
  const Answers& answers = surround.answers;
  if (tool.name == "node") {
    if (surround.environment("NODE_USE_ENV_PROXY").value_or("") != "1") {
      return bad(tool, "ignores proxy variables: NODE_USE_ENV_PROXY is not 1");
    }
    if (!answers.node_version.empty() && !node_obeys_proxy(answers.node_version)) {
      return Check{Health::doubtful, std::string(tool.name),
                   fmt::format("the fetch of {} ignores proxy variables", answers.node_version),
                   "22.21 and 24.5 obey them; with this one a program needs a proxy agent of its "
                   "own, as some have"};
    }
  }
  if (tool.name == "git") {
    if (answers.git_verify == "false") {
      return bad(tool, "http.sslVerify is false: it trusts anybody",
                 "git config --global --unset http.sslVerify");
    }
    if (!answers.git_proxy.empty() && !surround.proxy.empty() &&
        bare(answers.git_proxy) != bare(surround.proxy)) {
      return bad(tool,
                 fmt::format("http.proxy is {}, which comes before the variables",
                             bare(answers.git_proxy)),
                 "git config --global --unset http.proxy");
    }
  }
  return std::nullopt;
}

}  // namespace

std::span<const ClientTool> client_tools() noexcept {
  return kTools;
}

std::optional<Setting> first_set(Names names, const config::Environment& environment) {
  for (const std::string_view name : names) {
    auto value = environment(std::string(name));
    if (value && !value->empty()) return Setting{name, *std::move(value)};
  }
  return std::nullopt;
}

bool node_obeys_proxy(std::string_view version) {
  if (version.starts_with('v')) version.remove_prefix(1);
  int major = 0, minor = 0;
  const auto first = std::from_chars(version.data(), version.data() + version.size(), major);
  if (first.ec != std::errc() || first.ptr == version.data() + version.size()) return false;
  std::from_chars(first.ptr + 1, version.data() + version.size(), minor);
  return major > 24 || (major == 24 && minor >= 5) || (major == 22 && minor >= 21);
}

Check check_tool(const ClientTool& tool, const Surround& surround) {
  if (tool.name == "java") return check_java(tool, surround);
  if (auto wrong = check_own(tool, surround)) return *std::move(wrong);
  const auto proxy = first_set(tool.proxy, surround.environment);
  if (!proxy && surround.answers.git_proxy.empty()) return bad(tool, sets(tool.proxy));
  if (proxy && !surround.proxy.empty() && bare(proxy->value) != bare(surround.proxy)) {
    return bad(tool, fmt::format("{} is {}, and cork is at {}", proxy->name, bare(proxy->value),
                                 bare(surround.proxy)));
  }
  auto trust = first_set(tool.trust, surround.environment);
  if (tool.name == "git" && !trust && !surround.answers.git_ca_file.empty()) {
    trust = Setting{"http.sslCAInfo", surround.answers.git_ca_file};
  }
  if (!trust) return bad(tool, sets(tool.trust));
  if (const std::string why = surround.trusts(trust->value); !why.empty()) {
    return bad(tool,
               fmt::format("does not trust cork by {}: {}: {}", trust->name, trust->value, why),
               "cork env writes the bundle anew; run it, and eval what it prints");
  }
  return {
      Health::good,
      std::string(tool.name),
      fmt::format("goes by {}, trusts cork by {}", proxy ? proxy->name : "http.proxy", trust->name),
      {}};
}

}  // namespace cork::commands
