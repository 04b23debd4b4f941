#include "rules/secrets/name_words.h"

#include <gtest/gtest.h>

#include <string>

namespace cork::secrets {
namespace {

// The match begins at the '<', the secret at the '>'; both are left out.
bool admits(const NameWords& words, std::string text) {
  const std::size_t match = text.find('<');
  text.erase(match, 1);
  const std::size_t secret = text.find('>');
  text.erase(secret, 1);
  return words.admit(text, match, secret);
}

TEST(NameWords, NoneAskForNothing) {
  const NameWords none({}, {});
  EXPECT_EQ(none.reach(), 0u);
  EXPECT_TRUE(admits(none, "<x=>1"));
}

TEST(NameWords, LookAtAllOfTheNameWhateverItsSpelling) {
  const NameWords words({"datadog", "newrelic"}, {});
  EXPECT_GT(words.reach(), 0u);
  EXPECT_TRUE(admits(words, "export DATADOG_API_<KEY=>x"));
  EXPECT_TRUE(admits(words, "myNew-Relic.<Token: >x"));
  EXPECT_TRUE(admits(words, "<key_of_datadog = >x"));
  EXPECT_FALSE(admits(words, "datadog <key=>x"));
  EXPECT_FALSE(admits(words, "dog_<key=>x"));
}

// Before it is known where a match begins: for each place where it may, what admit() would say.
TEST(NameWords, WhatIsAssignedIsToldByTheNameInFront) {
  const NameWords words({"datadog", "x"}, {"public", "next"});
  const auto may = [&](std::string text) {
    const std::size_t secret = text.find('>');
    text.erase(secret, 1);
    return words.may_name(text, secret);
  };
  for (const char* text : {"DATADOG_KEY=>1", "\"datadogToken\": \">1", "x_token string = \">1",
                           "next, datadog.key => >1", "a string=>1", "='\"(((  \n\n   \">1"}) {
    EXPECT_TRUE(may(text)) << text;
  }
  for (const char* text : {"datadog_public_key=>1", "next_datadog_key: '>1", "api_key=>1",
                           "datadog key >1", "datadog_key\n>1", "NextDatadogPageToken\":\">1"}) {
    EXPECT_FALSE(may(text)) << text;
  }
  // What stands further in front than a match that begins at the name's end can see.
  EXPECT_TRUE(may("public_" + std::string(30, 'a') + "_datadog_key=>1"));
  EXPECT_FALSE(may("public_" + std::string(16, 'a') + "_datadog=>1"));
}

TEST(NameWords, WhereNoneIsInSightNothingIsAdmitted) {
  const NameWords words({"datadog", "newrelic", "xy"}, {});
  for (const std::string_view text : {"export DATADOG_API_KEY=", "New-Relic", "data.dog", "a xy"}) {
    EXPECT_TRUE(words.may_admit(text)) << text;
  }
  for (const std::string_view text : {"", "dat", "data dog", "dotadog=", "newrelik", "x y"}) {
    EXPECT_FALSE(words.may_admit(text)) << text;
  }
  EXPECT_TRUE(NameWords({}, {"csrf"}).may_admit(""));
  for (std::size_t far = 0; far < 1000; ++far) {
    EXPECT_TRUE(words.may_admit(std::string(far, 'z') + "_new_relic_key=" + std::string(400, 'a')));
  }
}

TEST(NameWords, OneThatSaysOtherwiseDecides) {
  const NameWords words({}, {"keyid", "csrf"});
  EXPECT_TRUE(admits(words, "api_<key=>x"));
  EXPECT_FALSE(admits(words, "api_<key_id=>x"));
  EXPECT_FALSE(admits(words, "X-CSRF-<Token: >x"));
  EXPECT_TRUE(admits(words, "csrf, <token: >x"));
}

TEST(NameWords, AWordMayHaveToBeginOne) {
  const NameWords words({"^okta", "^figma"}, {});
  for (const char* name : {"okta_<key=>x", "my_okta_<key=>x", "MyOkta<Key=>x", "HTTPOkta<Key=>x",
                           "MY.OKTA_<KEY=>x", "v2okta<Key=>x"}) {
    EXPECT_TRUE(admits(words, name)) << name;
  }
  for (const char* name :
       {"book_ta_<key=>x", "hookTable<Key=>x", "configMap<Key=>x", "CONFIGMAP_<KEY=>x"}) {
    EXPECT_FALSE(admits(words, name)) << name;
  }
  EXPECT_FALSE(words.may_name("configMapKey: ", 14));
  EXPECT_TRUE(words.may_name("figmaMapKey: ", 13));
}

// The names of files, in lists of their checksums, and annotations that hold one.
TEST(NameWords, WhatANameIsPartOfMaySayThatItIsNone) {
  const NameWords words({}, {".rs", ".json", "checksum/"});
  const std::string arn = "arn:aws:secretsmanager:eu-west-1:123456789012:";
  for (const std::string& text :
       {std::string(R"("src/<token.rs":">x)"), std::string(R"("<token.JSON": ">x)"),
        std::string("BSD (<token.rs) = >x"), std::string("checksum/<secret: >x"),
        std::string("\"Checksum/my-<secret\": \">x"), arn + "<secret:>x"}) {
    EXPECT_FALSE(admits(words, text)) << text;
    std::string told = text;
    told.erase(told.find('<'), 1);
    const std::size_t secret = told.find('>');
    told.erase(secret, 1);
    EXPECT_FALSE(words.may_name(told, secret)) << text;
  }
  for (const char* text :
       {"<token.rs2=>x", "<tokenrs=>x", "sum/<secret: >x", "checksum/x/<secret: >x",
        "23456789012:<secret:>x", ".rs<token=>x", "a:1234567890123:<secret:>x"}) {
    EXPECT_TRUE(admits(words, text)) << text;
  }
}

// A word of what stands between a name and its value is none of either.
TEST(NameWords, WhatStandsBetweenMayBeWords) {
  const NameWords words({"acme"}, {});
  for (const char* text :
       {R"("name":"ACME_KEY","value":">x)", "acme_key: str = \">x", "acme_key: str | None = \">x",
        "<key>acmeKey</key><string>>x", "ACME_KEY = rb\">x", "ACME_KEY or \">x", "| ACME_KEY | >x",
        "name=\"acme_key\"\r\n\r\n>x"}) {
    std::string told = text;
    const std::size_t secret = told.rfind('>');
    told.erase(secret, 1);
    EXPECT_TRUE(words.may_name(told, secret)) << text;
  }
}

TEST(NameWords, ANameIsLookedForSoFarAndNoFurther) {
  const NameWords words({"acme"}, {});
  EXPECT_TRUE(admits(words, "acme" + std::string(20, '_') + "<key=>x"));
  EXPECT_FALSE(admits(words, "acme" + std::string(200, '_') + "<key=>x"));
}

}  // namespace
}  // namespace cork::secrets
