#include "proxy/io/tls_stream.h"

#include "proxy/io/read_buffer.h"
#include "tests/support/io_loop.h"
#include "tests/support/test_tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace cork::io {
namespace {

using std::chrono::milliseconds;
using test::IoLoop;
using test::Running;
using ::testing::HasSubstr;
using Kind = IoError::Kind;
using ReadResult = IoResult<std::size_t>;
using Shaken = IoResult<std::unique_ptr<TlsStream>>;

constexpr std::uint64_t kLongMs = 600'000;

certs::SslPtr expecting(const std::shared_ptr<SSL_CTX>& context, const char* host) {
  certs::SslPtr ssl(SSL_new(context.get()));
  SSL_set1_host(ssl.get(), host);
  SSL_set_tlsext_host_name(ssl.get(), host);
  return ssl;
}

Awaitable<IoResult<std::string>> read_all(Stream& stream) {
  std::string all;
  std::array<std::byte, 20'000> buffer;
  for (;;) {
    const auto n = co_await stream.read_some(buffer);
    if (!n) co_return std::unexpected(n.error());
    if (*n == 0) co_return all;
    all += as_text(Bytes(buffer).first(*n));
  }
}

std::string large(std::size_t size = 4 << 20) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
  return bytes;
}

// Puts rubbish into a socket until it takes no more.
std::size_t fill_up(int fd) {
  std::array<char, 4096> rubbish{};
  std::size_t filled = 0;
  for (;;) {
    const auto n = ::send(fd, rubbish.data(), rubbish.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0) return filled;
    filled += static_cast<std::size_t>(n);
  }
}

std::string receive_now(int fd) {
  std::string all;
  std::array<char, 65536> buffer;
  for (;;) {
    const auto n = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n <= 0) return all;
    all.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

class TlsStreamTest : public ::testing::Test {
 protected:
  TlsStreamTest()
      : client_tls(test::client_context(root.certificate_pem())),
        server_tls(test::server_context(root.issue({.dns = {"example.com"}}))) {}

  // Both handshakes at once, over a fresh pair of sockets.
  void shake(certs::SslPtr client_ssl) {
    auto [near_end, far_end] = loop.unix_pair();
    client_fd = near_end.native_handle();
    server_fd = far_end.native_handle();
    Running<Shaken> connecting;
    Running<Shaken> accepting;
    loop.start(
        TlsStream::connect(std::move(near_end), loop.deadlines, std::move(client_ssl), kLongMs),
        connecting);
    loop.start(TlsStream::accept(std::move(far_end), loop.deadlines,
                                 certs::SslPtr(SSL_new(server_tls.get())), {}, kLongMs),
               accepting);
    ASSERT_TRUE(loop.finish(connecting));
    ASSERT_TRUE(loop.finish(accepting));
    connected = std::move(*connecting.result);
    accepted = std::move(*accepting.result);
  }
  void shake() {
    shake(expecting(client_tls, "example.com"));
    ASSERT_TRUE(connected) << connected.error().what;
    ASSERT_TRUE(accepted) << accepted.error().what;
  }
  TlsStream& client() { return **connected; }
  TlsStream& server() { return **accepted; }
  std::string read_text(Stream& stream) {
    const auto n = loop.run(stream.read_some(buffer));
    return n ? std::string(as_text(Bytes(buffer).first(*n))) : "error: " + n.error().what;
  }

  IoLoop loop;
  test::TestCa root;
  std::shared_ptr<SSL_CTX> client_tls, server_tls;
  Shaken connected, accepted;
  int client_fd = -1, server_fd = -1;
  std::array<std::byte, 1000> buffer{};
};

TEST_F(TlsStreamTest, CarriesBytesBothWays) {
  shake();
  EXPECT_EQ(client().tls_version(), "TLSv1.3");
  EXPECT_EQ(server().tls_version(), "TLSv1.3");
  ASSERT_TRUE(loop.run(client().write(as_bytes("question"))));
  EXPECT_EQ(read_text(server()), "question");
  ASSERT_TRUE(loop.run(server().write(as_bytes("answer"))));
  EXPECT_EQ(read_text(client()), "answer");
}

TEST_F(TlsStreamTest, CarriesFarMoreThanTheSocketsHoldBothWaysAtOnce) {
  shake();
  const std::string up = large();
  const std::string down = large(3 << 20);
  Running<IoResult<void>> up_written;
  Running<IoResult<void>> down_written;
  Running<IoResult<std::string>> up_read;
  Running<IoResult<std::string>> down_read;
  loop.start(client().write(as_bytes(up)), up_written);
  loop.start(server().write(as_bytes(down)), down_written);
  loop.start(read_all(server()), up_read);
  loop.start(read_all(client()), down_read);
  ASSERT_TRUE(loop.finish(up_written));
  ASSERT_TRUE(loop.finish(down_written));
  loop.run(client().shutdown());
  loop.run(server().shutdown());
  ASSERT_TRUE(loop.finish(up_read));
  ASSERT_TRUE(loop.finish(down_read));
  ASSERT_TRUE(*up_read.result);
  ASSERT_TRUE(*down_read.result);
  EXPECT_TRUE(**up_read.result == up);
  EXPECT_TRUE(**down_read.result == down);
}

TEST_F(TlsStreamTest, BeginsWithBytesThatWereReadBefore) {
  auto [near_end, far_end] = loop.unix_pair();
  const int fd = far_end.native_handle();
  Running<Shaken> connecting;
  loop.start(TlsStream::connect(std::move(near_end), loop.deadlines,
                                expecting(client_tls, "example.com"), kLongMs),
             connecting);
  std::string hello;
  ASSERT_TRUE(loop.run_until([&] {
    hello += receive_now(fd);
    return hello.size() > 100;
  }));
  auto server =
      loop.run(TlsStream::accept(std::move(far_end), loop.deadlines,
                                 certs::SslPtr(SSL_new(server_tls.get())), hello, kLongMs));
  ASSERT_TRUE(server) << server.error().what;
  ASSERT_TRUE(loop.finish(connecting));
  ASSERT_TRUE(*connecting.result);
  ASSERT_TRUE(loop.run((**connecting.result)->write(as_bytes("whole"))));
  EXPECT_EQ(read_text(**server), "whole");
}

TEST_F(TlsStreamTest, AHandshakeEndsAtItsDeadline) {
  auto [near_end, far_end] = loop.unix_pair();
  const auto begin = SteadyClock::now();
  const auto server = loop.run(TlsStream::accept(std::move(near_end), loop.deadlines,
                                                 certs::SslPtr(SSL_new(server_tls.get())), {}, 25));
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().kind, Kind::timeout);
  EXPECT_GE(SteadyClock::now() - begin, milliseconds(25));
}

