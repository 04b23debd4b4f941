#include "proxy/config/bottles.h"

#include "test_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

namespace cork::config {
namespace {

using testing::HasSubstr;

TEST(Bottles, HaveADoorAModeAndRoutes) {
  const auto config = parse(
      "version: 1\nbottles:\n  dev:\n    listen: 127.0.0.1:1\n    mode: observe\n"
      "    on_leak: warn\n    allow:\n      - a.example\n      - {host: b.example, on_leak: "
      "block}\n"
      "  ci-2:\n    listen: unix:/run/ci.sock\n    allow: [c.example]\n",
      "/etc/cork/cork.yaml", at_home());
  ASSERT_TRUE(config) << render(config.error());
  ASSERT_EQ(config->bottles.size(), 2U);
  const policy::Bottle& dev = config->bottles[0].bottle;
  EXPECT_EQ(dev.name(), "dev");
  EXPECT_EQ(dev.mode(), policy::Mode::observe);
  EXPECT_EQ(dev.routes()[0].on_leak, policy::OnLeak::warn);
  EXPECT_EQ(dev.routes()[1].on_leak, policy::OnLeak::block);
  EXPECT_EQ(to_string(config->bottles[1].listen), "unix:/run/ci.sock");
  EXPECT_EQ(config->bottles[1].bottle.mode(), policy::Mode::enforce);
}

TEST(Bottles, NameTheLineOfTheirAllowlistWhereNoRouteMatches) {
  const auto config = parse(with_route("a.example"), "/etc/cork/cork.yaml", at_home());
  ASSERT_TRUE(config);
  const auto host = Host::parse("b.example");
  const auto decision =
      config->bottles[0].bottle.decide_connect(Endpoint{*host, 443}, Scheme::https);
  EXPECT_EQ(decision.where, (Where{"/etc/cork/cork.yaml", 5, 5}));
}

TEST(Bottles, ThatAreWrongSayWhereAndWhatToWrite) {
  const std::map<std::string, std::string> refused{
      {"bottles:", "1:1: error: 'bottles' is empty"},
      {"bottles: {}", "'bottles' is empty"},
      {"bottles: [dev]", "'bottles' is a mapping, here is a list"},
      {"bottles: {dev: }", "'dev' is a mapping, here is nothing"},
      {"bottles: {dev: {listen: 127.0.0.1:1}}", "bottle 'dev' has no 'allow'"},
      {"bottles: {dev: {allow: [a.b]}}", "bottle 'dev' has no 'listen'"},
      {"bottles: {dev: {listen: 127.0.0.1:1, allow: }}", "'allow' is empty"},
      {"bottles: {dev: {listen: 127.0.0.1:1, allow: []}}", "'allow' is empty"},
      {"bottles: {dev: {listen: 127.0.0.1:1, allow: a.b}}", "'allow' is a list"},
      {"bottles: {a b: {listen: 127.0.0.1:1, allow: [a.b]}}", "'a b' is not a name for a bottle"},
      {"bottles: {\"\": {listen: 127.0.0.1:1, allow: [a.b]}}", "'' is not a name for a bottle"},
      {"bottles: {a: {listen: 127.0.0.1:1, allow: [a.b]}, a: {}}", "duplicate key 'a'"},
      {"bottles: {a: {listen: 127.0.0.1:1, allow: [a.b], mode: off}}", "write enforce or observe"},
      {"bottles: {a: {listen: 127.0.0.1:1, allow: [a.b], on_leak: redact}}", "not supported"},
      {"bottles: {a: {listen: 127.0.0.1:1, allow: [a.b], alow: [a.b]}}", "did you mean 'allow'?"},
      {"bottles: {a: {listen: 127.0.0.1:1, allow: [a.b], clients: [::1]}}",
       "'clients' is not supp"},
      {"bottles: {a: {listen: 127.0.0.1:1, allow: [a.b], proxy_auth: {}}}",
       "'proxy_auth' is not s"},
      {"bottles: {a: {listen: 127.0.0.1:1, allow: , use: [npm]}}", "'allow' is empty"},
      {"bottles: {a: {listen: 127.0.0.1:1, use: []}}", "'use' is empty"},
      {"bottles: {a: {listen: 127.0.0.1:1, allow: [a.b], secrets: []}}", "'secrets' is not suppor"},
  };
  for (const auto& [text, expected] : refused) {
    EXPECT_THAT(errors_of(text + "\nversion: 1\n"), HasSubstr(expected)) << text;
  }
}

TEST(Bottles, MayNotShareADoorWithEachOtherOrWithTheMetrics) {
  const std::pair<std::string, std::string> clashes[] = {
      {"127.0.0.1:8888", "127.0.0.1:8888"},       {"0.0.0.0:8888", "127.0.0.1:8888"},
      {"127.0.0.1:8888", "0.0.0.0:8888"},         {"\"[::]:8888\"", "127.0.0.1:8888"},
      {"unix:/run/a.sock", "unix:/run/./a.sock"},
  };
  for (const auto& [a, b] : clashes) {
    EXPECT_THAT(errors_of("version: 1\nbottles:\n  a: {listen: " + a +
                          ", allow: [a.b]}\n  b: {listen: " + b + ", allow: [a.b]}\n"),
                HasSubstr(":4:15: error: "))
        << a << " " << b;
  }
  EXPECT_THAT(errors_of("version: 1\nmetrics: {listen: 127.0.0.1:1}\nbottles:\n"
                        "  a: {listen: 127.0.0.1:1, allow: [a.b]}\n"),
              HasSubstr("127.0.0.1:1 is taken by line 2 already"));
}

TEST(Bottles, MayHaveDoorsThatOnlyLookAlike) {
  const std::pair<std::string, std::string> apart[] = {
      {"127.0.0.1:8888", "127.0.0.1:8889"}, {"127.0.0.1:8888", "127.0.0.2:8888"},
      {"127.0.0.1:8888", "\"[::1]:8888\""}, {"0.0.0.0:8888", "\"[::1]:8888\""},
      {"127.0.0.1:0", "127.0.0.1:0"},       {"unix:/run/a.sock", "unix:/run/b.sock"},
  };
  for (const auto& [a, b] : apart) {
    EXPECT_EQ(errors_of("version: 1\nbottles:\n  a: {listen: " + a +
                        ", allow: [a.b]}\n  b: {listen: " + b + ", allow: [a.b]}\n"),
              "");
  }
}

}  // namespace
}  // namespace cork::config
