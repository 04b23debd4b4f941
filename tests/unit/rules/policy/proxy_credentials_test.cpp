#include "rules/policy/proxy_credentials.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cork::policy {
namespace {

TEST(ProxyCredentials, AreTheSameHoweverTheyAreWritten) {
  const auto dev = CredentialDigest::of("dev", "pass:word");
  for (const std::string_view field :
       {"Basic ZGV2OnBhc3M6d29yZA==", "basic ZGV2OnBhc3M6d29yZA==", "BASIC   ZGV2OnBhc3M6d29yZA==",
        "Basic ZGV2OnBhc3M6d29yZA"}) {
    const auto presented = CredentialDigest::of_field(field);
    ASSERT_TRUE(presented) << field;
    EXPECT_TRUE(*presented == dev) << field;
  }
}

TEST(ProxyCredentials, DifferWhereUserOrPasswordDo) {
  const auto dev = CredentialDigest::of("dev", "word");
  EXPECT_FALSE(dev == CredentialDigest::of("dev", "Word"));
  EXPECT_FALSE(dev == CredentialDigest::of("ops", "word"));
  EXPECT_FALSE(dev == CredentialDigest::of("devword", ""));
  EXPECT_FALSE(dev == CredentialDigest::of("dev", "word "));
}

TEST(ProxyCredentials, OfAnotherSchemeOrMalformedAreNobodys) {
  for (const std::string_view field :
       {"", "Basic", "Basic ", "BasicZGV2Onc=", "Bearer ZGV2Onc=", "Digest username=dev",
        "Basic ZGV2Onc==", "Basic ZGV2O", "Basic ZGV2!nc=", "Basic Z",
        "Basic ZGV2Onc= ", "Basic\tZGV2Onc=", "Basic ZGV2Onc=, Basic ZGV2Onc=", "Basic ZGV2",
        "Basic ====", "Basic ZGV2Onc=ZGV2Onc="}) {
    EXPECT_FALSE(CredentialDigest::of_field(field)) << field;
  }
}

TEST(ProxyCredentials, MayHoldEveryByte) {
  std::string password;
  for (int byte = 1; byte < 256; ++byte) password += static_cast<char>(byte);
  EXPECT_TRUE(CredentialDigest::of("dev", password) == CredentialDigest::of("dev", password));
  EXPECT_TRUE(*CredentialDigest::of_field("Basic ZDr/+/7/") ==
              CredentialDigest::of("d", "\xff\xfb\xfe\xff"));
}

}  // namespace
}  // namespace cork::policy
