#include "proxy/commands/judge.h"

#include "proxy/config/config.h"
#include "proxy/config/rule_files.h"
#include "tests/unit/rules/secrets/encoders.h"
#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace cork::commands {
namespace {

using policy::Reason;
using testing::HasSubstr;

constexpr const char* kAllow =
    "      - a.example\n"
    "      - {host: get.example, methods: [GET]}\n"
    "      - {host: warn.example, on_leak: warn}\n"
    "      - {host: readable.example, opaque: deny}\n"
    "      - http://clear.example\n"
    "      - \"**.wide.example\"\n"
    "      - \"*.wide.example\"\n"
    "      - {host: paths.example, paths: [/repos/pypy/**, \"/@scope/*\"]}\n"
    "      - {host: git.example, git: fetch}\n"
    "      - 127.0.0.1\n"
    "      - {host: 127.0.0.2, addresses: [127.0.0.0/8]}\n";

class Judging : public testing::Test {
 protected:
  void SetUp() override { load(kAllow); }

  void load(const std::string& allow) {
    Captured out, err;
    auto config = config::load(world_.configure(allow), world_.context(out, err).environment);
    ASSERT_TRUE(config) << render(config.error());
    bottle_ = config->bottles.at(0).bottle;
    auto rules = config::load_rules(*config);
    ASSERT_TRUE(rules) << render(rules.error());
    rules_ = *rules;
  }

  Judgement judge(const DraftRequest& draft) {
    auto judgement = commands::judge(draft, bottle_, rules_);
    EXPECT_TRUE(judgement) << judgement.error().what;
    return judgement.value_or(Judgement{});
  }
  static std::shared_ptr<const known::KnownValues> known_value(const std::string& value,
                                                               const char* home) {
    std::vector<known::Value> values;
    values.push_back(
        {{.name = "env:MINE", .homes = {*Host::parse(home)}}, known::Clear(std::string(value))});
    return *known::KnownValues::make(std::move(values), {});
  }
  Reason reason(const DraftRequest& draft) { return judge(draft).decision.reason; }

