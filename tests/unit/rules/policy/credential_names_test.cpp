#include "rules/policy/credential_names.h"

#include <gtest/gtest.h>

#include <string_view>

namespace cork::policy {
namespace {

TEST(CredentialFields, AreThoseByWhichOriginsKnowWhoAsks) {
  for (const std::string_view name : {"Authorization",
                                      "X-Api-Key",
                                      "x-api-key",
                                      "X_API_KEY",
                                      "Api-Key",
                                      "ApiKey",
                                      "apikey",
                                      "X-Goog-Api-Key",
                                      "Ocp-Apim-Subscription-Key",
                                      "Private-Token",
                                      "Job-Token",
                                      "Deploy-Token",
                                      "X-Auth-Token",
                                      "X-Access-Token",
                                      "X-Amz-Security-Token",
                                      "X-Vault-Token",
                                      "X-TrackerToken",
                                      "Token",
                                      "X-Auth",
                                      "Auth",
                                      "Key",
                                      "X-Auth-Key",
                                      "X-Functions-Key",
                                      "X-RapidAPI-Key",
                                      "X-MBX-APIKEY",
                                      "DD-API-KEY",
                                      "DD-APPLICATION-KEY",
                                      "CF-Access-Client-Secret",
                                      "X-Serverless-Authorization",
                                      "X-Original-Authorization",
                                      "X-User-Password",
                                      "X-Id-Token",
                                      "X-Sentry-Auth",
                                      "X-Registry-Auth",
                                      "X-JFrog-Art-Api",
                                      "X-Honeycomb-Team",
                                      "X-Access-Key-Id",
                                      "Signature-Input",
                                      "Authentication",
                                      "X-Jwt",
                                      "X-Session-Token"}) {
    EXPECT_TRUE(is_credential_field(name)) << name;
  }
}

struct Harmless {
  std::string_view name, who;
};

// Each of these refused would be a false refusal.
TEST(CredentialFields, AreNotWhatWellKnownProgramsSendBesides) {
  const Harmless all[] = {
      {"Accept", "all"},
      {"User-Agent", "all"},
      {"Content-Type", "all"},
      {"Idempotency-Key", "OpenAI's and Stripe's libraries"},
      {"X-Idempotency-Key", "the same"},
      {"Sec-WebSocket-Key", "every WebSocket"},
      {"Sec-Fetch-Mode", "node"},
      {"X-CSRF-Token", "browsers, beside their cookie"},
      {"X-XSRF-TOKEN", "the same"},
      {"Surrogate-Key", "caches"},
      {"Proxy-Authorization", "every client, to cork"},
      {"X-Stainless-Retry-Count", "Anthropic's and OpenAI's libraries"},
      {"X-Stainless-Runtime-Version", "the same"},
      {"anthropic-version", "claude-code"},
      {"anthropic-beta", "claude-code"},
      {"anthropic-dangerous-direct-browser-access", "claude-code"},
      {"x-app", "claude-code"},
      {"x-claude-code-session-id", "claude-code"},
      {"OpenAI-Beta", "codex"},
      {"OpenAI-Organization", "codex"},
      {"chatgpt-account-id", "codex"},
      {"session_id", "codex: the conversation"},
      {"conversation_id", "codex"},
      {"originator", "codex"},
      {"x-codex-turn-metadata", "codex"},
      {"X-Goog-Api-Client", "gemini-cli"},
      {"x-goog-user-project", "gemini-cli"},
      {"x-gemini-api-privileged-user-id", "gemini-cli"},
      {"HTTP-Referer", "aider"},
      {"X-Title", "aider"},
      {"npm-command", "npm"},
      {"npm-auth-type", "npm"},
      {"npm-session", "npm"},
      {"npm-in-ci", "npm"},
      {"pacote-req-type", "npm"},
      {"X-PyPI-Last-Serial", "pip"},
      {"Cache-Control", "pip"},
      {"Git-Protocol", "git"},
      {"X-GitHub-Api-Version", "gh"},
      {"GraphQL-Features", "gh"},
      {"Time-Zone", "gh"},
      {"If-None-Match", "cargo"},
      {"traceparent", "tracing"},
      {"x-amz-date", "the AWS command line"},
      {"x-amz-content-sha256", "the same"},
      {"amz-sdk-invocation-id", "the same"},
      {"x-amz-server-side-encryption-customer-key", "the same, for what is stored"},
      {"x-ms-session-token", "Cosmos DB: how fresh a read must be"},
      {"X-Monkey", "nobody, but 'key' is no word of it"},
  };
  for (const Harmless& one : all) {
    EXPECT_FALSE(is_credential_field(one.name)) << one.name << ", sent by " << one.who;
  }
}

TEST(CredentialParameters, AreThoseByWhichOriginsKnowWhoAsks) {
  for (const std::string_view name : {"key",
                                      "KEY",
                                      "api_key",
                                      "apikey",
                                      "apiKey",
                                      "api-key",
                                      "api.key",
                                      "hapikey",
                                      "access_token",
                                      "token",
                                      "auth",
                                      "auth_token",
                                      "oauth_token",
                                      "private_token",
                                      "job_token",
                                      "sig",
                                      "signature",
                                      "X-Amz-Credential",
                                      "X-Goog-Credential",
                                      "X-Amz-Security-Token",
                                      "AWSAccessKeyId",
                                      "client_secret",
                                      "refresh_token",
                                      "password",
                                      "jwt",
                                      "sessionid",
                                      "JSESSIONID",
                                      "subscription-key",
                                      "key[]",
                                      "token[0]",
                                      "%6bey",
                                      "access%5ftoken",
                                      "authorization",
                                      "Key-Pair-Id"}) {
    EXPECT_TRUE(is_credential_parameter(name)) << name;
  }
}

TEST(CredentialParameters, AreNotThoseThatSayWhereAListGoesOnOrWhatIsAskedFor) {
  for (const std::string_view name : {"",
                                      "q",
                                      "page",
                                      "pageToken",
                                      "nextPageToken",
                                      "NextToken",
                                      "continuation-token",
                                      "$skiptoken",
                                      "ClientToken",
                                      "client_id",
                                      "max_tokens",
                                      "alt",
                                      "beta",
                                      "service",
                                      "X-Amz-Signature",
                                      "X-Amz-Date",
                                      "X-Amz-Algorithm",
                                      "keyword",
                                      "author",
                                      "monkey",
                                      "scope",
                                      "state",
                                      "design"}) {
    EXPECT_FALSE(is_credential_parameter(name)) << name;
  }
}

TEST(Cookies, AreHarmlessOnlyWhereALoadBalancerSetThem) {
  EXPECT_TRUE(is_harmless_cookie("__cf_bm", "Ab1.c_d-1767323045-1.0.1.1-xYz"));
  EXPECT_TRUE(is_harmless_cookie("AWSALB", "x/y+z="));
  EXPECT_TRUE(is_harmless_cookie("incap_ses_123_456", "x"));
  EXPECT_FALSE(is_harmless_cookie("__CF_BM", "x")) << "the names of cookies have a case";
  EXPECT_FALSE(is_harmless_cookie("session", "x"));
  EXPECT_FALSE(is_harmless_cookie("theme", "dark")) << "nobody knows what an origin keeps in it";
  EXPECT_FALSE(is_harmless_cookie("__cf_bm", "x, session=y")) << "some begin another at a comma";
  EXPECT_FALSE(is_harmless_cookie("__cf_bm", "x session=y"));
  EXPECT_FALSE(is_harmless_cookie("__cf_bm", "\"x\""));
}

TEST(ShownName, HasWordsThatNamesOfCredentialsAreMadeOfAndNoOther) {
  EXPECT_EQ(shown_name("X-Api-Key"), "x-api-key");
  EXPECT_EQ(shown_name("access_token"), "access_token");
  EXPECT_EQ(shown_name("X-Hunter2hunter2-Key"), "x-…-key");
  EXPECT_EQ(shown_name("correct-horse-battery-staple-token"), "…-…-…-…-token");
  EXPECT_EQ(shown_name(std::string(100, 'x')), "…");
  EXPECT_EQ(shown_name(""), "");
}

}  // namespace
}  // namespace cork::policy
