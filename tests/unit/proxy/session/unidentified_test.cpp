#include "proxy/session/unidentified.h"

#include "proxy/session/head_reader.h"
#include "tests/support/fake_stream.h"
#include "tests/support/test_worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace cork::session {
namespace {

using ::testing::HasSubstr;

TEST(Stranger, IsToldWhereHeComesFromAndTheOperatorWhatToWrite) {
  const policy::Peer tcp{IpAddress::parse("::ffff:10.9.0.1").value(), {}, {}};
  auto decision = stranger(tcp, false);
  EXPECT_EQ(decision.reason, policy::Reason::unknown_client);
  EXPECT_FALSE(decision.allowed());
  EXPECT_EQ(decision.detail, "no bottle takes clients from 10.9.0.1 here.");
  EXPECT_EQ(decision.operator_can, "add 10.9.0.1 to `clients` of the bottle it belongs to");
  decision = stranger({{}, {}, 1002}, false);
  EXPECT_EQ(decision.detail, "no bottle takes clients from user 1002 here.");
  EXPECT_EQ(decision.operator_can, "add 1002 to `users` of the bottle it belongs to");
}

TEST(Stranger, WithWrongCredentialsIsToldThatAlone) {
  const policy::Peer tcp{IpAddress::parse("10.9.0.1").value(), {}, {}};
  const auto decision = stranger(tcp, true);
  EXPECT_EQ(decision.detail,
            "these proxy credentials are no bottle's that takes clients from 10.9.0.1 here.");
  EXPECT_THAT(decision.operator_can, HasSubstr("`cork env --bottle NAME`"));
}

// One bottle that asks for credentials, and a request of which some have come.
class UnidentifiedTest : public ::testing::Test {
 protected:
  UnidentifiedTest() {
    policy::Conditions dev;
    dev.proxy_user = policy::ProxyUser{"dev", policy::CredentialDigest::of("dev", "pw")};
    test.snapshot->doors = {policy::Door({}, {{0, dev}})};
    test.snapshot->log_sharers = 2;
  }
  // The answer to a request with those fields. `serve` gets what it is to be asked with.
  template <class Serve>
  std::string answer(const std::string& fields, Serve serve) {
    auto stream = std::make_unique<test::FakeStream>(std::deque<std::string>{
        "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n" + fields + "\r\n"});
    const test::FakeStream& seen = *stream;
    Client client{std::move(stream), io::ReadBuffer(test.worker().buffers()), "192.0.2.1:5312"};
    auto head = test.loop.run(read_request_head(client, test.worker()));
    if (!head) throw std::runtime_error("no head");
    Identity identity(test.worker(), 0, {IpAddress::parse("192.0.2.1").value(), {}, {}});
    (void)test.loop.run(serve(identity, client, **head));
    return seen.written;
  }
  std::string answer_without_credentials() {
    return answer("", [&](Identity& identity, Client& client, const ReceivedHead& head) {
      EXPECT_EQ(identity.ask(head.parsed.fields).kind, policy::Identified::Kind::needs_credentials);
      return ask_for_credentials(test.worker(), identity, client, head);
    });
  }
  void use_up_share_of_the_door() {
    test.folder.write("audit.jsonl", std::string(8 * kMiB - 512 * kKiB, 'x') + "\n");
    test.log->limit(8 * kMiB);
    auto& share = test.ledger.of_door(0).log_share();
    ASSERT_TRUE(share.take({test.log->room().period, 256 * kKiB}, 256 * kKiB));
  }
  test::TestWorker test;
};

TEST_F(UnidentifiedTest, WhoHasNotSaidIsAskedEvenWhereTheDoorHasUsedItsShareOfTheLog) {
  use_up_share_of_the_door();
  for (int i = 0; i < 3; ++i) {
    const std::string text = answer_without_credentials();
    EXPECT_THAT(text, ::testing::StartsWith("HTTP/1.1 407 "));
    EXPECT_THAT(text, HasSubstr("Proxy-Authenticate: Basic"));
    EXPECT_THAT(text, HasSubstr("unknown_client"));
  }
  EXPECT_EQ(test.log_lines().size(), 2U) << "the filler, and one that counts";
  const std::string wrong =
      answer("Proxy-Authorization: Basic eA==\r\n",
             [&](Identity& identity, Client& client, const ReceivedHead& head) {
               (void)identity.ask(head.parsed.fields);
               return refuse_stranger(test.worker(), identity, client, &head);
             });
  EXPECT_THAT(wrong, ::testing::StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(wrong, ::testing::Not(HasSubstr("Proxy-Authenticate")));
  EXPECT_THAT(wrong, HasSubstr("those at this listener who have not said whose they are"));
}

TEST_F(UnidentifiedTest, WhoseBottleIsCrowdedIsRefusedInItsNameWithAnIdThatIsInTheLog) {
  const std::string text =
      answer("Proxy-Authorization: Basic ZGV2OnB3\r\n",
             [&](Identity& identity, Client& client, const ReceivedHead& head) {
               const auto who = identity.ask(head.parsed.fields);
               EXPECT_EQ(who.kind, policy::Identified::Kind::bottle);
               return refuse_crowded(test.worker(), identity, client, head, who.bottle);
             });
  EXPECT_THAT(text, HasSubstr("bottle 'dev' has as many connections open as it may"));
  ASSERT_EQ(test.log_lines().size(), 1U);
  const std::string line = test.log_lines()[0];
  EXPECT_THAT(line, HasSubstr(R"("event":"refused")"));
  EXPECT_THAT(line, HasSubstr(R"("bottle":"dev")"));
  EXPECT_THAT(line, HasSubstr(R"("reason":"bottle_limit")"));
  EXPECT_THAT(line, ::testing::Not(HasSubstr("a.example")));
  const auto at = text.find("; id=");
  ASSERT_NE(at, std::string::npos);
  const std::string id = text.substr(at + 5, 26);
  EXPECT_THAT(line, HasSubstr(id));
  EXPECT_TRUE(test.ledger.of("dev").refusals().find(id));
}

}  // namespace
}  // namespace cork::session
