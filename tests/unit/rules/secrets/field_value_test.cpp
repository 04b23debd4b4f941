#include "rules/secrets/field_value.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace cork::secrets {
namespace {

// Of the first "drawn" in it.
Field of(std::string_view text, bool form = false) {
  const std::size_t begin = text.find("drawn");
  return field_at(text, begin, begin + 5, form);
}

TEST(FieldValue, IsWholeBetweenTheQuotesOfJson) {
  for (const std::string_view text :
       {R"({"a":"drawn"})", R"({"a":"drawn_and-more~=="})", R"({"a": "drawn\/and\u002b9"})",
        R"({"a":"drawn)", R"({"a":"drawn_and_mo)"}) {
    EXPECT_TRUE(of(text).whole_value) << text;
  }
  for (const std::string_view text :
       {R"({"a":"x drawn"})", R"({"a":"drawn, and prose"})", R"({"a":"drawn\nB=2"})",
        R"({"a":"drawn\u000aB"})", R"({"a":"X=drawn"})", R"({"a":drawn})", "drawn"}) {
    EXPECT_FALSE(of(text).whole_value) << text;
  }
}

TEST(FieldValue, IsWholeBetweenTheMarksOfAForm) {
  for (const std::string_view text :
       {"a=drawn", "b=1&a=drawn&c=2", "a=drawn%2Band%2Fmore", "a=drawn/more"}) {
    EXPECT_TRUE(of(text, true).whole_value) << text;
  }
  for (const std::string_view text : {"a=drawn+and+prose", "a=drawn%0AB%3D2", "a=drawn%20more",
                                      "a=B%3Ddrawn", "a=x%20drawn", "a=drawn;b=2"}) {
    EXPECT_FALSE(of(text, true).whole_value) << text;
  }
}

TEST(FieldValue, OfARequestForATokenHasAGrantTypeBesideIt) {
  EXPECT_TRUE(of(R"({"a":"drawn", "grant_type" : "refresh_token"})").token_request);
  EXPECT_TRUE(of("a=drawn&grant_type=refresh_token", true).token_request);
  EXPECT_TRUE(of("grant_type=x&a=drawn", true).token_request);
  EXPECT_FALSE(of(R"({"a":"drawn", "b":"grant_type"})").token_request);
  EXPECT_FALSE(of(R"({"a":"drawn", "b":"\"grant_type\":"})").token_request);
  EXPECT_FALSE(of("a=drawn&b=grant_type=", true).token_request);
  EXPECT_FALSE(of(R"({"a":"drawn"})").token_request);
}

TEST(FieldValue, OfARequestForATokenOrAPathThatSaysSo) {
  for (const std::string_view path : {"/token", "/oauth2/v2.0/token", "/login/oauth/access_token",
                                      "/o/token/", "/auth/v1/token"}) {
    EXPECT_TRUE(asks_for_token(path)) << path;
  }
  for (const std::string_view path : {"", "/", "/tokens/list", "/gists", "/a/tokenizer"}) {
    EXPECT_FALSE(asks_for_token(path)) << path;
  }
}

}  // namespace
}  // namespace cork::secrets