TEST_F(TlsStreamTest, AHandshakeWithSomethingElseFails) {
  auto [near_end, far_end] = loop.unix_pair();
  const std::string_view http = "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n";
  ASSERT_GT(::send(far_end.native_handle(), http.data(), http.size(), 0), 0);
  const auto server = loop.run(TlsStream::accept(
      std::move(near_end), loop.deadlines, certs::SslPtr(SSL_new(server_tls.get())), {}, kLongMs));
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().kind, Kind::tls);
  EXPECT_FALSE(server.error().what.empty());
}

TEST_F(TlsStreamTest, APeerThatHangsUpInTheHandshakeIsTruncated) {
  auto [near_end, far_end] = loop.unix_pair();
  far_end.close();
  const auto server = loop.run(TlsStream::accept(
      std::move(near_end), loop.deadlines, certs::SslPtr(SSL_new(server_tls.get())), {}, kLongMs));
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().kind, Kind::truncated);
}

TEST_F(TlsStreamTest, SaysThatAChainEndsInNoTrustedRoot) {
  const test::TestCa other("another root");
  shake(expecting(test::client_context(other.certificate_pem()), "example.com"));
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().kind, Kind::tls);
  EXPECT_THAT(connected.error().what, HasSubstr("certificate"));
  EXPECT_FALSE(accepted);
}

TEST_F(TlsStreamTest, SaysThatACertificateIsForAnotherName) {
  shake(expecting(client_tls, "other.example.com"));
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().kind, Kind::tls);
  EXPECT_THAT(connected.error().what, HasSubstr("hostname mismatch"));
}

TEST_F(TlsStreamTest, SaysThatACertificateHasExpired) {
  server_tls = test::server_context(
      root.issue({.dns = {"example.com"}, .valid_until = std::chrono::minutes(-5)}));
  shake(expecting(client_tls, "example.com"));
  ASSERT_FALSE(connected);
  EXPECT_EQ(connected.error().kind, Kind::tls);
  EXPECT_THAT(connected.error().what, HasSubstr("expired"));
}

TEST_F(TlsStreamTest, ACloseNotifyIsACleanEndAndTheOtherDirectionGoesOn) {
  shake();
  ASSERT_TRUE(loop.run(client().write(as_bytes("last"))));
  loop.run(client().shutdown());
  EXPECT_EQ(read_text(server()), "last");
  EXPECT_EQ(loop.run(server().read_some(buffer)), ReadResult(0));
  EXPECT_EQ(loop.run(server().read_some(buffer)), ReadResult(0));
  ASSERT_TRUE(loop.run(server().write(as_bytes("answer"))));
  EXPECT_EQ(read_text(client()), "answer");
  loop.run(client().shutdown());  // once is enough
}

