#include "rules/policy/overrides.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace cork::policy {
namespace {

std::optional<Override> found_in(std::vector<Field> fields, std::string_view target = "/") {
  return find_override({.method = "POST",
                        .scheme = Scheme::https,
                        .authority = Endpoint::parse_authority("a.example", 443).value(),
                        .target = Target::parse(target).value(),
                        .fields = fields});
}

template <class Fields>
bool overrides(std::string_view body, std::size_t piece) {
  Fields fields;
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) {
    if (fields.feed(body.substr(0, piece))) return true;
  }
  return fields.finish();
}

TEST(Overrides, OfTheMethodAreFoundAmongTheHeaders) {
  for (const std::string_view name :
       {"X-HTTP-Method-Override", "x-http-method-override", "X-HTTP-Method", "X-Method-Override",
        "X_HTTP_Method_Override", "X-Http_Method-Override", "X!HTTP!Method!Override",
        "X.HTTP.Method.Override"}) {
    const auto found = found_in({{"Accept", "*/*"}, {name, "DELETE"}});
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->reason, Reason::method_not_allowed) << name;
    EXPECT_EQ(found->words.find("DELETE"), std::string::npos);
  }
}

TEST(Overrides, OfThePathAreFoundAmongTheHeaders) {
  for (const std::string_view name : {"X-Original-URL", "x-rewrite-url", "X_Original_URL",
                                      "Destination", "SCRIPT_NAME", "Path-Info"}) {
    const auto found = found_in({{name, "/admin"}});
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->reason, Reason::path_not_allowed) << name;
    EXPECT_EQ(found->words.find("/admin"), std::string::npos);
  }
}

TEST(Overrides, AreFoundInTheQueryHoweverTheyAreSpelled) {
  for (const std::string_view target :
       {"/?_method=DELETE", "/?a=b&_method=put", "/?a;_method=put", "/?%5fmethod=put",
        "/?%255fmethod=put", "/?_METHOD=put", "/?_method", "/?_method[]=put", "/?.method=put",
        "/?+_method=put", "/?_method%00x=put", "/?_HttpMethod=PATCH",
        "/?x-http-method-override=PUT"}) {
    const auto found = found_in({}, target);
    ASSERT_TRUE(found) << target;
    EXPECT_EQ(found->reason, Reason::method_not_allowed) << target;
  }
}

TEST(Overrides, AreNotSeenInWhatOnlyLooksLikeOne) {
  EXPECT_FALSE(found_in({{"X-HTTP-Methods", "x"}, {"Accept", "X-Original-URL"}}));
  for (const std::string_view target : {"/_method=x", "/?method=x", "/?a=_method",
                                        "/?a=b=_method=c", "/?my_method=x", "/?_methods=x", "/?"}) {
    EXPECT_FALSE(found_in({}, target)) << target;
  }
}

TEST(Overrides, AreFoundInAFormHoweverItIsCut) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
    for (const std::string_view body : {"_method=delete", "a=b&_method=delete&c=d", "a=b&_method",
                                        "a=1&%5Fmethod=put", "x=y&_HttpMethod=PATCH"}) {
      EXPECT_TRUE(overrides<FormFields>(body, piece)) << body;
    }
    for (const std::string_view body : {"", "a=_method", "_methods=1", "a=b&c"}) {
      EXPECT_FALSE(overrides<FormFields>(body, piece)) << body;
    }
    EXPECT_TRUE(overrides<FormFields>(std::string(300, '+') + "_method=put", piece));
    std::string spaces;
    for (int i = 0; i < 300; ++i) spaces += "%20";
    EXPECT_TRUE(overrides<FormFields>("a=b&" + spaces + "_method=put", piece));
    const std::string long_name(100'000, '_');
    EXPECT_FALSE(overrides<FormFields>(long_name + "method=x", piece));
  }
}

TEST(Overrides, AreFoundInAMultipartFormHoweverItIsCut) {
  const auto part = [](std::string_view parameters) {
    return "--b\r\nContent-Disposition: form-data; " + std::string(parameters) +
           "\r\n\r\nDELETE\r\n--b--\r\n";
  };
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{5000}}) {
    for (const std::string_view parameters :
         {"name=\"_method\"", "name=_method", "NAME = '_method'", "name=\"_METHOD\"; a=b",
          "name*=utf-8''%5fmethod", "name=\"x-http-method-override\"",
          "name*0=\"_met\"; name*1=\"hod\"", "name=\"_meth\\od\"", "name=\"=?utf-8?Q?=5Fmethod?=\"",
          "filename=\"f\";name=_method", "a=b;\r\n name=\"_method\""}) {
      EXPECT_TRUE(overrides<MultipartFields>(part(parameters), piece)) << parameters;
      const std::string behind = std::string(9'000, 'x') + part(parameters);
      EXPECT_TRUE(overrides<MultipartFields>(behind, piece)) << parameters;
    }
    EXPECT_TRUE(
        overrides<MultipartFields>(part("name=\"" + std::string(5000, ' ') + "_method\""), piece));
    EXPECT_TRUE(
        overrides<MultipartFields>(part("name=" + std::string(5000, ' ') + "\"_method\""), piece));
    for (const std::string_view parameters :
         {"name=\"method\"", "name=\"a\"; b=\"_method\"", "name=\"f\"; filename*=utf-8''a",
          "name=\"f\"; filename=\"name=_method.txt\""}) {
      EXPECT_FALSE(overrides<MultipartFields>(part(parameters), piece)) << parameters;
    }
  }
}

}  // namespace
}  // namespace cork::policy