  World world_;
  policy::Bottle bottle_;
  std::shared_ptr<const secrets::Ruleset> rules_;
};

TEST_F(Judging, DecidesLikeThePolicy) {
  struct Case {
    DraftRequest draft;
    Reason reason;
  };
  const Case cases[] = {
      {{"GET", "https://a.example/x?y=z", {}, {}}, Reason::allowed},
      {{"GET", "a.example", {}, {}}, Reason::allowed},
      {{"GET", "https://A.Example", {}, {}}, Reason::allowed},
      {{"GET", "https://a.example?q=1#fragment", {}, {}}, Reason::allowed},
      {{"GET", "https://b.example/", {}, {}}, Reason::host_not_allowed},
      {{"GET", "https://a.example:8443/", {}, {}}, Reason::host_not_allowed},
      {{"GET", "http://a.example/", {}, {}}, Reason::host_not_allowed},
      {{"GET", "http://clear.example/", {}, {}}, Reason::allowed},
      {{"POST", "https://get.example/", {}, {}}, Reason::method_not_allowed},
      {{"get", "https://get.example/", {}, {}}, Reason::method_not_allowed},
      {{"GET", "https://get.example/?_method=PUT", {}, {}}, Reason::method_not_allowed},
      {{"GET", "https://get.example/", {"X-Original-URL: /x"}, {}}, Reason::path_not_allowed},
      {{"GET", "https://paths.example/repos/pypy/x?y=z", {}, {}}, Reason::allowed},
      {{"GET", "https://paths.example/@scope%2fname", {}, {}}, Reason::allowed},
      {{"GET", "https://paths.example/repos/pypy/%2e%2e/x", {}, {}}, Reason::path_not_allowed},
      {{"GET", "https://paths.example/user", {}, {}}, Reason::path_not_allowed},
      {{"GET", "https://git.example/r/info/refs?service=git-upload-pack", {}, {}}, Reason::allowed},
      {{"GET", "https://git.example/r/info/refs?service=git-receive-pack", {}, {}},
       Reason::git_not_allowed},
      {{"PROPFIND", "https://git.example/r/", {}, {}}, Reason::git_not_allowed},
      {{"GET", "https://127.0.0.1/", {}, {}}, Reason::address_not_allowed},
      {{"GET", "https://127.0.0.2/", {}, {}}, Reason::allowed},
      {{"GET", "https://0x7f.1/", {}, {}}, Reason::bad_request},
      {{"GET", "https://user@a.example/", {}, {}}, Reason::bad_request},
      {{"GET", "https:///x", {}, {}}, Reason::bad_request},
      {{"GET", "https://a.example/a b", {}, {}}, Reason::bad_request},
      {{"GET", "https://a.example/\xC3\xA9", {}, {}}, Reason::bad_request},
      {{"GE T", "https://a.example/", {}, {}}, Reason::bad_request},
      {{"CONNECT", "https://a.example/", {}, {}}, Reason::bad_request},
      {{"GET", "https://a.example/", {"Host: b.example"}, {}}, Reason::bad_request},
      {{"GET", "https://a.example/", {"Upgrade: websocket"}, {}}, Reason::upgrade_not_allowed},
      {{"GET", "https://a.example/", {"Expect: more"}, {}}, Reason::bad_request},
      {{"GET", "https://a.example/", {"Content-Type: a/b", "Content-Type: c/d"}, {}},
       Reason::bad_request},
      {{"GET", "https://a.example/", {"X-Long: " + std::string(70'000, 'x')}, {}},
       Reason::too_large},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(policy::name_of(reason(one.draft)), policy::name_of(one.reason))
        << one.draft.method << ' ' << one.draft.url;
  }
}

TEST_F(Judging, KnowsThatCorkAnswersItsOwnName) {
  for (const char* url : {"http://cork.internal/routes", "https://cork.internal/"}) {
    const Judgement judgement = judge({"GET", url, {}, ""});
    EXPECT_TRUE(judgement.by_cork) << url;
    EXPECT_EQ(judgement.decision.reason, Reason::allowed) << url;
    EXPECT_FALSE(judgement.resolves_a_name) << url;
  }
  EXPECT_FALSE(judge({"GET", "https://a.example/", {}, ""}).by_cork);
}

TEST_F(Judging, SaysHowMuchOfABodyCanBeRead) {
  std::string mixed(10'240, 'w');
  for (std::size_t i = 0; i < 10'240; ++i) mixed += static_cast<char>(i * i >> 3 & 0xff);
  const auto body = world_.folder.write("mixed", mixed).string();
  const auto pdf = world_.folder.write("pdf", "%PDF-1.7").string();
  const Judgement passes = judge({"POST", "https://a.example/", {}, body});
  EXPECT_EQ(passes.decision.reason, Reason::allowed);
  EXPECT_EQ(passes.body_bytes, 20'480u);
  // The zeros among them say nothing.
  EXPECT_GE(passes.readable_bytes, 10'240u);
  EXPECT_LE(passes.readable_bytes, 11'000u);
  const Judgement refused = judge({"POST", "https://readable.example/", {}, body});
  EXPECT_EQ(refused.decision.reason, Reason::scan_limit);
  EXPECT_THAT(refused.decision.detail, HasSubstr("cannot be read"));
  EXPECT_THAT(refused.decision.operator_can, HasSubstr("`opaque: allow`"));
  EXPECT_EQ(reason({"POST", "https://readable.example/", {}, pdf}), Reason::scan_limit);
  EXPECT_FALSE(judge({"GET", "https://a.example/", {}, ""}).body_bytes);
}

// What is packed in it is looked into in slices.
TEST_F(Judging, ReadsALongBodyToItsEnd) {
  std::mt19937_64 random(1);
  std::string noise;
  while (noise.size() < 400'000) noise += static_cast<char>(random());
  const std::string text = secrets::test::deflated(noise, 15) + std::string(100'000, '.') + ' ';
  const auto clean = world_.folder.write("clean", text).string();
  EXPECT_EQ(judge({"POST", "https://a.example/", {}, clean}).body_bytes, text.size());
  const auto body = world_.folder.write("body", text + World::secret() + " .").string();
  EXPECT_EQ(reason({"POST", "https://a.example/", {}, body}), Reason::leak);
}

TEST_F(Judging, FindsASecretWhereverItIsPut) {
  const std::string secret = World::secret();
  const auto body = world_.folder.write("body", "{\"note\": \"" + secret + "\"}").string();
  const auto clean = world_.folder.write("clean", "{\"note\": \"nothing\"}").string();
  const std::string hidden = "%6f" + secret.substr(1);
  const DraftRequest leaks[] = {
      {"GET", "https://a.example/" + secret, {}, {}},
      {"GET", "https://a.example/?q=" + secret, {}, {}},
      {"GET", "https://a.example/?q=" + hidden, {}, {}},
      {"GET", "https://a.example/", {"X-Note: " + secret}, {}},
      {"GET", "https://a.example/", {"X-" + secret + ": 1"}, {}},
      {"POST", "https://a.example/", {}, body},
      {"POST", "https://a.example/", {"Content-Type: application/json"}, body},
  };
  for (const DraftRequest& draft : leaks) {
    const Judgement judgement = judge(draft);
    EXPECT_EQ(judgement.decision.reason, Reason::leak) << draft.url;
    ASSERT_FALSE(judgement.findings.empty()) << draft.url;
    EXPECT_EQ(judgement.findings[0].rule, "own-token");
    EXPECT_EQ(judgement.decision.route, "a.example");
    EXPECT_EQ(judgement.decision.where.line, 9);
    EXPECT_THAT(judgement.decision.detail, testing::Not(HasSubstr(secret)));
  }
  EXPECT_EQ(reason({"POST", "https://a.example/", {}, clean}), Reason::allowed);
}

TEST_F(Judging, TakesABodyForAFormWhereItBeginsAsOneAndNothingSaysOtherwise) {
  const auto form = world_.folder.write("form", "note=" + World::secret()).string();
  const auto pointer = [&](std::vector<std::string> headers) {
    const Judgement judgement = judge({"POST", "https://a.example/", std::move(headers), form});
    EXPECT_EQ(judgement.findings.size(), 1u);
    return judgement.findings.empty() ? "" : judgement.findings[0].finding.place.pointer;
  };
  EXPECT_EQ(pointer({}), "/note");
  EXPECT_EQ(pointer({"content-type: text/plain"}), "");
}

TEST_F(Judging, RefusesAHostThatHoldsASecretWithoutRepeatingIt) {
  const std::string secret = World::secret();
  const Judgement judgement = judge({"GET", "https://" + secret + ".a.example/", {}, {}});
  EXPECT_EQ(judgement.decision.reason, Reason::leak);
  EXPECT_THAT(judgement.place + judgement.decision.detail, testing::Not(HasSubstr(secret)));
}

TEST_F(Judging, KnowsTheBottlesOwnSecretsAndWhereTheyAreAtHome) {
  const std::string value = "q7Wd3mVx71RtYpB6nHs0cLgJfA2eQu9TzKi5oXw4";
  const auto known = known_value(value, "a.example");
  const auto judged = [&](const DraftRequest& draft) {
    return *commands::judge(draft, bottle_, rules_, known);
  };
  const std::string bearer = "Authorization: Bearer " + value;
  EXPECT_EQ(judged({"GET", "https://a.example/", {bearer}, {}}).decision.reason, Reason::allowed);
  const Judgement leak = judged({"GET", "https://a.example/?q=" + value, {}, {}});
  EXPECT_EQ(leak.decision.reason, Reason::leak);
  EXPECT_EQ(leak.decision.detail, "the request holds a secret.");
  ASSERT_EQ(leak.findings.size(), 1U);
  EXPECT_EQ(leak.findings[0].rule, "known-value");
}

// `for` and `in` are about header fields.
TEST_F(Judging, ProposesForAKnownValueWhatHelpsWhereItStands) {
  const std::string value = "q7wd3mvx71rtypb6nhs0clgjfa2equ9tzki5oxw4";
  const auto known = known_value(value, "b.example");
  const auto advice = [&](const DraftRequest& draft) {
    const auto judged = commands::judge(draft, bottle_, rules_, known);
    EXPECT_EQ(judged->decision.reason, Reason::leak) << draft.url;
    return judged->decision.operator_can;
  };
  load("      - a.example\n      - {host: mask.example, on_leak: redact}\n");
  EXPECT_THAT(advice({"GET", "https://a.example/", {"X-Key: " + value}, {}}),
              HasSubstr("`for` of the secret"));
  const auto body = world_.folder.write("body", "a " + value + " b").string();
  const auto packed =
      world_.folder.write("packed", secrets::test::deflated(value + " b", 15)).string();
  const std::string in_body = advice({"POST", "https://a.example/", {}, body});
  EXPECT_THAT(in_body, HasSubstr("`on_leak: redact`, which masks it, or `on_leak: warn`"));
  for (const std::string& elsewhere : {advice({"GET", "https://a.example/?q=" + value, {}, {}}),
                                       advice({"GET", "https://a.example/" + value, {}, {}}),
                                       advice({"POST", "https://mask.example/", {}, packed})}) {
    EXPECT_THAT(elsewhere, HasSubstr("or set `on_leak: warn` on the route"));
    EXPECT_THAT(elsewhere, testing::Not(HasSubstr("`for` of the secret")));
  }
  EXPECT_EQ(advice({"GET", "https://" + value + ".a.example/", {}, {}}), "");
}

TEST_F(Judging, KnowsThatCorkItselfIsNotReached) {
  session::Snapshot here;
  here.own_listeners = {{IpAddress::parse("127.0.0.2").value(), 9090}};
  const auto decide = [&](const char* url) {
    return commands::judge({"GET", url, {}, {}}, bottle_, rules_, nullptr, {}, &here)->decision;
  };
  load("      - {host: \"127.0.0.2:9090\", addresses: [127.0.0.0/8]}\n");
  EXPECT_EQ(decide("https://127.0.0.2:9090/metrics").reason, Reason::address_not_allowed);
  load("      - a.example\n");
  const policy::Decision unnamed = decide("http://127.0.0.2:9090/metrics");
  EXPECT_EQ(unnamed.reason, Reason::address_not_allowed);
  EXPECT_EQ(unnamed.operator_can, "");
  const DraftRequest upgrade{"GET", "https://127.0.0.2:9090/", {"Upgrade: websocket"}, {}};
  EXPECT_EQ(commands::judge(upgrade, bottle_, rules_, nullptr, {}, &here)->decision.reason,
            Reason::upgrade_not_allowed)
      << "which the proxy asks first";
  load("      - {host: \"127.0.0.2:9090\", tls: passthrough}\n");
  EXPECT_EQ(decide("https://127.0.0.2:9090/").reason, Reason::address_not_allowed);
  here.own_listeners = {{IpAddress::parse("127.0.0.1").value(), 9090}};
  EXPECT_EQ(decide("https://localhost:9090/metrics").reason, Reason::address_not_allowed);
  EXPECT_EQ(decide("https://localhost:9091/").reason, Reason::host_not_allowed);
}

TEST_F(Judging, DoesNotRepeatAPassword) {
  const Judgement judgement = judge({"GET", "https://user:hush@a.example/x", {}, {}});
  EXPECT_EQ(judgement.decision.reason, Reason::bad_request);
  EXPECT_EQ(judgement.place, "https://***@a.example");
  // With a '/' in it the authority ends there, as in every client.
  for (const char* url : {"https://user:hu/sh@a.example/x", "https://user:hu?sh@a.example/x",
                          "https://user:hu:1/sh@a.example/x"}) {
    EXPECT_EQ(judge({"GET", url, {}, {}}).place, "https://user:***") << url;
  }
  EXPECT_EQ(judge({"GET", "https://a.example:99999/x", {}, {}}).place, "https://a.example:99999")
      << "a port that is none is what is wrong";
  EXPECT_EQ(judge({"GET", "https://a.example:8443/x", {}, {}}).place, "https://a.example:8443/x");
  EXPECT_EQ(judge({"GET", "https://[::1]:8443/x", {}, {}}).place, "https://[::1]:8443/x");
}

TEST_F(Judging, OnlyRecordsALeakWhereTheRouteWarns) {
  const Judgement judgement =
      judge({"GET", "https://warn.example/", {"X-Note: " + World::secret()}, {}});
  EXPECT_TRUE(judgement.decision.allowed());
  EXPECT_EQ(judgement.findings.size(), 1U);
}

TEST_F(Judging, RefusesABodyThatCannotBeRead) {
  const auto body = world_.folder.write("body", "not gzip at all").string();
  EXPECT_EQ(reason({"POST", "https://a.example/", {"Content-Encoding: gzip"}, body}),
            Reason::scan_limit);
  EXPECT_EQ(reason({"POST", "https://a.example/", {"Content-Encoding: unheard-of"}, body}),
            Reason::scan_limit);
}

TEST_F(Judging, NamesTheRoutesThatLost) {
  const Judgement judgement = judge({"GET", "https://x.wide.example/", {}, {}});
  EXPECT_EQ(judgement.decision.route, "*.wide.example");
  ASSERT_EQ(judgement.others.size(), 1U);
  EXPECT_EQ(judgement.others[0].pattern.text(), "**.wide.example");
  EXPECT_TRUE(judgement.resolves_a_name);
  EXPECT_FALSE(judge({"GET", "https://127.0.0.2/", {}, {}}).resolves_a_name);
}

TEST_F(Judging, TellsMistakesOnTheCommandLineFromRefusals) {
  const auto what = [&](const DraftRequest& draft) {
    const auto judgement = commands::judge(draft, bottle_, rules_);
    return judgement ? std::string() : judgement.error().what;
  };
  EXPECT_THAT(what({"GET", "ftp://a.example/", {}, {}}), HasSubstr("'ftp' is not a scheme"));
  EXPECT_THAT(what({"GET", "https://a.example/", {"X-A 1"}, {}}), HasSubstr("'Name: value'"));
  EXPECT_THAT(what({"GET", "https://a.example/", {"X-A: 1\r\nX-B: 2"}, {}}), HasSubstr("one line"));
  EXPECT_THAT(what({"POST", "https://a.example/", {}, "/nonexistent"}),
              HasSubstr("/nonexistent: "));
}

TEST_F(Judging, JudgesABodyAsItsRouteDoes) {
  const auto judged = [&](const std::string& body) {
    return judge({"POST",
                  "https://git.example/r/git-upload-pack",
                  {"Content-Type: application/x-git-upload-pack-request"},
                  world_.folder.write("body", body).string()})
        .decision;
  };
  EXPECT_EQ(judged("0000").reason, Reason::allowed);
  const policy::Decision denied = judged("a=b&c=d");
  EXPECT_EQ(denied.reason, Reason::git_not_allowed);
  EXPECT_THAT(denied.detail, HasSubstr("the body is not made of git's lines"));
  EXPECT_EQ(denied.route, "git.example");
}

TEST_F(Judging, TellsTheEntriesOfAPlaceFromThoseThatWereNotAsked) {
  load(
      "      - {host: a.wide.example, methods: [GET]}\n"
      "      - {host: a.wide.example, methods: [PUT], paths: [/x]}\n"
      "      - \"*.wide.example\"\n");
  const Judgement judgement = judge({"PUT", "https://a.wide.example/x", {}, {}});
  EXPECT_EQ(judgement.decision.reason, Reason::allowed);
  EXPECT_EQ(judgement.asked.size(), 2U);
  EXPECT_EQ(judgement.decision.where, judgement.asked.back().where);
  ASSERT_EQ(judgement.others.size(), 1U);
  EXPECT_EQ(judgement.others[0].pattern.text(), "*.wide.example");
}

}  // namespace
}  // namespace cork::commands
