#include "proxy/commands/health.h"

#include "proxy/commands/settings.h"
#include "world.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <string>
#include <thread>
#include <utility>

namespace cork::commands {
namespace {

using testing::HasSubstr;

// Takes one connection at an address of its own, keeps what is asked, and answers with `answer`.
class Answering {
 public:
  explicit Answering(std::string answer) : Answering(loopback(), std::move(answer)) {}
  Answering(const std::filesystem::path& path, std::string answer)
      : Answering(at_path(path), std::move(answer)) {}
  ~Answering() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;

  [[nodiscard]] std::uint16_t port() const {
    sockaddr_in at{};
    socklen_t size = sizeof at;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&at), &size);
    return ntohs(at.sin_port);
  }

 private:
  Answering(int listener, std::string answer)
      : listener_(listener), thread_([this, answer = std::move(answer)] { serve(answer); }) {}

  static int loopback() {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return listening(reinterpret_cast<const sockaddr*>(&at), sizeof at);
  }
  static int at_path(const std::filesystem::path& path) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    path.native().copy(at.sun_path, sizeof at.sun_path - 1);
    return listening(reinterpret_cast<const sockaddr*>(&at), sizeof at);
  }
  static int listening(const sockaddr* at, socklen_t size) {
    const int listener = ::socket(at->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(::bind(listener, at, size), 0);
    EXPECT_EQ(::listen(listener, 1), 0);
    return listener;
  }

  void serve(const std::string& answer) const {
    const int client = ::accept(listener_, nullptr, nullptr);
    if (client < 0) return;
    std::string asked;
    std::array<char, 512> block;
    while (!asked.ends_with("\r\n\r\n")) {
      const ssize_t got = ::recv(client, block.data(), block.size(), 0);
      if (got <= 0) break;
      asked.append(block.data(), static_cast<std::size_t>(got));
    }
    const bool right = asked.starts_with("GET /readyz HTTP/1.0\r\n");
    const std::string& sent = right ? answer : asked;
    ::send(client, sent.data(), sent.size(), MSG_NOSIGNAL);
    // An empty answer is none: the connection stays open until the other side gives up.
    if (answer.empty()) ::recv(client, block.data(), block.size(), 0);
    ::close(client);
  }

  int listener_;
  std::thread thread_;
};

class Health : public testing::Test {
 protected:
  Outcome ask(const std::string& listen) {
    options_.config =
        world_.configure("      - a.example\n", "metrics: {listen: '" + listen + "'}\n");
    return world_.run(health, options_);
  }
  Outcome ask(const Answering& answering) {
    return ask("127.0.0.1:" + std::to_string(answering.port()));
  }

  World world_;
  HealthOptions options_;
};

TEST_F(Health, SaysYesWhereCorkIsReady) {
  const Answering cork("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"ready\":true}\n");
  const Outcome done = ask(cork);
  EXPECT_EQ(done.code, kYes) << done.err;
  EXPECT_EQ(done.out, "{\"ready\":true}\n");
}

TEST_F(Health, SaysNoWithTheChecksWhereCorkIsNotReady) {
  const Answering cork("HTTP/1.1 503 Service Unavailable\r\n\r\n{\"ready\":false}\n");
  const Outcome done = ask(cork);
  EXPECT_EQ(done.code, kNo);
  EXPECT_EQ(done.out, "{\"ready\":false}\n");
}

TEST_F(Health, AsksByUnixSocketToo) {
  const auto path = world_.folder / "metrics.sock";
  const Answering cork(path, "HTTP/1.1 200 OK\r\n\r\nok");
  EXPECT_EQ(ask("unix:" + path.string()).code, kYes);
}

TEST_F(Health, AsksAListenerOnEveryAddressByLoopback) {
  const Answering cork("HTTP/1.1 200 OK\r\n\r\nok");
  EXPECT_EQ(ask("0.0.0.0:" + std::to_string(cork.port())).code, kYes);
}

TEST_F(Health, FailsWhereNobodyListens) {
  std::string address;
  {
    const Answering gone("HTTP/1.1 200 OK\r\n\r\nok");
    address = "127.0.0.1:" + std::to_string(gone.port());
  }
  const Outcome done = ask(address);
  EXPECT_EQ(done.code, kFailed);
  EXPECT_THAT(done.err, HasSubstr(address + ": Connection refused"));
  EXPECT_THAT(done.err, HasSubstr("cork run"));
}

TEST_F(Health, FailsWhereNoAnswerComesInTime) {
  const Answering silent("");
  options_.timeout_ms = 50;
  const Outcome done = ask(silent);
  EXPECT_EQ(done.code, kFailed);
  EXPECT_THAT(done.err, HasSubstr("no answer in time"));
}

TEST_F(Health, FailsWhereSomethingElseAnswers) {
  for (const char* answer :
       {"HTTP/1.1 404 Not Found\r\n\r\n", "SSH-2.0-x\r\n", "HTTP/1.1 200 OK"}) {
    const Answering other(answer);
    const Outcome done = ask(other);
    EXPECT_EQ(done.code, kFailed) << answer;
    EXPECT_THAT(done.err, HasSubstr("not cork")) << answer;
  }
}

TEST_F(Health, TakesNoAnswerWithoutEnd) {
  const Answering endless("HTTP/1.1 200 OK\r\n\r\n" + std::string(200'000, 'a'));
  const Outcome done = ask(endless);
  EXPECT_EQ(done.code, kFailed);
  EXPECT_THAT(done.err, HasSubstr("no end"));
}

TEST_F(Health, PrintsNothingThatMovesTheCursor) {
  const Answering other("HTTP/1.1 200 OK\r\n\r\n\x1b[2J\n");
  EXPECT_THAT(ask(other).out, testing::Not(HasSubstr("\x1b")));
}

TEST_F(Health, NeedsAListenerThatCanBeKnown) {
  options_.config = world_.configure("      - a.example\n");
  const Outcome none = world_.run(health, options_);
  EXPECT_EQ(none.code, kUsage);
  EXPECT_THAT(none.err, HasSubstr("metrics: { listen: 127.0.0.1:9090 }"));
  const Outcome any = ask("127.0.0.1:0");
  EXPECT_EQ(any.code, kUsage);
  EXPECT_THAT(any.err, HasSubstr("port"));
}

}  // namespace
}  // namespace cork::commands
