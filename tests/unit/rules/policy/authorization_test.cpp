#include "rules/policy/authorization.h"

#include "base/base64.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cork::policy {
namespace {

using testing::Contains;
using testing::Not;

struct Row {
  std::string value, first, why;
};

TEST(ReadAuthorization, TheFirstReadingIsTheCredentialWithoutWhatSurroundsIt) {
  const Row rows[] = {
      {"Bearer abc", "abc", "the usual"},
      {"bearer  abc", "abc", "schemes have no case, and any number of spaces behind them"},
      {"BEARER\tabc", "abc", "a tab is white space"},
      {"token abc", "abc", "gh"},
      {"abc", "abc", "cargo sends no scheme"},
      {"Basic " + base64_encoded("x-access-token:abc"), "abc", "GitHub's dummy user"},
      {"basic " + base64_encoded("oauth2:abc"), "abc", "GitLab's"},
      {"Basic " + base64_encoded("__token__:abc"), "abc", "PyPI's"},
      {"Basic " + base64_encoded(":abc"), "abc", "no user at all"},
      {"Basic " + base64_encoded("abc:x-oauth-basic"), "abc", "the token is the user"},
      {"Basic " + base64_encoded("abc:"), "abc", "no password"},
      {"Basic " + base64_encoded("kim:abc"), "kim:abc",
       "anybody may have an account named mallory"},
      {"Basic " + base64_encoded("abc"), "abc", "no colon"},
      {"AWS4-HMAC-SHA256 Credential=KEYID/20260102/eu-west-1/s3/aws4_request, "
       "SignedHeaders=host, Signature=00ff",
       "KEYID", "who signed is the key id"},
      {"AWS4-HMAC-SHA256 SignedHeaders=host,Credential=KEYID/20260102/r/s/aws4_request,Signature=0",
       "KEYID", "in any order"},
      {"AWS KEYID:c2lnbmF0dXJl", "KEYID", "the form before"},
      {"ApiKey abc", "abc", "a scheme that is not known, with one word"},
      {"Digest username=\"kim\", nonce=\"1\"", "username=\"kim\", nonce=\"1\"", "as a whole"},
  };
  for (const Row& row : rows) {
    const auto read = read_authorization(row.value);
    ASSERT_FALSE(read.readings.empty()) << row.why;
    EXPECT_EQ(read.readings.front(), row.first) << row.why;
    EXPECT_LE(read.end, row.value.size()) << row.why;
  }
}

TEST(ReadAuthorization, WhatReceiversReadInDifferentWaysNeverReadsAsThePinned) {
  const std::string pinned = "pinned";
  const Row rows[] = {
      {"Bearer other, Bearer pinned", "", "a list: some take the first, some the last"},
      {"Bearer pinned, Bearer other", "", "and the other way round"},
      {"Bearer pinned other", "", "two words"},
      {"Bearer pinned\"", "", "a quote too many"},
      {"Bearer other\tpinned", "", "the scheme ends at the first white space"},
      {"Basic " + base64_encoded("mallory:pinned"), "", "another account with that password"},
      {"Basic " + base64_encoded("mallory:x") + base64_encoded("x-access-token:pinned"), "",
       "padding in the middle: some stop there, some go on"},
      {"Basic !" + base64_encoded("x-access-token:pinned"), "", "bytes that some leave out"},
      {"Basic " + base64_encoded("x-access-token:pinned:x"), "", "the password has a colon"},
      {"Basic " + base64_encoded("other:x-oauth-basic"), "", "another user"},
      {"AWS4-HMAC-SHA256 Credential=other/20260102/r/s/aws4_request, "
       "Credential=pinned/20260102/r/s/aws4_request",
       "", "named twice"},
      {"AWS4-HMAC-SHA256 Credential=pinned/20260102/r/s/aws4_request, "
       "Credential=other/20260102/r/s/aws4_request",
       "", "the other way round"},
      {"AWS4-HMAC-SHA256 Credential=pinned/20260102/r/s/aws4_request, "
       "credential=other/20260102/r/s/aws4_request",
       "", "twice, once in lower case"},
      {"AWS4-HMAC-SHA256 Credential=pinned/20260102/r/s/aws4_request, Credential "
       "=other/20260102/r/s/aws4_request",
       "", "a space before the sign"},
      {"AWS4-HMAC-SHA256 "
       "Credential=pinned/20260102/r/s/aws4_request,Credential\t=other/20260102/r/s/aws4_request",
       "", "a tab before it"},
      {"AWS4-HMAC-SHA256 Credential=pinned/20260102/r/s/aws4_request, Credential= "
       "other/20260102/r/s/aws4_request",
       "", "a space behind it"},
      {"AWS4-HMAC-SHA256 Credential =pinned/20260102/r/s/aws4_request", "",
       "some do not find that one"},
      {"AWS4-HMAC-SHA256 Credential=pinned/20260102/r/s/aws4_request "
       "Credential=other/20260102/r/s/aws4_request",
       "", "no comma"},
      {"AWS4-HMAC-SHA256 Credential=pinned/20260102/r/s/aws4_request, X=1 "
       "Credential=other/20260102/r/s/aws4_request",
       "", "a parameter that is none"},
      {"AWS4-HMAC-SHA256 Credential=pinned/20260102/r/s/aws4_request,, Signature=0", "",
       "an empty one"},
      {"AWS4-HMAC-SHA256 Credential=\"pinned/20260102/r/s/aws4_request\"", "", "quoted"},
      {"AWS4-HMAC-SHA256 XCredential=pinned/20260102/r/s/aws4_request", "", "part of another name"},
      {"AWS4-HMAC-SHA256 Credential=pinned/other/20260102/r/s/aws4_request", "",
       "MinIO: all but the last four parts are the id"},
      {"AWS4-HMAC-SHA256 Credential=other/pinned/20260102/r/s/aws4_request", "",
       "and the first part is to others"},
      {"AWS4-HMAC-SHA256 Credential=pinned/20260102/r/s/aws4_request/other", "", "behind the end"},
      {"AWS4-HMAC-SHA256 Credential=pinned/2026/r/s/aws4_request", "", "no date"},
      {"AWS4-HMAC-SHA256 Credential=pinned/20260102/r/s/other", "", "no end"},
      {"AWS4-HMAC-SHA256 Credential=pinned/20260102/r/aws4_request", "", "a part too few"},
      {"AWS4-ECDSA-P256-SHA256 Credential=pinned/20260102/s3/aws4_request", "", "has no region"},
      {"AWS pinned:other:c2ln", "", "some take all up to the last colon"},
      {"AWS pinned :c2ln", "", "a space is part of it"},
      {"AWS other:pinned", "", "the signature is not who signed"},
  };
  for (const Row& row : rows) {
    EXPECT_THAT(read_authorization(row.value).readings, Not(Contains(pinned))) << row.why;
  }
}

TEST(ReadAuthorization, PaddingAndAlphabetAreOfNoMatter) {
  const std::string url_safe = "eC1hY2Nlc3MtdG9rZW46Pz8_fn4-";  // x-access-token:???~~>
  for (const std::string& text : {url_safe, std::string("eC1hY2Nlc3MtdG9rZW46Pz8/fn4+")}) {
    EXPECT_EQ(read_authorization("Basic " + text).readings.front(), "?\?\?~~>") << text;
  }
  for (const std::string_view text : {"OmFi", "OmE=", "OmE", "OmFiYw==", "OmFiYw"}) {
    EXPECT_TRUE(read_authorization("Basic " + std::string(text)).basic) << text;
  }
  for (const std::string_view text : {"OmE==", "Om===", "O", "Om=E", "OmE= "}) {
    EXPECT_FALSE(read_authorization("Basic " + std::string(text)).basic) << text;
  }
}

TEST(ReadAuthorization, ASchemeAlonePresentsNothing) {
  for (const std::string_view value : {"", "Bearer", "bearer ", "Basic", "token", "Negotiate"}) {
    EXPECT_TRUE(read_authorization(value).readings.empty()) << value;
  }
}

TEST(ReadAuthorization, SaysWhereTheCredentialIsSpelled) {
  const std::string_view bearer = "Bearer  abc";
  const auto read = read_authorization(bearer);
  EXPECT_EQ(bearer.substr(read.begin, read.end - read.begin), "abc");
  const std::string_view aws = "AWS4-HMAC-SHA256 Credential=KEYID/20260102/r/s/aws4_request";
  const auto signature = read_authorization(aws);
  EXPECT_EQ(aws.substr(signature.begin, signature.end - signature.begin), "KEYID");
}

TEST(AwsKeyId, IsInFrontOfExactlyFourParts) {
  EXPECT_EQ(aws_key_id("KEYID/20260102/eu-west-1/s3/aws4_request"), "KEYID");
  EXPECT_EQ(aws_key_id("KEYID/20260102/auto/execute-api/aws4_request"), "KEYID");
  for (const std::string_view scope :
       {"", "KEYID", "/20260102/r/s/aws4_request", "KEYID/OTHER/20260102/r/s/aws4_request",
        "KEYID/20260102/r/s/aws4_request/", "KEYID/20260102/r/s/aws4_request/x",
        "KEYID/2026010/r/s/aws4_request", "KEYID/2026010x/r/s/aws4_request",
        "KEYID/20260102//s/aws4_request", "KEYID/20260102/r//aws4_request",
        "KEYID/20260102/r/s/AWS4_REQUEST", "KEY%2fID/20260102/r/s/aws4_request",
        "KEY ID/20260102/r/s/aws4_request", "KEYID/20260102/r/s", "KEYID/ghp_x"}) {
    EXPECT_EQ(aws_key_id(scope), std::nullopt) << scope;
  }
}

}  // namespace
}  // namespace cork::policy
