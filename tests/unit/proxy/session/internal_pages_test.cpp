#include "proxy/session/internal_pages.h"

#include "proxy/http/head.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cork::session {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

policy::Route route(const std::string& host) {
  policy::Route route{*policy::HostPattern::parse(host), {}, {}, {}, {}, {}, {}};
  route.scheme = Scheme::https;
  route.port = 443;
  route.where = {"/etc/cork/secret-name.yaml", 7, 9};
  return route;
}

policy::Bottle bottle(policy::Mode mode = policy::Mode::enforce) {
  policy::Route narrowed = route("api.github.com");
  narrowed.methods = {"GET", "HEAD"};
  narrowed.paths.push_back(*policy::PathPattern::parse("/repos/\"pypy\"/**"));
  policy::Route git = route("github.com");
  git.git.add(policy::GitVerb::fetch);
  policy::Route clear = route("mirror.example");
  clear.scheme = Scheme::http;
  clear.port = 8080;
  clear.addresses.push_back(*Cidr::parse("10.1.0.0/16"));
  return {"dev", mode, {narrowed, git, clear}, {"/etc/cork/secret-name.yaml", 6, 5}};
}

class InternalPages : public ::testing::Test {
 protected:
  InternalPage get(const std::string& path, const std::string& method = "GET") {
    return internal_page(method, path, {bottle_, "-----BEGIN CERTIFICATE-----\n", refusals_});
  }
  policy::Bottle bottle_ = bottle();
  ledger::KeptRefusals refusals_{4};
};

TEST_F(InternalPages, TheFirstSaysWhatThereIs) {
  const InternalPage page = get("/");
  EXPECT_EQ(page.status, 200);
  for (const char* path : {"/routes", "/why/ID", "/ca.pem"})
    EXPECT_THAT(page.body, HasSubstr(path));
}

TEST_F(InternalPages, RoutesAreThoseOfTheBottleWithWhatNarrowsThem) {
  const InternalPage page = get("/routes");
  EXPECT_EQ(page.content_type, "application/json");
  const json::object all = json::parse(page.body).as_object();
  EXPECT_EQ(all.at("bottle"), "dev");
  EXPECT_EQ(all.at("mode"), "enforce");
  EXPECT_EQ(all.at("routes"),
            json::parse(R"([{"host": "api.github.com", "port": 443, "scheme": "https",
                             "methods": ["GET", "HEAD"], "paths": ["/repos/\"pypy\"/**"]},
                            {"host": "github.com", "port": 443, "scheme": "https",
                             "git": ["fetch"]},
                            {"host": "mirror.example", "port": 8080, "scheme": "http"}])"));
  // Neither files nor addresses of the operator's network.
  for (const char* word : {"yaml", "/etc", "10.1"}) EXPECT_THAT(page.body, Not(HasSubstr(word)));
}

TEST_F(InternalPages, RoutesOfABottleThatObservesOrHasNoneAreJsonToo) {
  bottle_ = bottle(policy::Mode::observe);
  EXPECT_EQ(json::parse(get("/routes").body).at("mode"), "observe");
  bottle_ = policy::Bottle("empty", policy::Mode::enforce, {}, {});
  EXPECT_TRUE(json::parse(get("/routes").body).at("routes").as_array().empty());
}

TEST_F(InternalPages, ARefusalIsShownAgainByItsWholeId) {
  refusals_.keep("01ARYZ6S410000000000000000", "{\"reason\": \"leak\"}\n");
  const InternalPage page = get("/why/01ARYZ6S410000000000000000");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "application/problem+json");
  EXPECT_EQ(page.body, "{\"reason\": \"leak\"}\n");
}

TEST_F(InternalPages, WhatIsNotThereIsNotRepeated) {
  for (const char* path : {"/why/01ARYZ6S41", "/why/", "/why/../routes", "/nowhere", "/routes/",
                           "/Routes", "//routes", "*", "/metrics"}) {
    const InternalPage page = get(path);
    EXPECT_EQ(page.status, 404) << path;
    EXPECT_EQ(json::parse(page.body).at("status"), 404) << path;
    EXPECT_THAT(page.body, Not(HasSubstr("nowhere")));
    EXPECT_THAT(page.body, Not(HasSubstr("01ARYZ")));
  }
}

TEST_F(InternalPages, TheCaIsItsCertificate) {
  EXPECT_EQ(get("/ca.pem").body, "-----BEGIN CERTIFICATE-----\n");
}

TEST_F(InternalPages, AreForReadingAlone) {
  EXPECT_EQ(get("/routes", "HEAD").status, 200);
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "get", "BREW"}) {
    const InternalPage page = get("/routes", method);
    EXPECT_EQ(page.status, 405) << method;
    EXPECT_THAT(page.body, Not(HasSubstr("BREW")));
  }
}

TEST_F(InternalPages, AreWholeResponsesThatNobodyStores) {
  for (const auto& [page, status] : std::vector<std::pair<InternalPage, int>>{
           {get("/routes"), 200}, {get("/x"), 404}, {get("/", "POST"), 405}}) {
    const std::string text = render_internal(page, {.close = true, .head_only = false});
    const auto end = http::find_head_end(text, 0);
    const auto head = http::parse_response(std::string_view(text).substr(0, end), HttpLimits{});
    ASSERT_TRUE(head) << text;
    EXPECT_EQ(head->status, status);
    EXPECT_EQ(find_field(head->fields, "cache-control")->value, "no-store");
    EXPECT_EQ(find_field(head->fields, "content-length")->value, std::to_string(page.body.size()));
    EXPECT_EQ(find_field(head->fields, "connection")->value, "close");
    EXPECT_EQ(find_field(head->fields, "allow") != nullptr, status == 405);
    EXPECT_EQ(text.substr(end), page.body);
    EXPECT_EQ(render_internal(page, {.close = true, .head_only = true}), text.substr(0, end));
  }
}

}  // namespace
}  // namespace cork::session
