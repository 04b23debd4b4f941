#include "proxy/commands/plan.h"

#include "proxy/commands/warnings.h"
#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <string>

namespace cork::commands {
namespace {

using testing::HasSubstr;

class PlanJson : public testing::Test {
 protected:
  Outcome plan(const std::string& more) {
    world_.configure("      - a.example\n");  // for its rules
    const auto file =
        world_.folder.write("cork.yaml",
                            "version: 1\nca: {directory: ca}\naudit: {path: a}\n"
                            "rules: {builtin: false, files: [own.toml]}\nbottles:\n  dev:\n"
                            "    listen: 127.0.0.1:1\n" +
                                more);
    return world_.run(commands::plan, PlanOptions{file, PlanFormat::json});
  }

  World world_;
};

TEST_F(PlanJson, HasTheRoutesWhatWasReplacedAndTheWarnings) {
  const Outcome done = plan("    use: [npm]\n    allow: [registry.npmjs.org]\n");
  ASSERT_EQ(done.code, kYes) << done.err;
  const auto parsed = boost::json::parse(done.out).as_object();
  EXPECT_TRUE(parsed.at("audit").at("max_bytes").is_null());
  const auto& bottle = parsed.at("bottles").as_array().at(0).as_object();
  EXPECT_EQ(bottle.at("routes").as_array().at(0).at("source"), "allow");
  EXPECT_TRUE(bottle.at("routes").as_array().at(0).at("methods").is_null());
  EXPECT_EQ(bottle.at("routes").as_array().at(1).at("source"), "preset");
  const auto& replaced = bottle.at("replaced").as_array().at(0);
  EXPECT_EQ(replaced.at("host"), "registry.npmjs.org");
  EXPECT_THAT(std::string(replaced.at("replaced_by").as_string()), HasSubstr("cork.yaml:9"));
  EXPECT_EQ(bottle.at("warnings").as_array().at(0).at("relay"), "code-host");
}

TEST_F(PlanJson, HasTheGroupsOfRulesThatAreOn) {
  const auto file = world_.folder.write(
      "groups.yaml",
      "version: 1\nca: {directory: ca}\naudit: {path: a}\n"
      "rules: {builtin: false, groups: [finance]}\nbottles:\n  dev:\n    listen: 127.0.0.1:1\n"
      "    allow: [a.example]\n");
  const Outcome done = world_.run(commands::plan, PlanOptions{file, PlanFormat::json});
  ASSERT_EQ(done.code, kYes) << done.err;
  const auto parsed = boost::json::parse(done.out).as_object();
  EXPECT_EQ(parsed.at("rules").at("groups"), boost::json::array{"finance"});
  EXPECT_EQ(parsed.at("rules").at("count"), 10);
}

TEST_F(PlanJson, HasTheWordsForRulesAndTheExceptions) {
  const Outcome done = plan(
      "    on_leak: redact\n    rules: {own-token: block}\n    exceptions:\n"
      "      - {rule: own-token, host: b.example, reason: why, owner: who, expires: 2020-02-03}\n"
      "    allow: [a.example]\n");
  ASSERT_EQ(done.code, kYes) << done.err;
  const auto parsed = boost::json::parse(done.out).as_object();
  const auto& bottle = parsed.at("bottles").as_array().at(0).as_object();
  EXPECT_EQ(bottle.at("routes").as_array().at(0).at("on_leak"), "redact");
  const auto& word = bottle.at("rules").as_array().at(0);
  EXPECT_EQ(word.at("rule"), "own-token");
  EXPECT_EQ(word.at("on_leak"), "block");
  const auto& exception = bottle.at("exceptions").as_array().at(0);
  EXPECT_EQ(exception.at("host"), "b.example");
  EXPECT_TRUE(exception.at("print").is_null());
  EXPECT_EQ(exception.at("expires"), "2020-02-03");
  EXPECT_EQ(bottle.at("warnings").as_array().at(0).at("kind"), "expired-exception");
}

TEST_F(PlanJson, SaysWhoseClientsABottleTakesAndNoPassword) {
  world_.environment["DEV"] = "opensesame";
  const Outcome done = plan(
      "    clients: [10.1.0.0/16]\n    proxy_auth: {user: kim, password: env:DEV}\n"
      "    allow: [a.example]\n");
  ASSERT_EQ(done.code, kYes) << done.err;
  const auto bottle = boost::json::parse(done.out).at("bottles").at(0);
  EXPECT_EQ(bottle.at("clients").at(0), "10.1.0.0/16");
  EXPECT_TRUE(bottle.at("users").as_array().empty());
  EXPECT_EQ(bottle.at("proxy_auth").at("user"), "kim");
  EXPECT_EQ(bottle.at("proxy_auth").at("password_from"), "env:DEV");
  EXPECT_THAT(done.out, testing::Not(HasSubstr("opensesame")));
  EXPECT_TRUE(boost::json::parse(plan("    allow: [a.example]\n").out)
                  .at("bottles")
                  .at(0)
                  .at("proxy_auth")
                  .is_null());
}

TEST_F(PlanJson, HasWhereAPinnedCredentialIsReadAndNeverWhatItIs) {
  world_.environment["KEY"] = World::secret();
  const Outcome done = plan(
      "    allow:\n      - {host: a.example, credential: env:KEY}\n"
      "      - {host: http://b.example, credential: first-seen}\n      - c.example\n");
  ASSERT_EQ(done.code, kYes) << done.err;
  EXPECT_EQ(done.out.find(World::secret()), std::string::npos);
  const auto parsed = boost::json::parse(done.out).as_object();
  const auto& bottle = parsed.at("bottles").as_array().at(0).as_object();
  const auto& routes = bottle.at("routes").as_array();
  EXPECT_EQ(routes.at(0).at("credential").as_array().at(0), "env:KEY");
  EXPECT_EQ(routes.at(1).at("credential"), "first-seen");
  EXPECT_TRUE(routes.at(2).at("credential").is_null());
  const auto& warnings = bottle.at("warnings").as_array();
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings.at(0).at("kind"), "clear-text");
  EXPECT_TRUE(warnings.at(0).at("relay").is_null());
}

TEST_F(PlanJson, HasWhereKnownValuesAreReadAndNeverWhatTheyAre) {
  world_.environment["KEY"] = "q7Wd3mVx71RtYpB6nHs0cLgJfA2eQu9TzKi5oXw4";
  const Outcome done = plan(
      "    allow: [a.example]\n    lock_after: 3\n    secrets:\n"
      "      - {from: env:KEY, for: [a.example]}\n");
  ASSERT_EQ(done.code, kYes) << done.err;
  EXPECT_EQ(done.out.find(world_.environment["KEY"]), std::string::npos);
  const auto parsed = boost::json::parse(done.out).as_object();
  const auto& bottle = parsed.at("bottles").as_array().at(0).as_object();
  EXPECT_EQ(bottle.at("lock_after"), 3);
  const auto& secret = bottle.at("secrets").as_array().at(0).as_object();
  EXPECT_EQ(secret.at("from"), "env:KEY");
  EXPECT_EQ(secret.at("for").as_array().at(0), "a.example");
  EXPECT_EQ(secret.at("in").as_array().at(0), "authorization");
  EXPECT_EQ(secret.at("values"), 1);
  EXPECT_TRUE(secret.at("names").as_array().empty());
}

TEST_F(PlanJson, SaysWhatIsPassedThroughUnread) {
  const Outcome done = plan(
      "    allow:\n      - {host: a.example, tls: passthrough, upload_limit: 1 MiB}\n"
      "      - {host: b.example, opaque: deny}\n");
  ASSERT_EQ(done.code, kYes) << done.err;
  const auto parsed = boost::json::parse(done.out).as_object();
  const auto& bottle = parsed.at("bottles").as_array().at(0).as_object();
  const auto& unread = bottle.at("routes").as_array().at(0).as_object();
  EXPECT_EQ(unread.at("tls"), "passthrough");
  EXPECT_EQ(unread.at("upload_limit"), 1 << 20);
  EXPECT_TRUE(unread.at("on_leak").is_null());
  const auto& read = bottle.at("routes").as_array().at(1).as_object();
  EXPECT_EQ(read.at("tls"), "intercept");
  EXPECT_TRUE(read.at("upload_limit").is_null());
  EXPECT_EQ(read.at("on_leak"), "block");
  EXPECT_EQ(read.at("opaque"), "deny");
  EXPECT_TRUE(unread.at("opaque").is_null());
  const auto& warning = bottle.at("warnings").as_array().at(0).as_object();
  EXPECT_EQ(warning.at("kind"), "passthrough");
  EXPECT_TRUE(warning.at("relay").is_null());
}

}  // namespace
}  // namespace cork::commands
