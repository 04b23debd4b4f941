#include "rules/secrets/randomness.h"

#include "rules/secrets/rule_examples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>

namespace cork::secrets {
namespace {

// As rules ask: of some beginning from 16 to 32 characters.
bool begins_random(const std::string& text) {
  for (std::size_t size = 16; size <= std::min<std::size_t>(text.size(), 32); ++size) {
    if (looks_random(std::string_view(text).substr(0, size))) return true;
  }
  return false;
}

TEST(Randomness, WhatIsDrawnLooksDrawn) {
  constexpr int drawn = 2000, most_missed = 10;  // 0.5%
  std::mt19937_64 random(1);
  for (const char* kind : {"{hex:32}", "{HEX:40}", "{lalnum:24}", "{alnum:24}", "{base64:32}",
                           "{base64url:40}", "{base32:32}"}) {
    int missed = 0;
    for (int i = 0; i < drawn; ++i) missed += !begins_random(*expand_example(kind, random));
    EXPECT_LE(missed, most_missed) << kind;
  }
}

// One in a hundred keys of 14 letters and digits has no digit.
TEST(Randomness, MostOfWhatIsDrawnFromLettersOfOneCaseDoesToo) {
  constexpr int drawn = 2000;
  std::mt19937_64 random(1);
  int missed = 0;
  for (int i = 0; i < drawn; ++i) missed += !begins_random(*expand_example("{lower:20}", random));
  EXPECT_LE(missed, drawn / 5);
}

TEST(Randomness, WhatIsWrittenDoesNot) {
  for (const char* text :
       {"getAccessTokenFromRequest", "default_authentication_backend", "application/json;charset",
        "com.example.service.TokenProvider", "xxxxxxxxxxxxxxxxxxxxxxxx", "0123456789abcdef0123",
        "your-api-key-goes-here", "AAAAAAAAAAAAAAAAAAAAAAAA", "process.env.SECRET_KEY",
        "authenticationcontroller", "correcthorsebatterystaple", "REFRESHTOKENEXPIRED",
        "TokenModifierV2020", "changemechangeme", "1111111111111111",
        "/etc/ssl/private/server.key"}) {
    EXPECT_FALSE(begins_random(text)) << text;
  }
}

TEST(Randomness, AUuidNamesAThing) {
  std::mt19937_64 random(1);
  const std::string uuid = *expand_example("{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}", random);
  EXPECT_FALSE(begins_random(uuid));
}

TEST(Randomness, Base64OfATextIsJudgedByTheText) {
  EXPECT_FALSE(begins_random("c2VjcmV0IGlzIHNlY3VyZQ=="));
  EXPECT_FALSE(begins_random("dGhpcyBpcyBwYXNzd29yZA=="));
}

TEST(Randomness, SurpriseIsPerCharacter) {
  EXPECT_EQ(surprise(""), 0.0);
  EXPECT_LT(surprise("password"), surprise("pq7xzk2v"));
  EXPECT_LT(surprise("aaaaaaaa"), 1.5);
}

TEST(Randomness, TypesNamesAreWritten) {
  for (const char* name :
       {"PKCS7PrivateKeyTypes", "V1LocalObjectReference", "MarshalPKCS1PrivateKey",
        "JWTTokenV2Validator", "X509CertificateV3Builder"}) {
    for (std::size_t size = 16; size <= std::string_view(name).size(); ++size) {
      EXPECT_FALSE(looks_random(std::string_view(name).substr(0, size))) << name << ' ' << size;
    }
  }
  EXPECT_TRUE(looks_random("Xk9QvPrivzL4WmT2"));
}

}  // namespace
}  // namespace cork::secrets
