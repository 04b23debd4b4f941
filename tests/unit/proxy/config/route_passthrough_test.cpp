#include "proxy/config/route_passthrough.h"

#include "test_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace cork::config {
namespace {

using policy::Tls;
using testing::HasSubstr;

std::vector<policy::Route> routes_of(const std::string& text) {
  const auto config = parse(with_route(text), "/etc/cork/cork.yaml", at_home());
  EXPECT_TRUE(config) << render(config.error());
  return config ? config->bottles.at(0).bottle.routes() : std::vector<policy::Route>{};
}

TEST(RoutePassthrough, IsSaidHostByHostWithACapOnWhatLeaves) {
  const auto plain = routes_of("a.example").at(0);
  EXPECT_EQ(plain.tls, Tls::intercept);
  const auto unread = routes_of("{host: a.example, tls: passthrough}").at(0);
  EXPECT_EQ(unread.tls, Tls::passthrough);
  EXPECT_EQ(unread.upload_limit_bytes, 64U << 20);
  const auto capped =
      routes_of("{host: a.example:8443, tls: passthrough, upload_limit: 2 GiB}").at(0);
  EXPECT_EQ(capped.upload_limit_bytes, std::uint64_t{2} << 30);
  EXPECT_EQ(routes_of("{host: a.example, tls: intercept, methods: [GET]}").at(0).tls,
            Tls::intercept);
  EXPECT_EQ(routes_of("{host: a.example, tls: passthrough, addresses: [10.0.0.0/8]}")
                .at(0)
                .addresses.size(),
            1U);
}

TEST(RoutePassthrough, IsForExactHostsOnlyAndSaysNoMoreThanCanBeSeen) {
  const std::map<std::string, std::string> refused{
      {"{host: \"*.a.example\", tls: passthrough}",
       "6:31: error: '*.a.example' cannot be passed through: a wildcard names no host"},
      {"{host: \"**.a.example\", tls: passthrough}", "write an entry for each host"},
      {"{host: http://a.example, tls: passthrough}", "http://a.example has no TLS to pass through"},
      {"{host: a.example, tls: passthrough, methods: [GET]}",
       "6:45: error: 'methods' says nothing beside 'tls: passthrough': no method can be seen"},
      {"{host: a.example, tls: passthrough, paths: [/a]}", "no path can be seen in it"},
      {"{host: a.example, tls: passthrough, git: fetch}", "what git does in it cannot be seen"},
      {"{host: a.example, tls: passthrough, on_leak: warn}", "no leak can be seen in it"},
      {"{host: a.example, tls: passthrough, credential: first-seen}",
       "no credential can be seen in it"},
      {"{host: a.example, tls: pass}", "'tls' may not be 'pass'"},
      {"{host: a.example, tls: passtrough}", "did you mean 'passthrough'?"},
      {"{host: a.example, upload_limit: 1 MiB}",
       "6:27: error: 'upload_limit' is for what is passed through unread"},
      {"{host: a.example, tls: intercept, upload_limit: 1 MiB}",
       "'upload_limit' is for what is passed through unread"},
      {"{host: a.example, tls: passthrough, upload_limit: 1000}",
       "write a whole number and its unit, from 1 KiB to 1 TiB"},
  };
  for (const auto& [text, expected] : refused) {
    EXPECT_THAT(errors_of(with_route(text)), HasSubstr(expected)) << text;
  }
}

TEST(RoutePassthrough, OnePlaceIsPassedThroughByAllOfItsEntriesOrByNone) {
  const std::string mixed = "a.example\n      - {host: a.example, tls: passthrough}";
  EXPECT_THAT(errors_of(with_route(mixed)),
              HasSubstr("7:9: error: a.example is passed through unread by one entry and "
                        "intercepted by another, in line 6"));
  EXPECT_EQ(routes_of("{host: a.example, tls: passthrough}\n"
                      "      - {host: a.example, tls: passthrough, addresses: [10.0.0.0/8]}")
                .size(),
            2U);
  // Another port is another place, and so is clear text.
  EXPECT_EQ(routes_of("a.example:8443\n      - http://a.example\n"
                      "      - {host: a.example, tls: passthrough}")
                .size(),
            3U);
}

}  // namespace
}  // namespace cork::config
