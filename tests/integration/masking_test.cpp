// What cork says and writes about a request never holds the secret, wherever in its head it stood:
// refusals that are made before the head has been scanned are no exception.
#include "tests/integration/world.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <random>
#include <string>

namespace cork::test {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// The kind of credential that is short and all of an HTTP method's characters.
std::string made_up_key_id() {
  std::random_device seed;
  std::mt19937_64 random(seed());
  std::string id = "AK";
  id += "IA";
  for (int i = 0; i < 16; ++i) id += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[random() % 32];
  return id;
}

// Neither in that case nor in another any eight characters of it in a row.
void expect_nothing_of(const std::string& secret, const std::string& text) {
  const std::string sought = lower(secret);
  const std::string in = lower(text);
  for (std::size_t i = 4; i + 8 <= sought.size(); ++i) {
    EXPECT_EQ(in.find(sought.substr(i, 8)), std::string::npos) << "at " << i << " of " << text;
  }
}

void expect_one_record_without(World& world, const std::string& secret, const char* reason) {
  world.stop();
  ASSERT_THAT(world.audit(), SizeIs(1));
  EXPECT_THAT(world.audit().front(), HasSubstr(reason));
  expect_nothing_of(secret, world.audit().front());
  EXPECT_EQ(world.origin().connections(), 0U);
  EXPECT_TRUE(world.resolver().asked().empty());
}

Wire connect_to_secret_host(World& world, const std::string& token) {
  Wire agent = world.connect();
  agent.send(
      fmt::format("CONNECT {0}.origin.test:443 HTTP/1.1\r\nHost: {0}.origin.test\r\n\r\n", token));
  EXPECT_THAT(agent.receive_until("\r\n\r\n"), HasSubstr(" 200 "));
  return agent;
}

TEST(Masking, AConnectHostWithASecretIsNotWrittenWhereTlsNamesAnotherHost) {
  World world;
  const std::string token = made_up_token();
  Wire agent = connect_to_secret_host(world, token);
  EXPECT_FALSE(agent.start_tls("origin.test", world.ca_pem()));
  expect_one_record_without(world, token, R"("leak")");
}

TEST(Masking, AConnectHostWithASecretIsNotWrittenWhereTlsNamesNone) {
  World world;
  const std::string token = made_up_token();
  Wire agent = connect_to_secret_host(world, token);
  ASSERT_TRUE(agent.start_tls("", world.ca_pem()));
  agent.send("GET / HTTP/1.1\r\nHost: origin.test\r\nConnection: close\r\n\r\n");
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 403);
  expect_nothing_of(token, response.head + response.body);
  expect_one_record_without(world, token, R"("leak")");
}

TEST(Masking, AConnectHostWithASecretIsNotWrittenWhereNoTlsFollows) {
  World world;
  const std::string token = made_up_token();
  Wire agent = connect_to_secret_host(world, token);
  agent.send("GET / HTTP/1.1\r\nHost: origin.test\r\n\r\n");
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 403);
  expect_nothing_of(token, response.head + response.body);
  expect_one_record_without(world, token, R"("leak")");
}

TEST(Masking, AHostFieldWithASecretIsNotQuotedForNamingAnotherPlace) {
  World world;
  const std::string token = made_up_token();
  Wire agent = world.tunnel();
  agent.send(fmt::format("GET / HTTP/1.1\r\nHost: {}.origin.test\r\n\r\n", token));
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 400);
  expect_nothing_of(token, response.head + response.body);
  expect_one_record_without(world, token, R"("bad_request")");
}

TEST(Masking, AMethodWithASecretIsNotQuotedForNotBeingAllowed) {
  World world({.methods = {"GET"}});
  const std::string key_id = made_up_key_id();
  Wire agent = world.tunnel();
  agent.send(fmt::format("{} / HTTP/1.1\r\nHost: {}\r\n\r\n", key_id, world.authority()));
  const Response response = read_response(agent);
  EXPECT_EQ(response.status, 403);
  expect_nothing_of(key_id, response.head + response.body);
  expect_one_record_without(world, key_id, R"("method_not_allowed")");
}

}  // namespace
}  // namespace cork::test
