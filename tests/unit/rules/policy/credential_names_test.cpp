#include "rules/policy/credential_names.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cork::policy {
namespace {

using namespace std::string_view_literals;

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

// CGI makes one character of it, also of what only looks like a name that is exempt.
TEST(CredentialFields, HaveWhateverIsNoLetterAndNoDigitBetweenTheirWords) {
  for (const std::string_view name :
       {"X!Api!Key", "X~Api*Key", "Private'Token", "X!Auth", "X_Session_Id", "Grpc_Metadata_Auth",
        "Sec_Api_Key", "Sec_WebSocket_Protocol", "Proxy_Authorization", "Proxy.Authorization"}) {
    EXPECT_TRUE(is_credential_field(name)) << name;
  }
}

TEST(CredentialFields, AreAlsoSessionsSignersAndWhatAGatewayHandsOn) {
  for (const std::string_view name :
       {"X-AuthKey", "X-Hot-Key", "X-WSSE", "X-Ovh-Application", "X-Ovh-Consumer",
        "X-Appwrite-Session", "X-Session-Id", "Macaroon", "Grpc-Metadata-Macaroon",
        "Grpc-Metadata-Authorization", "grpc-metadata-grpc-metadata-key", "Grpc-Metadata-Cookie",
        "Cookie2", "Sec-Api-Key", "Sec-CH-Token", "Proxy-Api-Key", "ES-Client-Authentication",
        "OK-ACCESS-PASSPHRASE", "X-Bearer"}) {
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
      {"Sec-WebSocket-Version", "the same"},
      {"Sec-WebSocket-Extensions", "the same"},
      {"Sec-Fetch-Mode", "node"},
      {"Sec-Fetch-Site", "browsers"},
      {"Sec-CH-UA", "browsers"},
      {"Sec-CH-UA-Full-Version-List", "browsers"},
      {"Sec-CH-Prefers-Color-Scheme", "browsers"},
      {"Sec-GPC", "browsers"},
      {"Sec-Purpose", "browsers"},
      {"Upgrade-Insecure-Requests", "browsers"},
      {"Proxy-Connection", "curl, to cork"},
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
      {"mcp-session-id", "claude-code and codex, to an MCP server: no credential by its standard"},
      {"mcp-protocol-version", "the same"},
      {"x-opencode-session", "opencode"},
      {"vscode-sessionid", "an editor's extensions"},
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
                                      "Key-Pair-Id",
                                      "auth_key",
                                      "authkey",
                                      "user_key",
                                      "app_key",
                                      "license_key",
                                      "oauth_consumer_key",
                                      "api_sig",
                                      "request-signature",
                                      "q-ak",
                                      "bearer",
                                      "pw",
                                      "sessid",
                                      "PHPSESSID",
                                      "sid",
                                      "session",
                                      "macaroon",
                                      "pass~word",
                                      "user[api_token]",
                                      "user[][pw]",
                                      "[key]",
                                      "api[key",
                                      "user%5Bapi_token%5D",
                                      "t%25256fken",
                                      "t%2525252525256fken",
                                      "t%u006fken",
                                      "t%25U006Fken"}) {
    EXPECT_TRUE(is_credential_parameter(name)) << name;
  }
}

TEST(CredentialParameters, AreThoseThatSomeOriginsCutAtAControlCharacter) {
  for (const std::string_view name :
       {"token\0x"sv, "auth_token\0"sv, "\0token"sv, "q\0"sv, "token%00x"sv, "token%2500"sv,
        "to\tken"sv, "token\x7F"sv, "token\n"sv}) {
    EXPECT_TRUE(is_credential_parameter(name)) << name;
  }
}

TEST(CredentialParameters, AreThoseWithMoreEscapesThanAnybodyTakesOff) {
  std::string name = "%61";
  for (int i = 0; i < 4; ++i) name.insert(1, "25");
  EXPECT_FALSE(is_credential_parameter(name)) << "an 'a' in the end";
  for (int i = 0; i < 10; ++i) name.insert(1, "25");
  EXPECT_TRUE(is_credential_parameter(name));
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
                                      "design",
                                      "partitionKey",
                                      "NextPartitionKey",
                                      "NextRowKey",
                                      "sort_key",
                                      "cacheKey",
                                      "idempotency_key",
                                      "public-key",
                                      "foreign_key",
                                      "primary_key",
                                      "routing_key",
                                      "dedup_key",
                                      "startkey",
                                      "end_key",
                                      "pagination.key",
                                      "key-marker",
                                      "projectKey",
                                      "issueKey",
                                      "spaceKey",
                                      "X-Goog-Signature",
                                      "X-Amz-SignedHeaders",
                                      "q-signature",
                                      "oauth_signature",
                                      "hotkey",
                                      "p",
                                      "u",
                                      "100%",
                                      "%zz",
                                      "%u12",
                                      "filter[name]",
                                      "labels[]",
                                      "caf\xC3\xA9",
                                      "per_page"}) {
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