TEST_F(TlsStreamTest, AnEndWithoutCloseNotifyIsTruncated) {
  shake();
  EXPECT_FALSE(client().readable());  // takes in what would make its close a reset
  ASSERT_TRUE(loop.run(client().write(as_bytes("half"))));
  client().close();
  EXPECT_EQ(read_text(server()), "half");
  const auto n = loop.run(server().read_some(buffer));
  ASSERT_FALSE(n);
  EXPECT_EQ(n.error().kind, Kind::truncated);
  EXPECT_FALSE(loop.run(server().read_some(buffer)));
  loop.run(server().shutdown());  // forbidden by OpenSSL by now, and so left out
}

TEST_F(TlsStreamTest, ADamagedRecordIsATlsError) {
  shake();
  const std::string rubbish(64, '\x17');
  ASSERT_GT(::send(client_fd, rubbish.data(), rubbish.size(), 0), 0);
  const auto n = loop.run(server().read_some(buffer));
  ASSERT_FALSE(n);
  EXPECT_EQ(n.error().kind, Kind::tls);
  loop.run(server().shutdown());
}

TEST_F(TlsStreamTest, EachDirectionHasItsOwnDeadline) {
  shake();
  client().set_write_deadline(5);
  client().set_read_deadline(kLongMs);
  Running<ReadResult> read;
  loop.start(client().read_some(buffer), read);
  loop.run_for(milliseconds(40));
  EXPECT_FALSE(read.done());
  ASSERT_TRUE(loop.run(server().write(as_bytes("late"))));
  ASSERT_TRUE(loop.finish(read));
  EXPECT_EQ(*read.result, ReadResult(4));
}

TEST_F(TlsStreamTest, AReadEndsAtItsDeadline) {
  shake();
  client().set_read_deadline(10);
  const auto n = loop.run(client().read_some(buffer));
  ASSERT_FALSE(n);
  EXPECT_EQ(n.error().kind, Kind::timeout);
}

TEST_F(TlsStreamTest, AWriteWithoutProgressEndsAtItsDeadline) {
  shake();
  client().set_write_deadline(10);
  const std::string bytes = large();
  const auto written = loop.run(client().write(as_bytes(bytes)));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, Kind::timeout);
}

TEST_F(TlsStreamTest, KeysMayBeUpdatedInBothDirections) {
  shake();
  ASSERT_EQ(SSL_key_update(server().native(), SSL_KEY_UPDATE_REQUESTED), 1);
  ASSERT_TRUE(loop.run(server().write(as_bytes("after the update"))));
  EXPECT_EQ(read_text(client()), "after the update");
  ASSERT_TRUE(loop.run(client().write(as_bytes("updated too"))));
  EXPECT_EQ(read_text(server()), "updated too");
}

TEST_F(TlsStreamTest, CloseEndsPendingOperationsWithAReset) {
  shake();
  const std::string bytes = large();
  Running<ReadResult> read;
  Running<IoResult<void>> written;
  loop.start(client().read_some(buffer), read);
  loop.start(client().write(as_bytes(bytes)), written);
  loop.run_for(milliseconds(5));
  ASSERT_FALSE(read.done() || written.done());
  client().close();
  ASSERT_TRUE(loop.finish(read));
  ASSERT_TRUE(loop.finish(written));
  ASSERT_FALSE(*read.result);
  EXPECT_EQ(read.result->error().kind, Kind::reset);
  ASSERT_FALSE(*written.result);
  EXPECT_EQ(written.result->error().kind, Kind::reset);
}

// The number of a closed descriptor is soon another connection's.
TEST_F(TlsStreamTest, AfterCloseItTouchesNoDescriptorThatHasItsOldNumber) {
  shake();
  client().close();
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
  ASSERT_TRUE(ends[0] == client_fd || ends[1] == client_fd);
  const int other = ends[0] == client_fd ? ends[1] : ends[0];
  ASSERT_EQ(::send(other, "theirs", 6, 0), 6);
  const auto read = loop.run(client().read_some(buffer));
  const auto written = loop.run(client().write(as_bytes("mine")));
  ASSERT_FALSE(read || written);
  EXPECT_EQ(read.error().kind, Kind::reset);
  EXPECT_EQ(written.error().kind, Kind::reset);
  EXPECT_TRUE(client().readable());
  loop.run(client().shutdown());
  EXPECT_EQ(receive_now(client_fd), "theirs");
  EXPECT_EQ(receive_now(other), "");
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(TlsStreamTest, WaitReadableSeesWhatHasBeenReadAhead) {
  shake();
  ASSERT_TRUE(loop.run(server().write(as_bytes("first"))));
  ASSERT_TRUE(loop.run(server().write(as_bytes("second"))));
  EXPECT_EQ(read_text(client()), "first");
  EXPECT_EQ(receive_now(client_fd), "");  // both came with one recv()
  client().set_read_deadline(5);
  EXPECT_TRUE(loop.run(client().wait_readable()));
  EXPECT_EQ(read_text(client()), "second");
  const auto ready = loop.run(client().wait_readable());
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().kind, Kind::timeout);
}

