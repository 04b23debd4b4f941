// Two bottles at one listener: `dev` may reach origin.test and `docs` other.test, and nothing else.
//
//   World world(two_bottles(from("127.0.0.2"), named("docs", password)));
//   Wire agent = Wire::connect(world.proxy_port(), "127.0.0.2");
//   open_tunnel(world, agent, "origin.test");
#pragma once

#include "tests/integration/world.h"

#include <string>

namespace cork::test {

// A port that was free a moment ago.
[[nodiscard]] std::uint16_t free_port();

[[nodiscard]] policy::Conditions from(const std::string& address);
[[nodiscard]] policy::Conditions named(const std::string& user, const std::string& password,
                                       const std::string& address = {});

[[nodiscard]] WorldOptions two_bottles(policy::Conditions dev, policy::Conditions docs);

// "Proxy-Authorization: Basic …\r\n".
[[nodiscard]] std::string authorization(const std::string& user, const std::string& password);

// The answer's head to CONNECT with those fields.
std::string ask_tunnel(const World& world, Wire& agent, const std::string& host,
                       const std::string& fields = {});
// The same, which must be opened, and TLS inside it.
void open_tunnel(const World& world, Wire& agent, const std::string& host,
                 const std::string& fields = {});
// A GET through the tunnel that is open.
Response get(const World& world, Wire& agent, const std::string& host,
             const std::string& path = "/");

}  // namespace cork::test
