#include "proxy/commands/probe.h"

#include "certs/authority.h"
#include "world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

namespace cork::commands {
namespace {

using testing::HasSubstr;

TEST(Probe, ReadsProxyVariablesAsClientsDo) {
  const auto whole = parse_proxy("http://kim:wo@rd@cork:8888/");
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->scheme, "http");
  EXPECT_EQ(whole->endpoint.to_string(), "cork:8888");
  EXPECT_EQ(whole->credentials, "kim:wo@rd");
  EXPECT_EQ(parse_proxy("127.0.0.1:8888")->scheme, "http");
  EXPECT_EQ(parse_proxy("https://cork")->endpoint.port, 443);
  EXPECT_EQ(parse_proxy("socks5h://cork:1")->scheme, "socks5h");
  for (const char* wrong : {"", "http://", "http://a b", "http://a:99999"}) {
    EXPECT_FALSE(parse_proxy(wrong)) << wrong;
  }
}

TEST(Probe, SaysWhoWouldTrustACertificate) {
  const World world;
  const auto now = std::chrono::system_clock::now();
  const auto ca = certs::Authority::create(world.folder / "ca", now);
  const auto other = certs::Authority::create(world.folder / "other", now);
  ASSERT_TRUE(ca && other);
  const Host host = Host::parse("a.example").value();
  const auto leaf = ca->mint(host, now);
  ASSERT_TRUE(leaf);
  X509* certificate = leaf->certificate.get();
  EXPECT_EQ(distrust(certificate, world.folder / "ca/ca.cert.pem", host), "");
  EXPECT_NE(distrust(certificate, world.folder / "other/ca.cert.pem", host), "");
  EXPECT_THAT(distrust(certificate, world.folder / "ca/ca.cert.pem", *Host::parse("b.example")),
              HasSubstr("hostname mismatch"));
  EXPECT_THAT(distrust(certificate, world.folder / "absent", host), HasSubstr("no certificates"));
  world.folder.write("text", "no certificate");
  EXPECT_THAT(distrust(certificate, world.folder / "text", host), HasSubstr("no certificates"));
}

// One connection, to which `answer` is said.
class Listener {
 public:
  explicit Listener(std::string answer)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    ::listen(socket_, 1);
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, answer = std::move(answer)] {
      const int one = ::accept(socket_, nullptr, nullptr);
      char buffer[1024];
      const ssize_t count = ::recv(one, buffer, sizeof buffer, 0);
      asked_.assign(buffer, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
      ::send(one, answer.data(), answer.size(), MSG_NOSIGNAL);
      ::shutdown(one, SHUT_WR);
      while (::recv(one, buffer, sizeof buffer, 0) > 0) {
      }
      ::close(one);
    });
  }
  ~Listener() {
    join();
    ::close(socket_);
  }
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  [[nodiscard]] std::string proxy() const {
    return "http://kim:word@127.0.0.1:" + std::to_string(port_);
  }
  [[nodiscard]] const std::string& asked() const { return asked_; }

 private:
  int socket_;
  std::uint16_t port_ = 0;
  std::string asked_;
  std::thread thread_;
};

std::string problem(Listener& listener) {
  const auto leaf =
      presented_certificate(*parse_proxy(listener.proxy()), *Host::parse("a.example"));
  listener.join();
  return leaf ? "" : leaf.error().what;
}

TEST(Probe, SaysWhatAProxyThatIsNoneDoes) {
  const std::pair<const char*, const char*> answers[] = {
      {"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "it opens no tunnel: HTTP/1.1 407"},
      {"SSH-2.0-server\r\n", "it does not answer as an HTTP proxy does"},
      {"", "it does not answer as an HTTP proxy does"},
      {"HTTP/1.1 200 OK\r\n\r\nplain text", "no TLS in its tunnel: "},
      {"HTTP/1.1 200 OK\r\n\r\n", "no TLS in its tunnel: "},
  };
  for (const auto& [answer, expected] : answers) {
    Listener listener(answer);
    EXPECT_THAT(problem(listener), HasSubstr(expected));
    EXPECT_THAT(listener.asked(),
                HasSubstr("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n"
                          "Proxy-Authorization: Basic a2ltOndvcmQ=\r\n"));
  }
}

}  // namespace
}  // namespace cork::commands
