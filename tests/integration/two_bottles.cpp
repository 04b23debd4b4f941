#include "tests/integration/two_bottles.h"

#include "base/base64.h"
#include "proxy/io/listener.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <utility>

namespace cork::test {

std::uint16_t free_port() {
  // Below those that the kernel gives to connections: one of them would keep a listener on every
  // address from the port.
  constexpr unsigned first = 20'000, last = 32'000;
  std::random_device random;
  for (;;) {
    const auto port = static_cast<std::uint16_t>(first + random() % (last - first));
    if (io::BoundSocket::tcp(*IpAddress::parse("0.0.0.0"), port)) return port;
  }
}

policy::Conditions from(const std::string& address) {
  return {.clients = {*Cidr::parse(address)}, .users = {}, .proxy_user = {}};
}

policy::Conditions named(const std::string& user, const std::string& password,
                         const std::string& address) {
  policy::Conditions conditions = address.empty() ? policy::Conditions{} : from(address);
  conditions.proxy_user = policy::ProxyUser{user, policy::CredentialDigest::of(user, password)};
  return conditions;
}

WorldOptions two_bottles(policy::Conditions dev, policy::Conditions docs) {
  WorldOptions options{.more_hosts = {"other.test"}};
  options.change = [dev = std::move(dev), docs = std::move(docs)](config::Config& config) {
    auto& bottles = config.bottles;
    const auto routes = bottles.front().bottle.routes();
    bottles.front().listen.at = config::TcpListen{*IpAddress::parse("127.0.0.1"), free_port()};
    bottles.push_back(bottles.front());
    bottles[0].bottle = {"dev", policy::Mode::enforce, {routes[0]}, {"cork.yaml", 6, 5}};
    bottles[0].conditions = dev;
    bottles[1].bottle = {"docs", policy::Mode::enforce, {routes[1]}, {"cork.yaml", 12, 5}};
    bottles[1].conditions = docs;
  };
  return options;
}

std::string authorization(const std::string& user, const std::string& password) {
  return "Proxy-Authorization: Basic " + base64_encoded(user + ":" + password) + "\r\n";
}

std::string ask_tunnel(const World& world, Wire& agent, const std::string& host,
                       const std::string& fields) {
  agent.send(
      fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n{1}\r\n", world.authority(host), fields));
  return agent.receive_until("\r\n\r\n");
}

void open_tunnel(const World& world, Wire& agent, const std::string& host,
                 const std::string& fields) {
  const std::string answer = ask_tunnel(world, agent, host, fields);
  ASSERT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  ASSERT_TRUE(agent.start_tls(host, world.ca_pem()));
}

Response get(const World& world, Wire& agent, const std::string& host, const std::string& path) {
  agent.send(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", path, world.authority(host)));
  return read_response(agent);
}

}  // namespace cork::test
