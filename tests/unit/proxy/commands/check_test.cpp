#include "proxy/commands/check.h"

#include "proxy/config/leak_words.h"
#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cork::commands {
namespace {

using testing::HasSubstr;
using testing::Not;

class Check : public testing::Test {
 protected:
  Outcome check(const std::string& allow, DraftRequest request, const std::string& more = {}) {
    CheckOptions options;
    options.config = world_.configure(allow, more);
    options.request = std::move(request);
    return world_.run(commands::check, options);
  }

  World world_;
};

TEST_F(Check, NamesTheVerdictTheReasonAndTheLineThatDecided) {
  const Outcome allowed =
      check("      - b.example\n      - a.example\n", {"", "https://a.example/x", {}, {}});
  EXPECT_EQ(allowed.code, kYes) << allowed.err;
  EXPECT_THAT(allowed.out, HasSubstr("ALLOWED GET https://a.example/x\n"));
  EXPECT_THAT(allowed.out, HasSubstr("reason    allowed\n"));
  EXPECT_THAT(allowed.out,
              HasSubstr("decided   " + (world_.folder / "cork.yaml").string() + ":10:9\n"));
  EXPECT_THAT(allowed.out, HasSubstr("the name is not resolved here"));

  const Outcome denied = check("      - a.example\n", {"", "https://files.example.net/", {}, {}});
  EXPECT_EQ(denied.code, kNo);
  EXPECT_THAT(denied.out, HasSubstr("DENIED  GET https://files.example.net/\n"));
  EXPECT_THAT(denied.out, HasSubstr("reason    host_not_allowed\n"));
  EXPECT_THAT(denied.out, HasSubstr("cork.yaml:8:5\n"));
  EXPECT_THAT(denied.out, HasSubstr("change    add '- files.example.net' under bottles.dev.allow"));
}

TEST_F(Check, KeepsToTheWidthOfTheTerminal) {
  const Outcome whole =
      check("      - a.example\n", {"", "https://a.example/", {"X-Key: " + World::secret()}, {}});
  world_.columns = 80;
  const Outcome done =
      check("      - a.example\n", {"", "https://a.example/", {"X-Key: " + World::secret()}, {}});
  EXPECT_EQ(done.code, kNo);
  std::istringstream lines(done.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  EXPECT_THAT(whole.out, HasSubstr("change    if it says to that host who asks, set `credential: "
                                   "env:NAME` on the route in cork.yaml, NAME being"));
  EXPECT_THAT(done.out, HasSubstr("\n            "));
}

TEST_F(Check, ListsTheRoutesThatLostAndPrintsTheLosersToo) {
  const Outcome done =
      check("      - \"**.a.example\"\n      - {host: x.a.example, methods: [GET]}\n",
            {"POST", "https://x.a.example/", {}, {}});
  EXPECT_EQ(done.code, kNo);
  EXPECT_THAT(done.out, HasSubstr("reason    method_not_allowed\n"));
  EXPECT_THAT(done.out, HasSubstr("not asked **.a.example (every method) at "));
}

TEST_F(Check, WarnsOfARouteToAHostThatRelays) {
  const Outcome relayed =
      check("      - api.openai.com\n", {"POST", "https://api.openai.com/v1/files", {}, {}});
  EXPECT_EQ(relayed.code, kYes);
  EXPECT_THAT(relayed.out, HasSubstr("warning   api.openai.com relays: anybody's key works there"));
  const Outcome reading = check("      - {host: github.com, methods: [GET]}\n      - a.example\n",
                                {"", "https://github.com/", {}, {}});
  EXPECT_THAT(reading.out, Not(HasSubstr("warning")));
  const Outcome refused = check("      - api.openai.com\n", {"", "https://b.example/", {}, {}});
  EXPECT_THAT(refused.out, Not(HasSubstr("warning")));
}

TEST_F(Check, WarnsOfAnUnpinnedRelayAndSaysWhatToWriteAndNotOfAPinnedOne) {
  const DraftRequest request{"POST", "https://api.anthropic.com/v1/messages", {}, {}};
  const Outcome open = check("      - api.anthropic.com\n", request);
  EXPECT_THAT(open.out, HasSubstr("warning   api.anthropic.com relays"));
  EXPECT_THAT(open.out, HasSubstr("`credential: first-seen`, env:NAME or file:PATH"));
  const Outcome pinned =
      check("      - {host: api.anthropic.com, credential: first-seen}\n", request);
  EXPECT_EQ(pinned.code, kYes) << pinned.err;
  EXPECT_THAT(pinned.out, Not(HasSubstr("warning")));
  // No account is needed there, so that a pin stops nobody.
  const Outcome paste = check("      - {host: paste.rs, credential: first-seen}\n",
                              {"POST", "https://paste.rs/", {}, {}});
  EXPECT_THAT(paste.out, HasSubstr("warning   paste.rs relays"));
  const Outcome clear = check("      - {host: http://a.example, credential: first-seen}\n",
                              {"GET", "http://a.example/", {}, {}});
  EXPECT_THAT(clear.out,
              HasSubstr("warning   http://a.example takes its credential in clear text"));
}

TEST_F(Check, SaysThatASecretWouldBeMaskedAndAdvisesItWhereConversationsGo) {
  const std::string body = world_.folder.write("body.json", "{\"a\": \"" + World::secret() + "\"}");
  const DraftRequest request{"POST", "https://api.anthropic.com/v1/messages", {}, body};
  const Outcome masked = check(
      "      - {host: api.anthropic.com, credential: first-seen, on_leak: redact}\n", request);
  EXPECT_EQ(masked.code, kYes) << masked.err;
  EXPECT_THAT(masked.out, HasSubstr("own-token in the body"));
  EXPECT_THAT(masked.out, HasSubstr(": masked"));
  EXPECT_THAT(masked.out, Not(HasSubstr("advice")));
  const Outcome open = check("      - {host: api.anthropic.com, credential: first-seen}\n",
                             {"POST", "https://api.anthropic.com/v1/messages", {}, {}});
  EXPECT_THAT(open.out, HasSubstr("advice    api.anthropic.com is sent the whole conversation"));
}

TEST_F(Check, ListsTheExceptionsThatAppliedAndThoseThatEnded) {
  const DraftRequest request{"POST", "https://a.example/", {"X-A: " + World::secret()}, {}};
  const auto excused = [&](const std::string& rest) {
    return check(
        "      - a.example\n    exceptions:\n      - {rule: own-token, reason: a fixture, "
        "owner: ops, " +
            rest + "}\n",
        request);
  };
  using std::chrono::days;
  const auto today = std::chrono::floor<days>(std::chrono::system_clock::now());
  const Outcome now = excused("expires: " + config::date_text(today + days(1)));
  EXPECT_EQ(now.code, kYes) << now.err << now.out;
  EXPECT_THAT(now.out, HasSubstr("excused: a fixture (ops)"));
  const Outcome elsewhere =
      excused("host: b.example, expires: " + config::date_text(today + days(1)));
  EXPECT_EQ(elsewhere.code, kNo);
  const Outcome ended = excused("expires: " + config::date_text(today - days(2)));
  EXPECT_EQ(ended.code, kNo);
  EXPECT_THAT(ended.out, HasSubstr("cork.yaml:11:9: the exception of bottle 'dev' for rule "
                                   "'own-token' holds no more"));
  const Outcome unknown = check("      - a.example\n    rules: {own-tokn: warn}\n", request);
  EXPECT_EQ(unknown.code, kUsage);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean 'own-token'?"));
}

TEST_F(Check, GivesTheProxysVerdictOnACredential) {
  world_.environment["KEY"] = World::secret();
  const std::string allow =
      "      - {host: a.example, credential: env:KEY}\n"
      "      - {host: b.example, credential: first-seen}\n";
  const Outcome mine =
      check(allow, {"GET", "https://a.example/", {"Authorization: Bearer " + World::secret()}, {}});
  EXPECT_EQ(mine.code, kYes) << mine.out << mine.err;
  EXPECT_THAT(mine.out, HasSubstr("own-token in the header Authorization: recorded only"));
  const Outcome theirs =
      check(allow, {"GET", "https://a.example/", {"x-api-key: somebody-elses"}, {}});
  EXPECT_EQ(theirs.code, kNo);
  EXPECT_THAT(theirs.out, HasSubstr("reason    foreign_credential\n"));
  EXPECT_THAT(theirs.out, HasSubstr("its header x-api-key"));
  EXPECT_THAT(theirs.out, Not(HasSubstr("somebody")));
  // Elsewhere it is a secret like any other.
  const Outcome leak =
      check(allow, {"GET", "https://a.example/", {"X-Note: " + World::secret()}, {}});
  EXPECT_THAT(leak.out, HasSubstr("reason    leak\n"));
  const Outcome first = check(allow, {"GET", "https://b.example/", {"x-api-key: any"}, {}});
  EXPECT_EQ(first.code, kYes);
  EXPECT_THAT(first.out, HasSubstr("the first credential that comes there is held on to"));
}

TEST_F(Check, SaysThatWhatIsPassedThroughIsNotInspected) {
  const std::string secret = World::secret();
  const Outcome done = check("      - {host: a.example, tls: passthrough}\n",
                             {"POST", "https://a.example/", {"X-Note: " + secret}, {}});
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_THAT(done.out, HasSubstr("note      passed through unread: neither the method"));
  EXPECT_THAT(done.out, HasSubstr("warning   a.example is passed through unread"));
  // What would be refused in its place is still refused.
  const Outcome clear =
      check("      - {host: a.example, tls: passthrough}\n", {"", "http://a.example/", {}, {}});
  EXPECT_EQ(clear.code, kNo);
  EXPECT_THAT(clear.out, Not(HasSubstr("unread:")));
}

TEST_F(Check, ListsTheOtherEntriesOfThePlaceWithWhatNarrowsThem) {
  const Outcome done = check(
      "      - {host: x.a.example, git: [fetch, lfs]}\n"
      "      - {host: x.a.example, methods: [GET], paths: [/api/**]}\n",
      {"GET", "https://x.a.example/api/v1", {}, {}});
  EXPECT_EQ(done.code, kYes) << done.out;
  EXPECT_THAT(done.out, HasSubstr("cork.yaml:10:9\n"));
  EXPECT_THAT(done.out, HasSubstr("also here x.a.example (git fetch, LFS "
                                  "download) at "));
  const Outcome denied = check("      - {host: x.a.example, paths: [/api/**]}\n",
                               {"GET", "https://x.a.example/admin", {}, {}});
  EXPECT_EQ(denied.code, kNo);
  EXPECT_THAT(denied.out, HasSubstr("reason    path_not_allowed\n"));
  EXPECT_THAT(denied.out,
              HasSubstr("change    add a pattern for that path to `paths` of the route"));
}

TEST_F(Check, ShowsAFindingWithoutTheSecret) {
  const std::string secret = World::secret();
  const Outcome done =
      check("      - a.example\n", {"", "https://a.example/", {"X-Note: " + secret}, {}});
  EXPECT_EQ(done.code, kNo);
  EXPECT_THAT(done.out, HasSubstr("reason    leak\n"));
  EXPECT_THAT(done.out, HasSubstr("finding   own-token in the header"));
  EXPECT_THAT(done.out + done.err, Not(HasSubstr(secret)));
}

TEST_F(Check, TakesABodyForAPost) {
  const auto body = world_.folder.write("body", "x");
  const Outcome done = check("      - {host: a.example, methods: [GET]}\n",
                             {"", "https://a.example/", {}, body.string()});
  EXPECT_THAT(done.out, HasSubstr("DENIED  POST "));
}

TEST_F(Check, SaysWhereABottleOnlyObserves) {
  CheckOptions options;
  options.config =
      world_.folder.write("observe.yaml",
                          "version: 1\nca: {directory: c}\naudit: {path: a}\nbottles:\n  dev:\n"
                          "    listen: 127.0.0.1:1\n    mode: observe\n    allow: [a.example]\n");
  options.request.url = "https://b.example/";
  const Outcome done = world_.run(commands::check, options);
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_THAT(done.out, HasSubstr("OBSERVED GET https://b.example/\n"));
  EXPECT_THAT(done.out, HasSubstr("reason    host_not_allowed\n"));
}

TEST_F(Check, EscapesWhatTheUrlBringsToTheTerminal) {
  const Outcome done = check("      - a.example\n", {"", "https://a\x1b[31m.example/", {}, {}});
  EXPECT_EQ(done.code, kNo);
  EXPECT_THAT(done.out, Not(HasSubstr("\x1b")));
}

TEST_F(Check, EndsAsUsageWhereItCannotJudge) {
  EXPECT_EQ(check("      - a.example\n", {"", "gopher://a.example/", {}, {}}).code, kUsage);
  EXPECT_EQ(check("      - a.*.example\n", {"", "https://a.example/", {}, {}}).code, kUsage);
  world_.configure("      - a.example\n");
  CheckOptions options;
  options.config = world_.folder / "cork.yaml";
  options.request.url = "https://a.example/";
  world_.folder.write("own.toml", "[[rules]\n");
  const Outcome done = world_.run(commands::check, options);
  EXPECT_EQ(done.code, kUsage);
  EXPECT_THAT(done.err, HasSubstr("own.toml:1"));
}

}  // namespace
}  // namespace cork::commands
