#include "proxy/config/relays.h"

#include "proxy/config/embedded_data.h"
#include "test_environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace cork::config {
namespace {

using testing::HasSubstr;

const Relay* relay_of_text(const std::string& route) {
  const auto config = parse(with_route(route), "/etc/cork/cork.yaml", at_home());
  EXPECT_TRUE(config) << render(config.error());
  return relay_of(config->bottles.at(0).bottle.routes().at(0));
}

std::string kind_of(const std::string& route) {
  const Relay* relay = relay_of_text(route);
  return relay == nullptr ? "" : relay->kind;
}

TEST(Relays, AreInOrderAndOfEachKindThatTheThreatModelNames) {
  const auto relays = parse_relays(builtin_relays_text(), "relays.yaml");
  ASSERT_TRUE(relays) << render(relays.error());
  std::set<std::string> kinds, patterns;
  for (const Relay& relay : *relays) {
    kinds.insert(relay.kind);
    EXPECT_TRUE(patterns.insert(relay.pattern.text()).second) << "twice: " << relay.pattern.text();
    EXPECT_FALSE(relay.why.ends_with('.')) << relay.pattern.text();
  }
  kinds.insert("shared-suffix");  // none where every one of them is a public suffix
  EXPECT_EQ(kinds, (std::set<std::string>{"llm-api", "code-host", "pastebin", "image-proxy",
                                          "object-store", "messaging", "shared-suffix"}));
}

TEST(Relays, AreFoundByTheRouteThatReachesThem) {
  EXPECT_EQ(kind_of("api.anthropic.com"), "llm-api");
  EXPECT_EQ(kind_of("github.com"), "code-host");
  EXPECT_EQ(kind_of("webhook.site"), "pastebin");
  EXPECT_EQ(kind_of("storage.googleapis.com"), "object-store");
  EXPECT_EQ(kind_of("\"*.openai.com\""), "llm-api");
  EXPECT_EQ(kind_of("a.example"), "");
}

TEST(Relays, AreNoneForARouteThatOnlyReadsUnlessReadingCarriesAway) {
  EXPECT_EQ(kind_of("{host: registry.npmjs.org, methods: [GET, HEAD]}"), "");
  EXPECT_EQ(kind_of("registry.npmjs.org"), "code-host");
  EXPECT_EQ(kind_of("{host: webhook.site, methods: [GET]}"), "pastebin");
  EXPECT_EQ(kind_of("{host: webhook.site, methods: [GET], paths: [/ours/**]}"), "");
  EXPECT_EQ(kind_of("{host: webhook.site, paths: [/ours/**]}"), "pastebin");
  EXPECT_EQ(kind_of("{host: github.com, methods: [GET, POST]}"), "code-host");
}

TEST(Relays, AreNoneForARouteOfGitUnlessItPushes) {
  EXPECT_EQ(kind_of("{host: github.com, git: [fetch, lfs]}"), "");
  EXPECT_EQ(kind_of("{host: github.com, git: [fetch, push]}"), "code-host");
}

TEST(Relays, AreNoneForTheOneNameOfACustomerThatTheOperatorChose) {
  const auto relays = parse_relays(
      "relays:\n  - {host: \"**.a.example\", kind: object-store, wildcards: true, why: w}\n",
      "r.yaml");
  ASSERT_TRUE(relays);
  const auto found = [&](const std::string& route) {
    const auto config = parse(with_route(route), "/etc/cork/cork.yaml", at_home());
    return relay_of(config->bottles.at(0).bottle.routes().at(0), *relays) != nullptr;
  };
  EXPECT_FALSE(found("ours.a.example"));
  EXPECT_TRUE(found("\"*.a.example\""));
  EXPECT_TRUE(found("\"**.b.a.example\""));
}

TEST(Relays, AreNoneWhereItIsPinnedWhoseAccountIsUsedUnlessNobodyNeedsOne) {
  EXPECT_EQ(kind_of("{host: api.anthropic.com}"), "llm-api");
  EXPECT_EQ(kind_of("{host: api.anthropic.com, credential: first-seen}"), "");
  EXPECT_EQ(kind_of("{host: github.com, credential: first-seen}"), "");
  EXPECT_EQ(kind_of("{host: paste.rs, credential: first-seen}"), "pastebin");
  EXPECT_EQ(kind_of("{host: hooks.slack.com, credential: first-seen}"), "messaging");
  EXPECT_EQ(kind_of("{host: storage.googleapis.com, credential: first-seen}"), "object-store");
  for (const Relay& relay : all_relays()) {
    // What shows its reader's request to anybody, or publishes what it is sent, asks for no key.
    if (relay.kind == "pastebin" || relay.kind == "image-proxy" || relay.kind == "shared-suffix") {
      EXPECT_FALSE(needs_account(relay)) << relay.pattern.text();
    }
    if (relay.kind == "llm-api" || relay.kind == "code-host") {
      EXPECT_TRUE(needs_account(relay)) << relay.pattern.text();
    }
  }
}

TEST(Relays, ThatNoRouteCanNameAreLeftOut) {
  const auto relays = parse_relays(
      "relays:\n  - {host: \"**.github.io\", kind: x, why: w}\n  - {host: a.example, kind: x, why: "
      "w}\n",
      "r.yaml");
  ASSERT_TRUE(relays) << render(relays.error());
  ASSERT_EQ(relays->size(), 1U);
  EXPECT_EQ(relays->front().pattern.text(), "a.example");
}

TEST(Relays, SayTheMostSpecificReason) {
  ASSERT_NE(relay_of_text("storage.googleapis.com"), nullptr);
  EXPECT_EQ(relay_of_text("storage.googleapis.com")->pattern.text(), "storage.googleapis.com");
}

TEST(Relays, ThatAreWronglyWrittenSayWhere) {
  const auto wrong = parse_relays(
      "relays:\n  - {host: a.*.b, kind: x, why: y}\n  - {host: a.example}\n  - a.example\n"
      "  - {host: a.example, kind: x, why: y, read: true}\n",
      "r.yaml");
  ASSERT_FALSE(wrong);
  const std::string text = render(wrong.error());
  EXPECT_THAT(text, HasSubstr("r.yaml:2:12: error: 'a.*.b' is not a host pattern"));
  EXPECT_THAT(text, HasSubstr("r.yaml:3:5: error: a relay has a host, a kind and a reason"));
  EXPECT_THAT(text, HasSubstr("r.yaml:4:5: error: 'relays' is a mapping"));
  EXPECT_THAT(text, HasSubstr("r.yaml:5:40: error: unknown key 'read'"));
  EXPECT_FALSE(parse_relays("", "r.yaml"));
  EXPECT_FALSE(parse_relays("other: 1\n", "r.yaml"));
}

}  // namespace
}  // namespace cork::config
