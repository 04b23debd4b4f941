#include "proxy/commands/client_variables.h"

#include "tests/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>

namespace cork::commands {
namespace {

std::map<std::string, std::string> as_map(const std::vector<Variable>& variables) {
  std::map<std::string, std::string> map;
  for (const Variable& one : variables) map[one.name] = one.value;
  return map;
}

TEST(ClientVariables, NameTheProxyWithHttpInBothCases) {
  const auto variables = as_map(client_variables("127.0.0.1:8888", "/b.pem"));
  for (const char* name : {"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY",
                           "all_proxy", "GRPC_PROXY", "grpc_proxy", "npm_config_https_proxy"}) {
    EXPECT_EQ(variables.at(name), "http://127.0.0.1:8888") << name;
  }
  EXPECT_EQ(variables.at("NO_PROXY"), "localhost,127.0.0.1,::1");
  EXPECT_EQ(variables.at("no_proxy"), variables.at("NO_PROXY"));
  EXPECT_EQ(variables.at("NODE_USE_ENV_PROXY"), "1");
}

TEST(ClientVariables, PointEveryClientAtTheBundle) {
  const auto variables = as_map(client_variables("127.0.0.1:8888", "/b.pem"));
  for (const char* name :
       {"SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "GIT_SSL_CAINFO",
        "NODE_EXTRA_CA_CERTS", "AWS_CA_BUNDLE", "CARGO_HTTP_CAINFO", "DENO_CERT",
        "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", "NIX_SSL_CERT_FILE", "BUNDLE_SSL_CA_CERT",
        "npm_config_cafile", "CODEX_CA_CERTIFICATE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
        "HEX_CACERTS_PATH", "HTTPLIB2_CA_CERTS"}) {
    EXPECT_EQ(variables.at(name), "/b.pem") << name;
  }
}

TEST(ClientVariables, TellJavaByItsOptions) {
  EXPECT_EQ(as_map(client_variables("127.0.0.1:8888", "/ca/b.pem")).at("JAVA_TOOL_OPTIONS"),
            "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=8888 -Dhttps.proxyHost=127.0.0.1 "
            "-Dhttps.proxyPort=8888 -Djavax.net.ssl.trustStore=/ca/truststore.jks");
  EXPECT_TRUE(java_options("[::1]:8888", "/b.pem").starts_with("-Dhttp.proxyHost=::1 "));
  EXPECT_TRUE(java_options("a:1", "/my ca/b").ends_with("=\"/my ca/truststore.jks\""));
  EXPECT_TRUE(java_options("a:1", "/a \"b/c").ends_with("='/a \"b/truststore.jks'"));
}

TEST(ClientVariables, KeepWhatJavaWasToldBefore) {
  const std::string own = java_options("a:1", "/b.pem");
  EXPECT_EQ(java_options_after("", own), own);
  EXPECT_EQ(java_options_after("-Xmx1g ", own), "-Xmx1g " + own);
  EXPECT_EQ(java_options_after("-Xmx1g " + java_options("b:2", "/c.pem"), own), "-Xmx1g " + own);
  EXPECT_EQ(java_options_after(own, own), own);
}

TEST(ClientVariables, NameNoVariableTwice) {
  const auto variables = client_variables("127.0.0.1:8888", "/b.pem");
  EXPECT_EQ(as_map(variables).size(), variables.size());
}

TEST(ClientVariables, AreThoseOfTheEnvFileForContainers) {
  std::string expected;
  for (const Variable& one : client_variables("cork:8888", "/ca/bundle.pem")) {
    expected += assignment(Shell::docker, one).value();
  }
  std::ifstream file(CORK_SOURCE_DIR "/docker/agent.env");
  std::string variables;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with('#')) variables += line + '\n';
  }
  EXPECT_EQ(variables, expected) << "make docker/agent.env anew as its head says";
}

TEST(ClientVariables, AreExplainedOneByOneForContainers) {
  std::ifstream file(CORK_SOURCE_DIR "/docs/compose.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const Variable& one : client_variables("cork:8888", "/ca/bundle.pem")) {
    EXPECT_NE(text.find('`' + one.name + '`'), std::string::npos) << one.name;
  }
}

TEST(ClientVariables, AreQuotedForEachShell) {
  const Variable variable{"X", R"(a'b\c $d `e` "f")"};
  EXPECT_EQ(assignment(Shell::sh, variable).value(), "export X='a'\\''b\\c $d `e` \"f\"'\n");
  EXPECT_EQ(assignment(Shell::fish, variable).value(), "set -gx X 'a\\'b\\\\c $d `e` \"f\"'\n");
  EXPECT_EQ(assignment(Shell::docker, variable).value(), "X=a'b\\c $d `e` \"f\"\n");
  EXPECT_FALSE(assignment(Shell::docker, {"X", "a\nb"}));
  EXPECT_EQ(assignment(Shell::sh, {"X", "a\nb"}).value(), "export X='a\nb'\n");
}

TEST(ClientVariables, MeanTheSameOnceARealShellHasReadThem) {
  const std::string nasty = "a'b\\c $HOME `id` \"f\" \\'' * ~\n;x";
  test::TemporaryFolder folder;
  const auto script =
      folder.write("script", assignment(Shell::sh, {"X", nasty}).value() + "printf %s \"$X\"\n");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> shell(
      ::popen(("sh '" + script.string() + "'").c_str(), "r"), &::pclose);
  ASSERT_NE(shell, nullptr);
  std::string read(1000, '\0');
  read.resize(std::fread(read.data(), 1, read.size(), shell.get()));
  EXPECT_EQ(read, nasty);
}

}  // namespace
}  // namespace cork::commands
