#include "proxy/io/tcp_stream.h"

#include "tests/support/io_loop.h"

#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <string>

namespace cork::io {
namespace {

using std::chrono::milliseconds;
using test::IoLoop;
using test::Running;
using Kind = IoError::Kind;
using ReadResult = IoResult<std::size_t>;
using WriteResult = IoResult<void>;

constexpr std::uint64_t kLongMs = 600'000;

struct Pair {
  explicit Pair(IoLoop& loop, bool tcp = false)
      : Pair(loop, tcp ? loop.tcp_pair() : loop.unix_pair()) {}
  Pair(IoLoop& loop, std::pair<Socket, Socket> ends)
      : near_end(std::move(ends.first), loop.deadlines),
        far_end(std::move(ends.second), loop.deadlines) {}
  TcpStream near_end, far_end;
};

std::string text(const std::array<std::byte, 64>& buffer, std::size_t n) {
  return std::string(as_text(Bytes(buffer).first(n)));
}

// Everything until the end, or the error.
Awaitable<IoResult<std::string>> read_all(Stream& stream) {
  std::string all;
  std::array<std::byte, 16 * 1024> buffer;
  for (;;) {
    const auto n = co_await stream.read_some(buffer);
    if (!n) co_return std::unexpected(n.error());
    if (*n == 0) co_return all;
    all += as_text(Bytes(buffer).first(*n));
  }
}

// Far more than a socket holds.
std::string large() {
  std::string bytes(4 << 20, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
  return bytes;
}

class TcpStreamTest : public ::testing::TestWithParam<bool> {
 protected:
  IoLoop loop;
  Pair pair{loop, GetParam()};
  std::array<std::byte, 64> buffer{};
};

TEST_P(TcpStreamTest, ReadsWhatIsThereAndThenTheEnd) {
  ASSERT_TRUE(loop.run(pair.far_end.write(as_bytes("hello"))));
  const auto n = loop.run(pair.near_end.read_some(buffer));
  ASSERT_TRUE(n);
  EXPECT_EQ(text(buffer, *n), "hello");
  loop.run(pair.far_end.shutdown());
  EXPECT_EQ(loop.run(pair.near_end.read_some(buffer)), ReadResult(0));
}

TEST_P(TcpStreamTest, ShutdownLeavesTheOtherDirectionOpen) {
  loop.run(pair.near_end.shutdown());
  EXPECT_EQ(loop.run(pair.far_end.read_some(buffer)), ReadResult(0));
  ASSERT_TRUE(loop.run(pair.far_end.write(as_bytes("answer"))));
  const auto n = loop.run(pair.near_end.read_some(buffer));
  ASSERT_TRUE(n);
  EXPECT_EQ(text(buffer, *n), "answer");
}

TEST_P(TcpStreamTest, WritesMoreThanTheSocketHolds) {
  const std::string sent = large();
  Running<IoResult<void>> written;
  Running<IoResult<std::string>> received;
  loop.start(pair.near_end.write(as_bytes(sent)), written);
  loop.start(read_all(pair.far_end), received);
  ASSERT_TRUE(loop.finish(written));
  EXPECT_TRUE(*written.result);
  loop.run(pair.near_end.shutdown());
  ASSERT_TRUE(loop.finish(received));
  ASSERT_TRUE(*received.result);
  EXPECT_TRUE(**received.result == sent);
}

TEST_P(TcpStreamTest, AReadEndsAtItsDeadlineAndNotBefore) {
  const auto begin = SteadyClock::now();
  pair.near_end.set_read_deadline(25);
  const auto n = loop.run(pair.near_end.read_some(buffer));
  ASSERT_FALSE(n);
  EXPECT_EQ(n.error().kind, Kind::timeout);
  EXPECT_GE(SteadyClock::now() - begin, milliseconds(25));
}

TEST_P(TcpStreamTest, AWriteWithoutProgressEndsAtItsDeadline) {
  pair.near_end.set_write_deadline(25);
  const std::string bytes = large();
  const auto written = loop.run(pair.near_end.write(as_bytes(bytes)));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, Kind::timeout);
}

// A large write to a reader that is slow and alive takes longer than its deadline.
TEST_P(TcpStreamTest, AWriteThatMakesProgressIsNotEnded) {
  pair.near_end.set_write_deadline(600);
  pair.far_end.set_read_deadline(kLongMs);
  const std::string bytes = large();
  Running<WriteResult> written;
  loop.start(pair.near_end.write(as_bytes(bytes)), written);
  const auto begin = SteadyClock::now();
  std::size_t received = 0;
  std::vector<std::byte> into(bytes.size() / 8 + 1);
  while (received < bytes.size()) {
    loop.run_for(milliseconds(100));
    for (std::size_t piece = 0; piece < bytes.size() / 8 && received < bytes.size();) {
      const auto n = loop.run(pair.far_end.read_some(into));
      ASSERT_TRUE(n);
      ASSERT_GT(*n, 0U);
      received += *n;
      piece += *n;
    }
  }
  ASSERT_TRUE(loop.finish(written));
  EXPECT_TRUE(*written.result);
  EXPECT_GT(SteadyClock::now() - begin, milliseconds(600));
}

TEST_P(TcpStreamTest, TheWriteDeadlineDoesNotEndARead) {
  pair.near_end.set_write_deadline(5);
  pair.near_end.set_read_deadline(kLongMs);
  Running<ReadResult> read;
  loop.start(pair.near_end.read_some(buffer), read);
  loop.run_for(milliseconds(40));
  EXPECT_FALSE(read.done());
  ASSERT_TRUE(loop.run(pair.far_end.write(as_bytes("late"))));
  ASSERT_TRUE(loop.finish(read));
  ASSERT_TRUE(*read.result);
  EXPECT_EQ(text(buffer, **read.result), "late");
}

TEST_P(TcpStreamTest, TheReadDeadlineDoesNotEndAWrite) {
  pair.near_end.set_read_deadline(5);
  pair.near_end.set_write_deadline(kLongMs);
  const std::string sent = large();
  Running<IoResult<void>> written;
  Running<IoResult<std::string>> received;
  loop.start(pair.near_end.write(as_bytes(sent)), written);
  loop.run_for(milliseconds(40));
  EXPECT_FALSE(written.done());
  loop.start(read_all(pair.far_end), received);
  ASSERT_TRUE(loop.finish(written));
  EXPECT_TRUE(*written.result);
  loop.run(pair.near_end.shutdown());
  ASSERT_TRUE(loop.finish(received));
}

TEST_P(TcpStreamTest, APendingReadSeesADeadlineSetLater) {
  Running<ReadResult> read;
  loop.start(pair.near_end.read_some(buffer), read);
  loop.run_for(milliseconds(5));
  pair.near_end.set_read_deadline(0);
  ASSERT_TRUE(loop.finish(read));
  ASSERT_FALSE(*read.result);
  EXPECT_EQ(read.result->error().kind, Kind::timeout);
}

TEST_P(TcpStreamTest, APendingReadSeesItsDeadlineMovedAway) {
  pair.near_end.set_read_deadline(10);
  Running<ReadResult> read;
  loop.start(pair.near_end.read_some(buffer), read);
  pair.near_end.set_read_deadline(kLongMs);
  loop.run_for(milliseconds(40));
  EXPECT_FALSE(read.done());
  pair.near_end.close();
  ASSERT_TRUE(loop.finish(read));
}

TEST_P(TcpStreamTest, AfterADeadlineANewOneStartsAfresh) {
  pair.near_end.set_read_deadline(0);
  EXPECT_FALSE(loop.run(pair.near_end.read_some(buffer)));
  pair.near_end.set_read_deadline(kLongMs);
  ASSERT_TRUE(loop.run(pair.far_end.write(as_bytes("more"))));
  EXPECT_TRUE(loop.run(pair.near_end.wait_readable()));
  EXPECT_EQ(loop.run(pair.near_end.read_some(buffer)), ReadResult(4));
}

TEST_P(TcpStreamTest, CloseEndsPendingOperationsWithAReset) {
  const std::string bytes = large();
  Running<ReadResult> read;
  Running<IoResult<void>> written;
  loop.start(pair.near_end.read_some(buffer), read);
  loop.start(pair.near_end.write(as_bytes(bytes)), written);
  loop.run_for(milliseconds(5));
  pair.near_end.close();
  ASSERT_TRUE(loop.finish(read));
  ASSERT_TRUE(loop.finish(written));
  ASSERT_FALSE(*read.result);
  EXPECT_EQ(read.result->error().kind, Kind::reset);
  ASSERT_FALSE(*written.result);
  EXPECT_EQ(written.result->error().kind, Kind::reset);
}

TEST_P(TcpStreamTest, AfterCloseEverythingIsAReset) {
  pair.near_end.close();
  const auto read = loop.run(pair.near_end.read_some(buffer));
  const auto written = loop.run(pair.near_end.write(as_bytes("x")));
  const auto ready = loop.run(pair.near_end.wait_readable());
  ASSERT_FALSE(read || written || ready);
  for (const auto& error : {read.error(), written.error(), ready.error()}) {
    EXPECT_EQ(error.kind, Kind::reset);
    EXPECT_EQ(error.what, "closed");
  }
  EXPECT_TRUE(pair.near_end.readable());
  loop.run(pair.near_end.shutdown());
  pair.near_end.close();
  pair.near_end.abort();
}

TEST_P(TcpStreamTest, AWriteToAPeerThatIsGoneIsAnErrorAndNoSignal) {
  const std::string bytes = large();
  pair.far_end.close();
  const auto written = loop.run(pair.near_end.write(as_bytes(bytes)));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, Kind::reset);
}

TEST_P(TcpStreamTest, WaitReadableTakesNothing) {
  Running<IoResult<void>> ready;
  loop.start(pair.near_end.wait_readable(), ready);
  loop.run_for(milliseconds(5));
  EXPECT_FALSE(ready.done());
  ASSERT_TRUE(loop.run(pair.far_end.write(as_bytes("kept"))));
  ASSERT_TRUE(loop.finish(ready));
  EXPECT_TRUE(*ready.result);
  EXPECT_EQ(loop.run(pair.near_end.read_some(buffer)), ReadResult(4));
}

TEST_P(TcpStreamTest, IsReadableOnceSomethingArrivesOrThePeerCloses) {
  EXPECT_FALSE(pair.near_end.readable());
  ASSERT_TRUE(loop.run(pair.far_end.write(as_bytes("x"))));
  EXPECT_TRUE(loop.run_until([&] { return pair.near_end.readable(); }));
  EXPECT_EQ(loop.run(pair.near_end.read_some(buffer)), ReadResult(1));
  EXPECT_FALSE(pair.near_end.readable());
  pair.far_end.close();
  EXPECT_TRUE(loop.run_until([&] { return pair.near_end.readable(); }));
}

TEST_P(TcpStreamTest, ReleaseTakesTheSocketOut) {
  ASSERT_TRUE(loop.run(pair.far_end.write(as_bytes("x"))));
  TcpStream taken(pair.near_end.release(), loop.deadlines);
  EXPECT_TRUE(pair.near_end.readable());  // closed, as far as it knows
  EXPECT_FALSE(loop.run(pair.near_end.write(as_bytes("x"))));
  pair.near_end.abort();
  EXPECT_EQ(loop.run(taken.read_some(buffer)), ReadResult(1));
}

TEST_P(TcpStreamTest, IsInClearText) {
  EXPECT_EQ(pair.near_end.tls_version(), "");
}

INSTANTIATE_TEST_SUITE_P(Sockets, TcpStreamTest, ::testing::Bool(),
                         [](const auto& kind) { return kind.param ? "Tcp" : "Unix"; });

TEST(TcpStream, AbortIsNoCleanEndForThePeer) {
  IoLoop loop;
  Pair pair(loop, true);
  ASSERT_TRUE(loop.run(pair.near_end.write(as_bytes("half of it"))));
  pair.near_end.abort();
  EXPECT_FALSE(loop.run(read_all(pair.far_end)));
}

TEST(TimedSocket, SwitchesNagleOffAndBlockingToo) {
  IoLoop loop;
  TimedSocket socket(std::move(loop.tcp_pair().first), loop.deadlines);
  int off = 0;
  socklen_t size = sizeof off;
  ASSERT_EQ(::getsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &off, &size), 0);
  EXPECT_NE(off, 0);
  EXPECT_TRUE(socket.socket().native_non_blocking());
  EXPECT_GE(socket.fd(), 0);
  socket.close();
  EXPECT_EQ(socket.fd(), -1);
}

TEST(TimedSocket, WaitsForOneDirectionByTheDeadlineOfTheOther) {
  IoLoop loop;
  auto [near_end, far_end] = loop.unix_pair();
  TimedSocket socket(std::move(near_end), loop.deadlines);
  using enum TimedSocket::Direction;
  socket.expire_write_after(0);
  EXPECT_FALSE(loop.run(socket.wait(write)));
  EXPECT_TRUE(loop.run(socket.wait(write, read)));
  socket.expire_read_after(10);
  const auto ready = loop.run(socket.wait(read));
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().kind, Kind::timeout);
}

}  // namespace
}  // namespace cork::io
