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
      {"bottles: {a: {listen: 127.0.0.1:1, allow: [a.b], on_leak: mask}}",
       "write block or redact or warn"},
      {"bottles: {a: {listen: 127.0.0.1:1, allow: [a.b], alow: [a.b]}}", "did you mean 'allow'?"},
      {"bottles: {a: {listen: 127.0.0.1:1, allow: , use: [npm]}}", "'allow' is empty"},
      {"bottles: {a: {listen: 127.0.0.1:1, use: []}}", "'use' is empty"},
      {"bottles: {a: {listen: 127.0.0.1:1, allow: [{host: a.b, opaque: no}]}}",
       "write allow or deny"},
  };
  for (const auto& [text, expected] : refused) {
    EXPECT_THAT(errors_of(text + "\nversion: 1\n"), HasSubstr(expected)) << text;
  }
}

}  // namespace
}  // namespace cork::config