TEST_F(TlsStreamTest, IsNotReadableForSessionTicketsAlone) {
  shake();
  std::array<char, 1> byte{};
  ASSERT_EQ(::recv(client_fd, byte.data(), 1, MSG_PEEK | MSG_DONTWAIT), 1);
  EXPECT_FALSE(client().readable());
  EXPECT_EQ(::recv(client_fd, byte.data(), 1, MSG_PEEK | MSG_DONTWAIT), -1);
  ASSERT_TRUE(loop.run(server().write(as_bytes("x"))));
  EXPECT_TRUE(client().readable());
  EXPECT_EQ(read_text(client()), "x");
  EXPECT_FALSE(client().readable());
}

TEST_F(TlsStreamTest, IsReadableOnceThePeerSaysGoodbyeOrIsGone) {
  shake();
  EXPECT_FALSE(client().readable());
  loop.run(server().shutdown());
  EXPECT_TRUE(client().readable());
  EXPECT_FALSE(server().readable());
  client().close();
  EXPECT_TRUE(server().readable());
  EXPECT_TRUE(client().readable());
}

// Without room for it, close_notify waits: else all that was sent would look cut off.
TEST_F(TlsStreamTest, ShutdownWaitsForRoomForItsCloseNotify) {
  shake();
  const std::size_t rubbish = fill_up(server_fd);
  Running<bool> said;
  loop.start(server().shutdown(), said);
  loop.run_for(milliseconds(10));
  ASSERT_FALSE(said.done());
  std::string received;
  ASSERT_TRUE(loop.run_until([&] {
    received += receive_now(client_fd);
    return said.done();
  }));
  received += receive_now(client_fd);
  // The session tickets, the rubbish, and one short record of its own.
  const std::string_view last = std::string_view(received).substr(received.size() - 24);
  EXPECT_EQ(last.substr(0, 5), std::string_view("\x17\x03\x03\x00\x13", 5));
  EXPECT_GT(received.size(), rubbish);
}

TEST_F(TlsStreamTest, ShutdownGivesUpAtTheWriteDeadline) {
  shake();
  fill_up(server_fd);
  server().set_write_deadline(10);
  loop.run(server().shutdown());
}

Awaitable<IoResult<int>> count_turns(TlsStream& stream, std::size_t bytes, const int& turns) {
  std::array<std::byte, 1000> buffer;
  auto ready = co_await stream.wait_readable();
  const int before = turns;
  for (std::size_t read = 0; read < bytes;) {
    ready = co_await stream.wait_readable();
    if (!ready) co_return std::unexpected(ready.error());
    const auto n = co_await stream.read_some(buffer);
    if (!n) co_return std::unexpected(n.error());
    read += *n;
  }
  co_return turns - before;
}

TEST_F(TlsStreamTest, APeerThatIsAlwaysFasterLeavesTheOthersTheirTurn) {
  shake();
  const std::string piece(1000, 'x');
  constexpr std::size_t kPieces = 80;
  for (std::size_t i = 0; i < kPieces; ++i) ASSERT_TRUE(loop.run(server().write(as_bytes(piece))));
  int turns = 0;
  bool stopped = false;
  std::function<void()> other = [&] {
    ++turns;
    if (!stopped) asio::post(loop.context, other);
  };
  other();
  const auto counted = loop.run(count_turns(client(), kPieces * piece.size(), turns));
  stopped = true;
  ASSERT_TRUE(counted);
  EXPECT_GE(*counted, 9);  // one every eight reads
}

TEST_F(TlsStreamTest, AnIdleStreamHoldsNoBufferOfTheWorker) {
  shake();
  EXPECT_FALSE(client().readable());
  BufferPool pool;
  auto block = pool.take();
  const auto* address = block.get();
  pool.give(std::move(block));
  ReadBuffer reading(pool);
  Running<ReadResult> filled;
  loop.start(reading.fill(client()), filled);
  loop.run_for(milliseconds(5));
  block = pool.take();
  EXPECT_EQ(block.get(), address);
  pool.give(std::move(block));
  ASSERT_TRUE(loop.run(server().write(as_bytes("x"))));
  ASSERT_TRUE(loop.finish(filled));
  EXPECT_EQ(as_text(reading.view()), "x");
}

TEST_F(TlsStreamTest, AbortIsNoCleanEndForThePeer) {
  shake();
  ASSERT_TRUE(loop.run(client().write(as_bytes("half"))));
  client().abort();
  EXPECT_FALSE(loop.run(read_all(server())));
}

}  // namespace
}  // namespace cork::io
