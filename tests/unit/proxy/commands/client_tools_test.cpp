#include "proxy/commands/client_tools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace cork::commands {
namespace {

using testing::HasSubstr;

using Variables = std::map<std::string, std::string>;

config::Environment environment_of(Variables variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

const ClientTool& tool(std::string_view name) {
  return *std::ranges::find(client_tools(), name, &ClientTool::name);
}

Check check(std::string_view name, const Variables& variables, const Answers& answers = {},
            const std::string& distrust = {}) {
  const auto environment = environment_of(variables);
  return check_tool(tool(name), {environment, answers, "http://127.0.0.1:8888",
                                 [&](const std::string&) { return distrust; }});
}

const Variables kWhole{{"HTTPS_PROXY", "http://127.0.0.1:8888"},
                       {"https_proxy", "http://127.0.0.1:8888"},
                       {"SSL_CERT_FILE", "/b"},
                       {"CURL_CA_BUNDLE", "/b"},
                       {"GIT_SSL_CAINFO", "/b"},
                       {"NODE_EXTRA_CA_CERTS", "/b"},
                       {"NODE_USE_ENV_PROXY", "1"},
                       {"REQUESTS_CA_BUNDLE", "/b"},
                       {"PIP_CERT", "/b"},
                       {"CARGO_HTTP_CAINFO", "/b"}};

TEST(ClientTools, AreAllWellWithWhatCorkEnvSetsButJava) {
  for (const ClientTool& one : client_tools()) {
    const Check checked = check(one.name, kWhole, {.node_version = "v24.5.0"});
    EXPECT_EQ(checked.health, one.name == "java" ? Health::doubtful : Health::good)
        << one.name << ": " << checked.text;
  }
}

TEST(ClientTools, AreNotWithoutTheirVariables) {
  const std::pair<std::string_view, const char*> needed[] = {
      {"curl", "CURL_CA_BUNDLE"},
      {"git", "GIT_SSL_CAINFO"},
      {"node", "NODE_EXTRA_CA_CERTS"},
      {"node", "NODE_USE_ENV_PROXY"},
      {"python", "SSL_CERT_FILE"},
      {"requests", "REQUESTS_CA_BUNDLE"},
      {"pip", "PIP_CERT"},
      {"cargo", "CARGO_HTTP_CAINFO"},
      {"go", "SSL_CERT_FILE"},
      {"npm", "NODE_EXTRA_CA_CERTS"},
  };
  for (const auto& [name, variable] : needed) {
    Variables without = kWhole;
    without.erase(variable);
    if (name != "node" && name != "npm") {  // what a tool reads in the second place
      for (const char* second : {"SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"}) {
        without.erase(second);
      }
    }
    const Check checked = check(name, without);
    EXPECT_EQ(checked.health, Health::bad) << name << " without " << variable;
    EXPECT_THAT(checked.text, HasSubstr(variable));
  }
  for (const char* name : {"curl", "git", "node", "npm", "python", "pip", "cargo", "go"}) {
    Variables without = kWhole;
    without.erase("HTTPS_PROXY");
    without.erase("https_proxy");
    EXPECT_THAT(check(name, without).text, HasSubstr("is set")) << name;
    EXPECT_EQ(check(name, without).health, Health::bad) << name;
  }
}

TEST(ClientTools, ThatGoElsewhereAreNamed) {
  Variables elsewhere = kWhole;
  elsewhere["https_proxy"] = "http://127.0.0.1:3128";
  const Check checked = check("curl", elsewhere);
  EXPECT_EQ(checked.health, Health::bad);
  EXPECT_EQ(checked.text, "https_proxy is 127.0.0.1:3128, and cork is at 127.0.0.1:8888");
  Variables same = kWhole;
  same["https_proxy"] = "http://kim:word@127.0.0.1:8888/";
  EXPECT_EQ(check("curl", same).health, Health::good);
}

TEST(ClientTools, NeverShowTheCredentialsOfAProxy) {
  Variables elsewhere = kWhole;
  elsewhere["https_proxy"] = "http://kim:word@127.0.0.1:3128";
  EXPECT_THAT(check("curl", elsewhere).text, testing::Not(HasSubstr("word")));
  EXPECT_THAT(check("git", kWhole, {.git_proxy = "http://kim:word@10.0.0.1:1"}).text,
              testing::Not(HasSubstr("word")));
}

TEST(ClientTools, ThatDoNotTrustCorkSayByWhichFile) {
  const Check checked = check("pip", kWhole, {}, "self-signed certificate");
  EXPECT_EQ(checked.health, Health::bad);
  EXPECT_EQ(checked.text, "does not trust cork by PIP_CERT: /b: self-signed certificate");
}

TEST(ClientTools, KnowWhichNodeObeysProxyVariables) {
  for (const char* version : {"v22.21.0", "v24.5.0", "v24.10.1", "v26.0.0", "25.1"}) {
    EXPECT_TRUE(node_obeys_proxy(version)) << version;
  }
  for (const char* version : {"v20.20.2", "v22.20.0", "v23.9.0", "v24.4.9", "", "v", "24", "x.9"}) {
    EXPECT_FALSE(node_obeys_proxy(version)) << version;
  }
  EXPECT_EQ(check("node", kWhole, {.node_version = "v20.20.2"}).health, Health::doubtful);
}

TEST(ClientTools, KnowWhatGitsConfigurationDoesToItsVariables) {
  EXPECT_EQ(check("git", kWhole, {.git_verify = "false"}).health, Health::bad);
  EXPECT_EQ(check("git", kWhole, {.git_proxy = "http://10.0.0.1:1"}).health, Health::bad);
  EXPECT_EQ(check("git", kWhole, {.git_proxy = "http://127.0.0.1:8888"}).health, Health::good);
  EXPECT_EQ(check("git", {{"HTTPS_PROXY", "http://127.0.0.1:8888"}}, {.git_ca_file = "/b"}).text,
            "goes by HTTPS_PROXY, trusts cork by http.sslCAInfo");
}

TEST(ClientTools, TakeJavasOptionsForWhatTheyAre) {
  Variables options{{"JAVA_TOOL_OPTIONS", "-Dhttps.proxyHost=h -Djavax.net.ssl.trustStore=/t"}};
  EXPECT_EQ(check("java", options).health, Health::good);
  options["JAVA_TOOL_OPTIONS"] = "-Dhttps.proxyHost=h";
  EXPECT_THAT(check("java", options).text, HasSubstr("has no -Djavax.net.ssl.trustStore"));
}

}  // namespace
}  // namespace cork::commands
