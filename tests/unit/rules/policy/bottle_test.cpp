#include "rules/policy/bottle.h"

#include <gtest/gtest.h>

#include <random>

namespace cork::policy {
namespace {

struct Entry {
  std::string pattern;
  int line = 0;
  Scheme scheme = Scheme::https;
  std::uint16_t port = 443;
  std::vector<std::string> methods = {};
  std::vector<std::string> addresses = {};
  OnLeak on_leak = OnLeak::block;
  Opaque opaque = Opaque::allow;
};

Bottle bottle(const std::vector<Entry>& entries, Mode mode = Mode::enforce) {
  std::vector<Route> routes;
  for (const Entry& entry : entries) {
    Route route{.pattern = HostPattern::parse(entry.pattern).value(),
                .scheme = entry.scheme,
                .port = entry.port,
                .methods = entry.methods,
                .addresses = {},
                .on_leak = entry.on_leak,
                .where = {"/etc/cork/cork.yaml", entry.line, 9},
                .opaque = entry.opaque};
    for (const std::string& block : entry.addresses) {
      route.addresses.push_back(Cidr::parse(block).value());
    }
    routes.push_back(std::move(route));
  }
  return {"dev", mode, std::move(routes), {"/etc/cork/cork.yaml", 7, 5}};
}

Endpoint endpoint(std::string_view text) {
  return Endpoint::parse_authority(text, 443).value();
}

Decision connect(const Bottle& bottle, std::string_view place, Scheme scheme = Scheme::https) {
  return bottle.decide_connect(Endpoint::parse_authority(place, default_port(scheme)).value(),
                               scheme);
}

Decision request(const Bottle& bottle, std::string_view method, std::string_view place,
                 Scheme scheme = Scheme::https) {
  return bottle.decide_request(
      {.method = method,
       .scheme = scheme,
       .authority = Endpoint::parse_authority(place, default_port(scheme)).value(),
       .target = Target::parse("/").value(),
       .fields = {}});
}

Decision address(const Bottle& bottle, std::string_view place, std::string_view ip) {
  return bottle.decide_address(endpoint(place), Scheme::https, IpAddress::parse(ip).value());
}

TEST(Bottle, DeniesEverythingUntilSomebodyConfiguresIt) {
  const Bottle nobody;
  EXPECT_EQ(connect(nobody, "example.com").reason, Reason::host_not_allowed);
  EXPECT_EQ(request(nobody, "GET", "example.com").reason, Reason::host_not_allowed);
  EXPECT_EQ(address(nobody, "example.com", "8.8.8.8").reason, Reason::host_not_allowed);
  EXPECT_FALSE(connect(nobody, "example.com").allowed());
  EXPECT_EQ(nobody.on_leak(endpoint("example.com"), Scheme::https), OnLeak::block);
}

TEST(Bottle, AllowsWhatARouteNamesAndSaysWhichLineDecided) {
  const Bottle dev = bottle({{"api.example.com", 8}, {"*.example.org", 9}});
  const Decision exact = connect(dev, "API.example.com.");
  EXPECT_EQ(exact.reason, Reason::allowed);
  EXPECT_EQ(exact.route, "api.example.com");
  EXPECT_EQ(exact.where, (Where{"/etc/cork/cork.yaml", 8, 9}));
  const Decision wildcard = connect(dev, "a.example.org:443");
  EXPECT_EQ(wildcard.reason, Reason::allowed);
  EXPECT_EQ(wildcard.route, "*.example.org");
  EXPECT_EQ(wildcard.where.line, 9);
  EXPECT_EQ(request(dev, "POST", "a.example.org").route, "*.example.org");
}

TEST(Bottle, RefusesAHostThatNoRouteNamesInTheDocumentedWords) {
  const Decision denied = connect(bottle({{"api.example.com", 8}}), "files.example.net");
  EXPECT_EQ(denied.reason, Reason::host_not_allowed);
  EXPECT_FALSE(denied.observed);
  EXPECT_EQ(denied.route, "");
  EXPECT_EQ(denied.where, (Where{"/etc/cork/cork.yaml", 7, 5}));
  EXPECT_EQ(denied.detail, "bottle 'dev' may not reach files.example.net: no route names it.");
  EXPECT_EQ(denied.operator_can, "add '- files.example.net' under bottles.dev.allow in cork.yaml");
}

TEST(Bottle, SaysWhichEntryWouldPermitAnotherPlace) {
  const Bottle dev = bottle({});
  struct Case {
    std::string_view place;
    Scheme scheme;
    std::string_view entry;
  };
  const Case cases[] = {
      {"a.example", Scheme::https, "'- a.example'"},
      {"a.example:8443", Scheme::https, "'- a.example:8443'"},
      {"a.example:80", Scheme::https, "'- a.example:80'"},
      {"a.example", Scheme::http, "'- http://a.example'"},
      {"a.example:443", Scheme::http, "'- http://a.example:443'"},
      {"8.8.8.8", Scheme::https, "'- 8.8.8.8'"},
      {"[2001:4860:4860::8888]", Scheme::https, "'- \"[2001:4860:4860::8888]\"'"},
      {"10.1.0.5", Scheme::https, "'- {host: 10.1.0.5, addresses: [10.1.0.5/32]}'"},
      {"[::1]:8443", Scheme::https, "'- {host: \"[::1]:8443\", addresses: [\"::1/128\"]}'"},
      {"localhost:3000", Scheme::http,
       "'- {host: http://localhost:3000, addresses: [127.0.0.1/32, \"::1/128\"]}'"},
      {"app.localhost", Scheme::https,
       "'- {host: app.localhost, addresses: [127.0.0.1/32, \"::1/128\"]}'"},
      {"169.254.169.254", Scheme::http, "whoever may ask it"},
  };
  for (const Case& c : cases) {
    const Decision denied = connect(dev, c.place, c.scheme);
    EXPECT_EQ(denied.reason, Reason::host_not_allowed) << c.place;
    EXPECT_NE(denied.operator_can.find(c.entry), std::string::npos) << denied.operator_can;
  }
}

TEST(Bottle, NamesTheNarrowestEntryForGitAtAnyPlace) {
  const auto advice = [](std::string_view place, Scheme scheme) {
    return bottle({})
        .decide_request(
            {.method = "GET",
             .scheme = scheme,
             .authority = Endpoint::parse_authority(place, default_port(scheme)).value(),
             .target = Target::parse("/a.git/info/refs?service=git-upload-pack").value(),
             .fields = {}})
        .operator_can;
  };
  EXPECT_EQ(advice("a.example:8443", Scheme::https),
            "add '- {host: a.example:8443, git: fetch}' under bottles.dev.allow in cork.yaml");
  EXPECT_EQ(advice("[2001:4860:4860::8888]", Scheme::https),
            "add '- {host: \"[2001:4860:4860::8888]\", git: fetch}' under bottles.dev.allow in "
            "cork.yaml");
  EXPECT_EQ(advice("10.1.0.5", Scheme::http),
            "add '- {host: http://10.1.0.5, addresses: [10.1.0.5/32], git: fetch}' under "
            "bottles.dev.allow in cork.yaml");
}

TEST(Bottle, ExplainsARouteThatIsForAnotherPortOrScheme) {
  const Bottle dev = bottle({{"a.example", 8}, {"a.example", 9, Scheme::http, 8080}});
  const Decision port = connect(dev, "a.example:8443");
  EXPECT_EQ(port.reason, Reason::host_not_allowed);
  EXPECT_EQ(port.route, "a.example");
  EXPECT_EQ(port.where.line, 8);
  EXPECT_EQ(port.detail,
            "bottle 'dev' may not reach a.example by https on port 8443: the most specific route, "
            "'a.example' (cork.yaml:8), is for https on port 443, http on port 8080 only.");
  EXPECT_EQ(port.operator_can, "add '- a.example:8443' under bottles.dev.allow in cork.yaml");
  EXPECT_EQ(connect(dev, "a.example", Scheme::http).reason, Reason::host_not_allowed);
  EXPECT_EQ(connect(dev, "a.example:443", Scheme::http).reason, Reason::host_not_allowed);
  EXPECT_EQ(connect(dev, "a.example:8080", Scheme::https).reason, Reason::host_not_allowed);
  EXPECT_EQ(connect(dev, "a.example:8080", Scheme::http).reason, Reason::allowed);
}

TEST(Bottle, LetsTheMostSpecificHostPatternDecideAloneWithNoFallingThroughToAWiderOne) {
  const Bottle dev = bottle({{"**.example.com", 1},
                             {"*.example.com", 2},
                             {"**.a.example.com", 3},
                             {"api.example.com", 4, Scheme::https, 443, {"GET"}},
                             {"odd.example.com", 5, Scheme::https, 8443}});
  EXPECT_EQ(connect(dev, "api.example.com").where.line, 4);
  EXPECT_EQ(connect(dev, "www.example.com").where.line, 2);
  EXPECT_EQ(connect(dev, "x.a.example.com").where.line, 3);
  EXPECT_EQ(connect(dev, "x.b.example.com").where.line, 1);
  EXPECT_EQ(connect(dev, "a.example.com").where.line, 2);
  EXPECT_EQ(connect(dev, "example.com").reason, Reason::host_not_allowed);
  // No falling through to a wider pattern, for a method or for a port.
  EXPECT_EQ(request(dev, "POST", "api.example.com").reason, Reason::method_not_allowed);
  EXPECT_EQ(connect(dev, "odd.example.com").reason, Reason::host_not_allowed);
  EXPECT_EQ(connect(dev, "odd.example.com:8443").reason, Reason::allowed);
}

TEST(Bottle, FindsByIndexWhatComparingEveryPatternFinds) {
  std::mt19937 random(7);
  const auto label = [&] { return std::string(1, static_cast<char>('a' + random() % 3)); };
  const auto name = [&](std::size_t labels) {
    std::string text = label();
    for (std::size_t i = 1; i < labels; ++i) text += '.' + label();
    return text;
  };
  for (int round = 0; round < 300; ++round) {
    std::vector<Entry> entries;
    for (int i = 0; i < 12; ++i) {
      const char* marks[] = {"", "*.", "**."};
      entries.push_back({marks[random() % 3] + name(2 + random() % 3), i});
    }
    const Bottle dev = bottle(entries);
    const Endpoint place = endpoint(name(1 + random() % 5));
    std::uint32_t best = 0;
    for (const Route& route : dev.routes()) {
      if (route.pattern.matches(place.host)) best = std::max(best, route.pattern.specificity());
    }
    std::vector<const Route*> expected;
    for (const Route& route : dev.routes()) {
      const bool deciding = route.pattern.matches(place.host);
      if (deciding && route.pattern.specificity() == best) expected.push_back(&route);
    }
    ASSERT_EQ(dev.match(place, Scheme::https), expected) << place.to_string();
  }
}

TEST(Bottle, MatchesItsOwnRoutesAfterACopy) {
  std::vector<Bottle> bottles{bottle({{"a.example", 1}})};
  const Bottle copy = bottles.front();
  bottles.clear();
  ASSERT_EQ(copy.match(endpoint("a.example"), Scheme::https).size(), 1u);
  EXPECT_EQ(copy.match(endpoint("a.example"), Scheme::https).front(), &copy.routes().front());
}

TEST(Bottle, AllowsTheMethodsOfTheRouteAndNoOthers) {
  const Bottle dev = bottle({{"api.example.com", 8, Scheme::https, 443, {"GET", "HEAD"}}});
  EXPECT_EQ(request(dev, "GET", "api.example.com").reason, Reason::allowed);
  EXPECT_EQ(request(dev, "HEAD", "api.example.com").reason, Reason::allowed);
  EXPECT_EQ(request(dev, "get", "api.example.com").reason, Reason::method_not_allowed);
  const Decision denied = request(dev, "POST", "api.example.com");
  EXPECT_EQ(denied.reason, Reason::method_not_allowed);
  EXPECT_EQ(denied.route, "api.example.com");
  EXPECT_EQ(denied.where.line, 8);
  EXPECT_EQ(denied.detail,
            "bottle 'dev' may not POST to api.example.com: its route 'api.example.com' allows GET, "
            "HEAD only.");
  EXPECT_EQ(denied.operator_can,
            "add POST to `methods` of the route 'api.example.com' of bottles.dev.allow "
            "(cork.yaml:8)");
}

// As `curl -X get` sends it; the configuration takes no such method.
TEST(Bottle, SaysWhichMethodToSendWhereItsCaseIsWrong) {
  const Bottle dev = bottle({{"api.example.com", 8, Scheme::https, 443, {"GET"}}});
  const Decision get = request(dev, "get", "api.example.com");
  EXPECT_EQ(get.detail,
            "bottle 'dev' may not get to api.example.com: its route 'api.example.com' allows GET "
            "only; methods are case-sensitive, and this is not GET.");
  EXPECT_EQ(get.operator_can, "send GET instead of get");
  EXPECT_EQ(request(dev, "post", "api.example.com").operator_can,
            "add POST to `methods` of the route 'api.example.com' of bottles.dev.allow "
            "(cork.yaml:8), and send POST instead of post");
}

TEST(Bottle, UnitesEntriesOfTheSamePatternSchemeAndPort) {
  const Bottle dev = bottle({{"a.example", 1, Scheme::https, 443, {"GET"}, {"10.0.0.0/8"}},
                             {"A.example.", 2, Scheme::https, 443, {"PUT"}, {"127.0.0.1"}},
                             {"b.example", 3, Scheme::https, 443, {"GET"}},
                             {"b.example", 4}});
  EXPECT_EQ(request(dev, "GET", "a.example").where.line, 1);
  EXPECT_EQ(request(dev, "PUT", "a.example").where.line, 2);
  EXPECT_EQ(request(dev, "POST", "a.example").reason, Reason::method_not_allowed);
  EXPECT_NE(request(dev, "POST", "a.example").detail.find("GET, PUT only"), std::string::npos);
  EXPECT_EQ(address(dev, "a.example", "10.9.9.9").where.line, 1);
  EXPECT_EQ(address(dev, "a.example", "127.0.0.1").where.line, 2);
  EXPECT_EQ(request(dev, "POST", "b.example").reason, Reason::allowed);
}

TEST(Bottle, KeepsEntriesOfDifferentPortsApart) {
  const Bottle dev = bottle({{"a.example", 1, Scheme::https, 443, {"GET"}, {}},
                             {"a.example", 2, Scheme::https, 8443, {}, {"10.0.0.0/8"}}});
  EXPECT_EQ(request(dev, "POST", "a.example").reason, Reason::method_not_allowed);
  EXPECT_EQ(request(dev, "POST", "a.example:8443").reason, Reason::allowed);
  EXPECT_EQ(address(dev, "a.example", "10.0.0.1").reason, Reason::address_not_allowed);
  EXPECT_EQ(address(dev, "a.example:8443", "10.0.0.1").reason, Reason::allowed);
}

TEST(Bottle, DialsOnlyGlobalAddressesUnlessARouteOpensThem) {
  const Bottle dev = bottle({{"a.example", 8}});
  EXPECT_EQ(address(dev, "a.example", "8.8.8.8").reason, Reason::allowed);
  EXPECT_EQ(address(dev, "a.example", "2001:4860:4860::8888").reason, Reason::allowed);
  for (const std::string_view ip : {"0.0.0.0",
                                    "127.0.0.1",
                                    "10.1.0.5",
                                    "172.16.0.1",
                                    "192.168.0.1",
                                    "100.64.0.1",
                                    "169.254.1.1",
                                    "169.254.169.254",
                                    "168.63.129.16",
                                    "224.0.0.1",
                                    "255.255.255.255",
                                    "192.0.2.1",
                                    "198.18.0.1",
                                    "240.0.0.1",
                                    "::",
                                    "::1",
                                    "fc00::1",
                                    "fe80::1",
                                    "ff02::1",
                                    "2001:db8::1",
                                    "::ffff:10.0.0.1",
                                    "::ffff:8.8.8.8",
                                    "64:ff9b::8.8.8.8",
                                    "2002:7f00:1::",
                                    "2001:0:808:808::f5ff:fffe",
                                    "fd00:ec2::254",
                                    "4000::1"}) {
    const Decision denied = address(dev, "a.example", ip);
    EXPECT_EQ(denied.reason, Reason::address_not_allowed) << ip;
    EXPECT_FALSE(denied.allowed()) << ip;
    EXPECT_EQ(denied.route, "a.example");
    EXPECT_EQ(denied.where.line, 8);
  }
  const Decision denied = address(dev, "a.example", "10.1.0.5");
  EXPECT_EQ(denied.detail,
            "bottle 'dev' may not reach a.example: its address 10.1.0.5 is a private address, and "
            "no route opens it.");
  EXPECT_EQ(denied.operator_can,
            "add `addresses: [10.1.0.5/32]` to the route 'a.example' of bottles.dev.allow "
            "(cork.yaml:8), as in '- {host: a.example, addresses: [10.1.0.5/32]}'");
  EXPECT_NE(address(dev, "a.example", "::1").operator_can.find("addresses: [\"::1/128\"]"),
            std::string::npos);
}

TEST(Bottle, SaysHowAnEntryOpensAllThatALocalNameLeadsTo) {
  const Bottle dev = bottle({{"localhost", 8, Scheme::http, 3000}, {"*.corp.example", 9}});
  EXPECT_EQ(dev.decide_address(*Endpoint::parse("localhost:3000"), Scheme::http,
                               *IpAddress::parse("127.0.0.1"), {})
                .operator_can,
            "add `addresses: [127.0.0.1/32, \"::1/128\"]` to the route 'localhost' of "
            "bottles.dev.allow (cork.yaml:8), as in '- {host: http://localhost:3000, addresses: "
            "[127.0.0.1/32, \"::1/128\"]}'");
  EXPECT_NE(
      address(dev, "db.corp.example", "10.1.0.5")
          .operator_can.find("as in '- {host: \"*.corp.example\", addresses: [10.1.0.5/32]}'"),
      std::string::npos);
}

TEST(Bottle, OpensTheBlocksOfTheRouteAndNoOthers) {
  const Bottle dev =
      bottle({{"a.example", 8, Scheme::https, 443, {}, {"10.1.0.0/16", "fd00::/8"}}});
  EXPECT_EQ(address(dev, "a.example", "10.1.255.255").reason, Reason::allowed);
  EXPECT_EQ(address(dev, "a.example", "10.2.0.0").reason, Reason::address_not_allowed);
  EXPECT_EQ(address(dev, "a.example", "::ffff:10.1.0.1").reason, Reason::address_not_allowed);
  EXPECT_EQ(address(dev, "a.example", "fd12::1").reason, Reason::allowed);
  EXPECT_EQ(address(dev, "a.example", "8.8.8.8").reason, Reason::allowed);
}

TEST(Bottle, OpensAMetadataServiceOnlyByItsExactAddress) {
  const Bottle wide = bottle(
      {{"a.example", 8, Scheme::https, 443, {}, {"0.0.0.0/0", "169.254.169.254/31", "::/0"}}});
  EXPECT_EQ(address(wide, "a.example", "169.254.1.1").reason, Reason::allowed);
  for (const std::string_view ip : {"169.254.169.254", "168.63.129.16", "fd00:ec2::254",
                                    "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"}) {
    EXPECT_EQ(address(wide, "a.example", ip).reason, Reason::address_not_allowed) << ip;
  }
  EXPECT_EQ(address(wide, "a.example", "169.254.169.254").detail,
            "bottle 'dev' may not reach a.example: its address 169.254.169.254 is a cloud metadata "
            "address, and no route opens exactly that address.");
  const Bottle exact =
      bottle({{"a.example", 8, Scheme::https, 443, {}, {"169.254.169.254", "fd00:ec2::254/128"}}});
  EXPECT_EQ(address(exact, "a.example", "169.254.169.254").reason, Reason::allowed);
  EXPECT_EQ(address(exact, "a.example", "fd00:ec2::254").reason, Reason::allowed);
  EXPECT_EQ(address(exact, "a.example", "169.254.170.2").reason, Reason::address_not_allowed);
}

TEST(Bottle, RefusesOnLinkAddressesAndJudgesNat64ByWhatIsEmbedded) {
  const Neighbourhood around(
      {Cidr::parse("8.8.8.0/24").value()},
      {Nat64Prefix::around(IpAddress::parse("64:ff9b::").value(), 96).value()});
  const Bottle dev =
      bottle({{.pattern = "example.com", .line = 8},
              {.pattern = "near.example", .line = 9, .addresses = {"8.8.8.8"}},
              {.pattern = "v4.example", .line = 10, .addresses = {"10.1.0.0/16"}},
              {.pattern = "v6.example", .line = 11, .addresses = {"64:ff9b::/96"}},
              {.pattern = "meta.example", .line = 12, .addresses = {"169.254.0.0/16"}},
              {.pattern = "one.example", .line = 13, .addresses = {"169.254.169.254"}}});
  const auto judged = [&](std::string_view place, std::string_view ip) {
    return dev.decide_address(endpoint(place), Scheme::https, IpAddress::parse(ip).value(), around);
  };
  struct Case {
    std::string_view place, ip;
    Reason reason;
  };
  constexpr Case cases[] = {
      {"example.com", "9.9.9.9", Reason::allowed},
      {"example.com", "8.8.8.8", Reason::address_not_allowed},
      {"near.example", "8.8.8.8", Reason::allowed},
      {"near.example", "8.8.8.9", Reason::address_not_allowed},
      {"example.com", "64:ff9b::909:909", Reason::allowed},
      {"example.com", "64:ff9b::a01:1", Reason::address_not_allowed},
      {"v4.example", "64:ff9b::a01:1", Reason::allowed},
      {"v6.example", "64:ff9b::a01:1", Reason::allowed},
      {"example.com", "64:ff9b::a9fe:a9fe", Reason::address_not_allowed},
      {"meta.example", "64:ff9b::a9fe:a9fe", Reason::address_not_allowed},
      {"v6.example", "64:ff9b::a9fe:a9fe", Reason::address_not_allowed},
      {"one.example", "64:ff9b::a9fe:a9fe", Reason::allowed},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(judged(c.place, c.ip).reason, c.reason) << c.place << ' ' << c.ip;
  }
  EXPECT_EQ(judged("example.com", "8.8.8.8").detail,
            "bottle 'dev' may not reach example.com: its address 8.8.8.8 is a neighbouring "
            "(on-link) address, and no route opens it.");
  EXPECT_EQ(judged("example.com", "64:ff9b::a01:1").detail,
            "bottle 'dev' may not reach example.com: its address 10.1.0.1, behind NAT64 as "
            "64:ff9b::a01:1, is a private address, and no route opens it.");
  EXPECT_EQ(judged("example.com", "64:ff9b::a01:1").operator_can,
            "add `addresses: [10.1.0.1/32]` to the route 'example.com' of bottles.dev.allow "
            "(cork.yaml:8), as in '- {host: example.com, addresses: [10.1.0.1/32]}'");
}

TEST(Bottle, PassesThroughOnlyWhereEveryRouteOfThePlaceDoes) {
  std::vector<Route> routes;
  const auto add = [&](std::string_view pattern, Tls tls, std::uint16_t port = 443,
                       Scheme scheme = Scheme::https) {
    routes.push_back({.pattern = HostPattern::parse(pattern).value(),
                      .scheme = scheme,
                      .port = port,
                      .methods = {},
                      .addresses = {},
                      .where = {},
                      .tls = tls});
  };
  add("a.example", Tls::passthrough);
  add("a.example", Tls::intercept, 8443);
  add("a.example", Tls::intercept, 80, Scheme::http);
  add("b.example", Tls::passthrough);
  add("b.example", Tls::intercept);
  add("*.c.example", Tls::intercept);
  add("x.c.example", Tls::passthrough);
  const Bottle dev("dev", Mode::observe, routes, {});
  EXPECT_NE(dev.passes_through(endpoint("a.example")), nullptr);
  EXPECT_NE(dev.passes_through(endpoint("x.c.example")), nullptr);
  for (const auto* place :
       {"a.example:8443", "a.example:80", "b.example", "y.c.example", "d.example"}) {
    EXPECT_EQ(dev.passes_through(endpoint(place)), nullptr) << place;
  }
  EXPECT_EQ(Bottle().passes_through(endpoint("a.example")), nullptr);
}

TEST(Bottle, JudgesAnAddressLiteralBeforeAnythingIsDialled) {
  const Bottle dev = bottle({{"127.0.0.1", 8},
                             {"10.1.0.5", 9, Scheme::https, 443, {}, {"10.1.0.0/16"}},
                             {"8.8.8.8", 10},
                             {"[::1]", 11}});
  EXPECT_EQ(connect(dev, "8.8.8.8").reason, Reason::allowed);
  EXPECT_EQ(connect(dev, "10.1.0.5").reason, Reason::allowed);
  const Decision denied = connect(dev, "127.0.0.1");
  EXPECT_EQ(denied.reason, Reason::address_not_allowed);
  EXPECT_EQ(denied.where.line, 8);
  EXPECT_EQ(denied.detail,
            "bottle 'dev' may not reach 127.0.0.1: that is a loopback address, and no route opens "
            "it.");
  EXPECT_EQ(connect(dev, "[::1]").reason, Reason::address_not_allowed);
  EXPECT_EQ(request(dev, "GET", "127.0.0.1").reason, Reason::address_not_allowed);
  EXPECT_EQ(connect(dev, "127.0.0.2").reason, Reason::host_not_allowed);
}

TEST(Bottle, RelaxesHostMethodAndPathWhereItObserves) {
  const Bottle dev = bottle({{"api.example.com", 8, Scheme::https, 443, {"GET"}}}, Mode::observe);
  const Decision host = connect(dev, "files.example.net");
  EXPECT_EQ(host.reason, Reason::host_not_allowed);
  EXPECT_TRUE(host.observed);
  EXPECT_TRUE(host.allowed());
  EXPECT_EQ(request(dev, "POST", "files.example.net").reason, Reason::host_not_allowed);
  EXPECT_TRUE(request(dev, "POST", "files.example.net").observed);
  const Decision method = request(dev, "POST", "api.example.com");
  EXPECT_EQ(method.reason, Reason::method_not_allowed);
  EXPECT_TRUE(method.observed);
  const Decision fine = request(dev, "GET", "api.example.com");
  EXPECT_EQ(fine.reason, Reason::allowed);
  EXPECT_FALSE(fine.observed);
  EXPECT_TRUE(address(dev, "files.example.net", "8.8.8.8").observed);
}

TEST(Bottle, NeverObservesAnAddress) {
  const Bottle dev = bottle({{"api.example.com", 8}}, Mode::observe);
  for (const std::string_view place :
       {"127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.1", "[::ffff:127.0.0.1]"}) {
    const Decision denied = connect(dev, place);
    EXPECT_EQ(denied.reason, Reason::address_not_allowed) << place;
    EXPECT_FALSE(denied.allowed()) << place;
    EXPECT_FALSE(request(dev, "GET", place).allowed()) << place;
  }
  EXPECT_FALSE(address(dev, "api.example.com", "10.0.0.1").allowed());
  const Decision unnamed = address(dev, "files.example.net", "10.0.0.1");
  EXPECT_EQ(unnamed.reason, Reason::address_not_allowed);
  EXPECT_FALSE(unnamed.allowed());
  EXPECT_EQ(unnamed.operator_can,
            "add '- {host: files.example.net, addresses: [10.0.0.1/32]}' under bottles.dev.allow "
            "in cork.yaml");
  EXPECT_TRUE(connect(dev, "8.8.8.8").observed);
}

TEST(Bottle, BlocksALeakUnlessEveryRouteThereOnlyWarns) {
  const Bottle dev = bottle({{"a.example", 1, Scheme::https, 443, {}, {}, OnLeak::warn},
                             {"b.example", 2, Scheme::https, 443, {}, {}, OnLeak::warn},
                             {"b.example", 3},
                             {"c.example", 4}});
  EXPECT_EQ(dev.on_leak(endpoint("a.example"), Scheme::https), OnLeak::warn);
  EXPECT_EQ(dev.on_leak(endpoint("a.example"), Scheme::http), OnLeak::block);
  EXPECT_EQ(dev.on_leak(endpoint("b.example"), Scheme::https), OnLeak::block);
  EXPECT_EQ(dev.on_leak(endpoint("c.example"), Scheme::https), OnLeak::block);
  EXPECT_EQ(dev.on_leak(endpoint("d.example"), Scheme::https), OnLeak::block);
  EXPECT_EQ(bottle({{"c.example", 1}}, Mode::observe).on_leak(endpoint("c.example"), Scheme::https),
            OnLeak::block);
}

TEST(Bottle, RefusesWhatCannotBeReadWhereAnyRouteThereSaysSo) {
  const Entry denies{.pattern = "b.example", .line = 3, .opaque = Opaque::deny};
  const Bottle dev = bottle({{"a.example", 1}, {"b.example", 2}, denies});
  EXPECT_EQ(dev.opaque(endpoint("a.example"), Scheme::https), Opaque::allow);
  EXPECT_EQ(dev.opaque(endpoint("b.example"), Scheme::https), Opaque::deny);
  EXPECT_EQ(dev.opaque(endpoint("b.example"), Scheme::http), Opaque::allow);
  EXPECT_EQ(bottle({denies}, Mode::observe).opaque(endpoint("b.example"), Scheme::https),
            Opaque::allow);
}

TEST(Bottle, SpeaksWithoutAFileWhereThereIsNone) {
  const Bottle bare("dev", Mode::enforce, {}, {});
  EXPECT_EQ(connect(bare, "a.example").operator_can, "add '- a.example' under bottles.dev.allow");
}

}  // namespace
}  // namespace cork::policy
