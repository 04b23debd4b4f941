#include "proxy/admin/admin.h"

#include "tests/support/fake_stream.h"
#include "tests/support/io_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace cork::admin {
namespace {

using test::FakeStream;
using test::IoLoop;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

AdminPages pages(bool ready = true) {
  return {.metrics = [] { return std::string("cork_up 1\n"); },
          .readiness = [ready] { return Readiness{{{"audit_log", ready}}}; }};
}

std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost:9090\r\n\r\n";
}

std::string served(std::deque<std::string> pieces, bool ready = true) {
  IoLoop loop;
  FakeStream stream(std::move(pieces));
  const AdminPages answers = pages(ready);
  loop.run(serve_admin(stream, answers));
  return stream.written;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

TEST(ServeAdmin, AnswersWithLengthTypeAndNoStore) {
  const std::string reply = served({get("/healthz")});
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(reply, HasSubstr("Content-Type: text/plain; charset=utf-8\r\n"));
  EXPECT_THAT(reply, HasSubstr("Cache-Control: no-store\r\n"));
  EXPECT_THAT(reply, HasSubstr("Content-Length: 3\r\n"));
  EXPECT_THAT(reply, Not(HasSubstr("Connection: close")));
  EXPECT_THAT(reply, ::testing::EndsWith("\r\n\r\nok\n"));
}

TEST(ServeAdmin, SaysThatItIsNotReady) {
  EXPECT_THAT(served({get("/readyz")}, false), StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
}

TEST(ServeAdmin, AnswersAHeadWithoutABody) {
  const std::string reply = served({"HEAD /metrics HTTP/1.1\r\nHost: h\r\n\r\n"});
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(reply, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_THAT(reply, ::testing::EndsWith("\r\n\r\n"));
}

TEST(ServeAdmin, TakesRequestsInPiecesAndSeveralInOne) {
  std::deque<std::string> bytes;
  for (const char c : get("/healthz")) bytes.emplace_back(1, c);
  bytes.push_back(get("/metrics") + get("/readyz"));
  const std::string reply = served(bytes);
  EXPECT_EQ(count(reply, "HTTP/1.1 200 OK\r\n"), 3U);
  EXPECT_THAT(reply, HasSubstr("cork_up 1\n"));
  EXPECT_THAT(reply, HasSubstr("\"ready\":true"));
}

TEST(ServeAdmin, EndsAConnectionAfterAHundredRequests) {
  std::deque<std::string> pieces(150, get("/healthz"));
  const std::string reply = served(pieces);
  EXPECT_EQ(count(reply, "HTTP/1.1 200 OK\r\n"), kAdminRequests);
  EXPECT_EQ(count(reply, "Connection: close\r\n"), 1U);
}

TEST(ServeAdmin, EndsWhenTheClientAsksForIt) {
  for (const char* head : {"GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
                           "GET /healthz HTTP/1.0\r\n\r\n"}) {
    const std::string reply = served({head + get("/healthz")});
    EXPECT_EQ(count(reply, "HTTP/1.1 200 OK\r\n"), 1U) << head;
    EXPECT_THAT(reply, HasSubstr("Connection: close\r\n"));
  }
}

struct Refused {
  std::string request;
  const char* status;
};

TEST(ServeAdmin, RefusesWhatItDoesNotServeAndEndsWhereItLostTheThread) {
  const std::string host = "Host: h\r\n\r\n";
  const std::vector<Refused> table = {
      {"GET http://localhost/healthz HTTP/1.1\r\n" + host, "400 Bad Request"},
      {"CONNECT example.com:443 HTTP/1.1\r\n" + host, "400 Bad Request"},
      {"OPTIONS * HTTP/1.1\r\n" + host, "400 Bad Request"},
      {"GET /healthz HTTP/1.1\r\n\r\n", "400 Bad Request"},
      {"GET  /healthz HTTP/1.1\r\n" + host, "400 Bad Request"},
      {"GET /healthz HTTP/2.0\r\n" + host, "400 Bad Request"},
      {"\x16\x03\x01\x02\r\n\r\n", "400 Bad Request"},
      {"POST /healthz HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n" + host,
       "400 Bad Request"},
      {"POST /healthz HTTP/1.1\r\nContent-Length: 3\r\n" + host + "abc", "405 Method Not Allowed"},
      {"GET /healthz HTTP/1.1\r\nX: " + std::string(20'000, 'a') + "\r\n" + host,
       "431 Request Header Fields Too Large"},
      {std::string(20'000, 'a'), "431 Request Header Fields Too Large"},
      {"GET /" + std::string(5000, 'a') + " HTTP/1.1\r\n" + host,
       "431 Request Header Fields Too Large"},
  };
  for (const Refused& row : table) {
    const std::string reply = served({row.request, get("/healthz")});
    EXPECT_THAT(reply, StartsWith("HTTP/1.1 " + std::string(row.status))) << row.request;
    EXPECT_THAT(reply, HasSubstr("Connection: close\r\n")) << row.request;
    EXPECT_EQ(count(reply, "HTTP/1.1 "), 1U) << row.request;
  }
}

TEST(ServeAdmin, SaysWhichMethodsThereAreAndGoesOn) {
  const std::string reply =
      served({"DELETE /metrics HTTP/1.1\r\nHost: h\r\n\r\n", get("/healthz")});
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"));
  EXPECT_EQ(count(reply, "Allow: GET, HEAD\r\n"), 1U);
  EXPECT_THAT(reply, HasSubstr("HTTP/1.1 200 OK\r\n"));
}

TEST(ServeAdmin, SaysNothingToAClientThatSaidNothingOrHalfAHead) {
  EXPECT_EQ(served({}), "");
  EXPECT_EQ(served({"GET /healthz HTTP/1.1\r\nHo"}), "");
}

TEST(ServeAdmin, EndsWithAClientThatIsTooSlow) {
  IoLoop loop;
  FakeStream stream({get("/healthz"), "GET /hea"});
  stream.fails_with = io::IoError{io::IoError::Kind::timeout, "too slow"};
  const AdminPages answers = pages();
  loop.run(serve_admin(stream, answers));
  EXPECT_EQ(count(stream.written, "HTTP/1.1 "), 1U);
}

TEST(ServeAdmin, ClosesAStreamOfItsOwn) {
  IoLoop loop;
  int destroyed = 0;
  auto stream = std::make_unique<FakeStream>(std::deque<std::string>{get("/healthz")});
  stream->destroyed = &destroyed;
  const AdminPages answers = pages();
  loop.run(serve_admin(std::move(stream), answers));
  EXPECT_EQ(destroyed, 1);
}

// A peer that sends for ever and never reads, and notes how long it may keep one waiting.
class DeafStream final : public io::Stream {
 public:
  io::Awaitable<io::IoResult<void>> wait_readable() override { co_return io::IoResult<void>{}; }
  io::Awaitable<io::IoResult<std::size_t>> read_some(std::span<std::byte> into) override {
    const std::string request = get("/healthz");
    std::memcpy(into.data(), request.data(), request.size());
    co_return request.size();
  }
  io::Awaitable<io::IoResult<void>> write(Bytes) override {
    ++writes;
    co_return std::unexpected(io::IoError{io::IoError::Kind::timeout, "not read"});
  }
  io::Awaitable<void> shutdown() override {
    was_shut_down = true;
    co_return;
  }
  void close() noexcept override {}
  [[nodiscard]] bool readable() noexcept override { return true; }
  void set_read_deadline(std::uint64_t ms) override { read_deadlines.push_back(ms); }
  void set_write_deadline(std::uint64_t ms) override { write_deadlines.push_back(ms); }
  [[nodiscard]] std::string_view tls_version() const noexcept override { return ""; }

  int writes = 0;
  bool was_shut_down = false;
  std::vector<std::uint64_t> read_deadlines, write_deadlines;
};

TEST(ServeAdmin, HasADeadlineForEveryWaitAndEndsWhenAWriteFails) {
  IoLoop loop;
  DeafStream stream;
  const AdminPages answers = pages();
  loop.run(serve_admin(stream, answers));
  EXPECT_EQ(stream.writes, 1);
  EXPECT_TRUE(stream.was_shut_down);
  EXPECT_EQ(stream.read_deadlines, (std::vector<std::uint64_t>{10'000, 10'000}));
  EXPECT_EQ(stream.write_deadlines, stream.read_deadlines);
}

}  // namespace
}  // namespace cork::admin
