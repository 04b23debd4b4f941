#include "proxy/session/head_reader.h"

#include "proxy/io/tcp_stream.h"
#include "tests/support/fake_stream.h"
#include "tests/support/test_worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>

namespace cork::session {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Kind = http::ParseError::Kind;
using Read = std::expected<std::unique_ptr<ReceivedHead>, std::optional<http::ParseError>>;

constexpr const char* kDropped = "cork_dropped_total{reason=\"head\"} 1";

class HeadReaderTest : public ::testing::Test {
 protected:
  Client client(std::unique_ptr<io::Stream> stream) {
    return {std::move(stream), io::ReadBuffer(test.worker().buffers()), "127.0.0.1:5312"};
  }
  Client client(std::deque<std::string> pieces) {
    return client(std::make_unique<test::FakeStream>(std::move(pieces)));
  }
  Read read(Client& from) { return test.loop.run(read_request_head(from, test.worker())); }

  test::TestWorker test;
};

TEST_F(HeadReaderTest, ReadsAHeadThatComesInPieces) {
  Client from = client({"GET /a HT", "TP/1.1\r\nHost: exam", "ple.com\r\n\r", "\n"});
  const auto head = read(from);
  ASSERT_TRUE(head);
  EXPECT_EQ((*head)->parsed.method, "GET");
  EXPECT_EQ((*head)->parsed.target, "/a");
  ASSERT_EQ((*head)->parsed.fields.size(), 1U);
  EXPECT_EQ((*head)->parsed.fields[0].value, "example.com");
  EXPECT_TRUE(from.buffer.empty());
}

TEST_F(HeadReaderTest, LeavesWhatFollowsTheHead) {
  Client from = client({"GET /1 HTTP/1.1\r\nHost: a.example\r\n\r\nGET /2 HTTP/1.1\r\nHost: a.ex",
                        "ample\r\n\r\nrest"});
  const auto first = read(from);
  ASSERT_TRUE(first);
  EXPECT_EQ((*first)->parsed.target, "/1");
  const auto second = read(from);
  ASSERT_TRUE(second);
  EXPECT_EQ((*second)->parsed.target, "/2");
  EXPECT_EQ(as_text(from.buffer.view()), "rest");
}

TEST_F(HeadReaderTest, SaysWhyAHeadIsMalformed) {
  Client from = client({"GET /a b HTTP/1.1\r\nHost: a.example\r\n\r\n"});
  const auto head = read(from);
  ASSERT_FALSE(head);
  ASSERT_TRUE(head.error());
  EXPECT_EQ(head.error()->kind, Kind::malformed);
}

TEST_F(HeadReaderTest, ReadsNoFurtherThanItsLimit) {
  test.services.http.head_bytes = 8 * 1024;
  Client from = client({"GET / HTTP/1.1\r\nX: " + std::string(200'000, 'x')});
  const auto head = read(from);
  ASSERT_FALSE(head);
  ASSERT_TRUE(head.error());
  EXPECT_EQ(head.error()->kind, Kind::too_large);
}

TEST_F(HeadReaderTest, ReadsAHeadAsLargeAsItsLimit) {
  test.services.http.head_bytes = 64 * 1024;
  const std::string begin = "GET / HTTP/1.1\r\nHost: a.example\r\nX: ";
  Client from = client({begin + std::string(64 * 1024 - begin.size() - 4, 'x') + "\r\n\r\n"});
  EXPECT_TRUE(read(from));
}

TEST_F(HeadReaderTest, AClientThatNeverBeganIsNoLoss) {
  Client from = client(std::deque<std::string>());
  const auto head = read(from);
  ASSERT_FALSE(head);
  EXPECT_FALSE(head.error());
  EXPECT_THAT(test.metrics.text(), Not(HasSubstr(kDropped)));
}

TEST_F(HeadReaderTest, AClientThatGoesInTheMiddleIsCounted) {
  Client from = client({"GET / HT"});
  const auto head = read(from);
  ASSERT_FALSE(head);
  EXPECT_FALSE(head.error());
  EXPECT_THAT(test.metrics.text(), HasSubstr(kDropped));
}

// Over a socket, where time passes.
class SlowHead : public HeadReaderTest {
 protected:
  void begin(bool soon = false) {
    auto [near_end, far_end] = test.loop.unix_pair();
    peer = std::make_unique<io::TcpStream>(std::move(far_end), test.worker().deadlines());
    from.emplace(
        client(std::make_unique<io::TcpStream>(std::move(near_end), test.worker().deadlines())));
    test.loop.start(read_request_head(*from, test.worker(), soon), reading);
  }
  void send(std::string_view text) { (void)test.loop.run(peer->write(as_bytes(text))); }

  std::unique_ptr<io::TcpStream> peer;
  std::optional<Client> from;
  test::Running<Read> reading;
};

TEST_F(SlowHead, TheFirstByteMayTakeAsLongAsAConnectionMayIdle) {
  test.services.session.keep_alive_ms = 30;
  const auto started = io::SteadyClock::now();
  begin();
  ASSERT_TRUE(test.loop.finish(reading));
  EXPECT_FALSE(*reading.result);
  EXPECT_GE(io::SteadyClock::now() - started, std::chrono::milliseconds(30));
}

TEST_F(SlowHead, TheFirstByteOfWhoHasNotSaidWhoseHeIsComesSoon) {
  test.services.session.head_ms = 30;
  begin(true);
  ASSERT_TRUE(test.loop.finish(reading));
  EXPECT_FALSE(*reading.result);
}

TEST_F(SlowHead, AByteNowAndThenDoesNotBuyMoreTime) {
  test.services.session.head_ms = 50;
  begin();
  send("GET / HTTP/1.1\r\nX: ");
  ASSERT_TRUE(test.loop.run_until([&] {
    if (!reading.done()) send("x");
    return reading.done();
  }));
  ASSERT_FALSE(*reading.result);
  EXPECT_FALSE(reading.result->error());
  EXPECT_THAT(test.metrics.text(), HasSubstr(kDropped));
}

TEST_F(SlowHead, AHeadInTimeIsRead) {
  begin();
  test.loop.run_for(std::chrono::milliseconds(5));
  send("GET / HTTP/1.1\r\nHost: a.exa");
  test.loop.run_for(std::chrono::milliseconds(5));
  send("mple\r\n\r\n");
  ASSERT_TRUE(test.loop.finish(reading));
  EXPECT_TRUE(*reading.result);
}

}  // namespace
}  // namespace cork::session
