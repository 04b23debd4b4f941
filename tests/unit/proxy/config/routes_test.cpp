#include "proxy/config/routes.h"

#include "test_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace cork::config {
namespace {

using testing::HasSubstr;

policy::Route route_of(const std::string& text) {
  auto config = parse(with_route(text), "/etc/cork/cork.yaml", at_home());
  EXPECT_TRUE(config) << render(config.error());
  return config.value().bottles.at(0).bottle.routes().at(0);
}

struct Form {
  std::string text, pattern;
  Scheme scheme;
  std::uint16_t port;
};

TEST(Routes, HaveAHostAndMayHaveASchemeAndAPort) {
  const Form forms[] = {
      {"a.example", "a.example", Scheme::https, 443},
      {"A.Example.", "a.example", Scheme::https, 443},
      {"a.example:8443", "a.example", Scheme::https, 8443},
      {"\"*.example.org\"", "*.example.org", Scheme::https, 443},
      {"\"**.example.org:8443\"", "**.example.org", Scheme::https, 8443},
      {"http://a.example", "a.example", Scheme::http, 80},
      {"http://a.example:8080", "a.example", Scheme::http, 8080},
      {"\"http://*.example.org\"", "*.example.org", Scheme::http, 80},
      {"192.0.2.1", "192.0.2.1", Scheme::https, 443},
      {"\"[2001:db8::1]:8443\"", "[2001:db8::1]", Scheme::https, 8443},
      {"\"[2001:db8::1]\"", "[2001:db8::1]", Scheme::https, 443},
      {"{host: a.example}", "a.example", Scheme::https, 443},
      {"{host: a.example:8443}", "a.example", Scheme::https, 8443},
      {"{host: a.example, port: 8443}", "a.example", Scheme::https, 8443},
      {"{host: http://a.example, port: 8080}", "a.example", Scheme::http, 8080},
  };
  for (const Form& form : forms) {
    const policy::Route route = route_of(form.text);
    EXPECT_EQ(route.pattern.text(), form.pattern) << form.text;
    EXPECT_EQ(route.scheme, form.scheme) << form.text;
    EXPECT_EQ(route.port, form.port) << form.text;
    EXPECT_EQ(route.where, (Where{"/etc/cork/cork.yaml", 6, 9})) << form.text;
  }
}

TEST(Routes, MayNarrowMethodsAndOpenAddresses) {
  const policy::Route route = route_of(
      "{host: a.example, methods: [GET, PROPFIND], addresses: [10.1.0.0/16, \"fd00::/8\"],"
      " on_leak: warn, opaque: deny}");
  EXPECT_EQ(route.methods, (std::vector<std::string>{"GET", "PROPFIND"}));
  ASSERT_EQ(route.addresses.size(), 2U);
  EXPECT_EQ(route.addresses[0].to_string(), "10.1.0.0/16");
  EXPECT_EQ(route.addresses[1].to_string(), "fd00::/8");
  EXPECT_EQ(route.on_leak, policy::OnLeak::warn);
  EXPECT_EQ(route.opaque, policy::Opaque::deny);
}

TEST(Routes, WithoutMoreAllowEveryMethodAndPublicAddressesAndBlockLeaks) {
  const policy::Route route = route_of("a.example");
  EXPECT_TRUE(route.methods.empty());
  EXPECT_TRUE(route.addresses.empty());
  EXPECT_EQ(route.on_leak, policy::OnLeak::block);
  EXPECT_EQ(route.opaque, policy::Opaque::allow);
}

TEST(Routes, ThatAreWrongSayWhereAndWhatToWrite) {
  const std::map<std::string, std::string> refused{
      {"a.*.example", "6:9: error: 'a.*.example' is not a host pattern"},
      {"\"*.com\"", "a wildcard needs at least two labels below it"},
      {".example.org", "write '*.example.com'"},
      {"a.example:99999", "'99999' is not a port, in 'a.example:99999'"},
      {"a.example:0", "'0' is not a port"},
      {"a.example:0443", "'0443' is not a port"},
      {"\"a.example:\"", "'' is not a port"},
      {"http://a.example/", "write 'http://a.example' for the whole host"},
      {"a.example/path/**", "write {host: a.example, paths: [/path/**]}"},
      {"http://a.example:8080/x", "write {host: http://a.example:8080, paths: [/x]}"},
      {"\"*.co.uk\"", "anybody can have a name below 'co.uk', which is a public suffix"},
      {"\"**.github.io\"", "'*.NAME.github.io'"},
      {"https://a.example/x", "write 'a.example'"},
      {"ftp://a.example", "a scheme that cork does not speak"},
      {"2001:db8::1", "written in brackets"},
      {"[2001:db8::1]", "written in quotes"},
      {"0x7f.1", "is an IPv4 address in another spelling"},
      {"user@a.example", "may not carry userinfo"},
      {"cork.internal", "6:9: error: 'cork.internal' is answered by cork itself"},
      {"http://CORK.internal:8080", "no route leads there"},
      {"{host: cork.internal., methods: [GET]}", "'cork.internal' is answered by cork itself"},
      {"~", "'allow' has no value"},
      {"{methods: [GET]}", "a route has no 'host'"},
      {"10.0.0.0/8", "'10.0.0.0/8' is a block of addresses, and a route is a host"},
      {"10.1.2.3/8",
       "open the block for each: {host: registry.corp.example, addresses: "
       "[10.0.0.0/8]}"},
      {"10.1.2.3/99999999999", "addresses: [10.1.2.3/32]}"},
      {"a.example: ", "'a.example:' is a key, and a route's host is a value"},
      {"{host: a.example, method: [GET]}",
       "6:27: error: unknown key 'method'\n    did you mean 'methods'?"},
      {"{host: a.example, methods: GET}",
       "6:36: error: 'methods' is a list, here is a single value"},
      {"{host: a.example, methods: []}", "'methods' is empty"},
      {"{host: a.example, methods: [get]}", "did you mean GET?"},
      {"{host: a.example, methods: [GET, GET]}", "6:42: error: GET is listed twice"},
      {"{host: a.example, methods: [CONNECT]}", "CONNECT cannot be allowed"},
      {"{host: a.example, methods: [\"GET HEAD\"]}", "'GET HEAD' is not a method"},
      {"{host: a.example, addresses: [10.1.2.3/8]}", "write 10.0.0.0/8 for the block"},
      {"{host: a.example, addresses: [010.0.0.1]}", "'010.0.0.1' is not an address block"},
      {"{host: a.example, addresses: 10.0.0.0/8}", "'addresses' is a list"},
      {"{host: a.example, port: 010}", "a leading zero means octal"},
      {"{host: a.example, port: 70000}", "from 1 to 65535"},
      {"{host: a.example:1, port: 2}", "a route has its port twice"},
      {"{host: a.example, on_leak: ignore}", "write block or redact or warn"},
      {"{host: a.example, opaque: block}", "write allow or deny"},
      {"{host: a.example, tls: passthrough, opaque: deny}", "nothing in it can be seen"},
  };
  for (const auto& [text, expected] : refused) {
    EXPECT_THAT(errors_of(with_route(text)), HasSubstr(expected)) << text;
  }
}

TEST(Routes, AreAcceptedAsTheAdviceForABlockSaysThem) {
  for (const std::string block :
       {"10.0.0.5/8", "10.0.0.5/32", "10.0.0.5/33", "http://10.0.0.5/8"}) {
    const std::string said = errors_of(with_route(block));
    const std::size_t begin = said.find("{host:");
    ASSERT_NE(begin, std::string::npos) << said;
    const std::string advice = said.substr(begin, said.find('}', begin) + 1 - begin);
    EXPECT_EQ(errors_of(with_route(advice)), "") << advice;
  }
}

TEST(Routes, ReportEveryErrorOfEveryRouteAtOnce) {
  const std::string errors = errors_of(
      with_route("{host: a.*.b, methods: [get], addresses: [x]}\n      - http://\n      - a.b:0"));
  for (const char* one :
       {"6:16: error", "6:33: error", "6:51: error", "7:9: error", "8:9: error"}) {
    EXPECT_THAT(errors, HasSubstr(one));
  }
}

}  // namespace
}  // namespace cork::config
