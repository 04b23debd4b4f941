#include "proxy/config/whose.h"

#include "base/ascii.h"
#include "proxy/config/password.h"
#include "proxy/config/schema.h"
#include "proxy/config/users.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

namespace cork::config {
namespace {

constexpr std::size_t kMostListed = 256;
constexpr std::size_t kLongestUser = 128;
constexpr std::string_view kProxyAuthExample =
    "`proxy_auth: { user: dev, password: env:DEV_PROXY_PASSWORD }`";

bool is_too_long(const Item& item, Report& report) {
  if (item.node.items.size() <= kMostListed) return false;
  report.add(item.at, fmt::format("'{}' has more than {} entries", item.name, kMostListed),
             "write wider blocks, or fewer users");
  return true;
}

std::optional<Cidr> read_client(const Item& item, Report& report) {
  const auto text = read_text(item, report);
  if (!text) return std::nullopt;
  const std::size_t slash = text->find('/');
  const auto network = IpAddress::parse(text->substr(0, slash));
  if (network && !network->is_v4() && network->unmapped().is_v4()) {
    constexpr int mapped = 96;  // bits in front of the IPv4 address
    int prefix = 128;
    if (slash != std::string::npos) {
      std::from_chars(text->data() + slash + 1, text->data() + text->size(), prefix);
    }
    const Cidr meant = Cidr::around(network->unmapped(), prefix >= mapped ? prefix - mapped : 128);
    report.add(item.at, fmt::format("'{}' is IPv4 written as IPv6, and no client has it", *text),
               fmt::format("write the IPv4 block: {}", meant.to_string()));
    return std::nullopt;
  }
  auto block = Cidr::parse(*text);
  if (!block) {
    report.add(item.at,
               fmt::format("'{}' is no block of source addresses: {}", *text, block.error().what),
               "write a block as in 172.20.0.0/16, or one address");
    return std::nullopt;
  }
  return *block;
}

std::vector<Cidr> read_clients(const Item& item, Report& report) {
  std::vector<Cidr> clients;
  if (!is_list(item, "[172.20.0.0/16]", report) || is_too_long(item, report)) return clients;
  for (const YamlNode& element : item.node.items) {
    if (const auto client = read_client(element_of("clients", element), report)) {
      clients.push_back(*client);
    }
  }
  return clients;
}

std::vector<std::uint32_t> read_users(const Item& item, Report& report) {
  std::vector<std::uint32_t> users;
  if (!is_list(item, "[alice, 1001]", report) || is_too_long(item, report)) return users;
  for (const YamlNode& element : item.node.items) {
    const Item one = element_of("users", element);
    const auto text = read_text(one, report);
    if (!text) continue;
    if (const auto uid = uid_of(*text)) {
      users.push_back(*uid);
    } else {
      report.add(one.at, uid.error().what, "write a user of this machine, or the number of one");
    }
  }
  return users;
}

std::optional<std::string> read_user_name(const Item& item, Report& report) {
  const auto text = read_text(item, report);
  if (!text) return std::nullopt;
  const bool plain = std::ranges::none_of(
      *text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == ':'; });
  if (plain && text->size() <= kLongestUser) return std::string(*text);
  report.add(item.at, "'user' is not a name that a client can send",
             fmt::format("write at most {} characters without a colon", kLongestUser));
  return std::nullopt;
}

// No message quotes the value: a password may stand there.
std::optional<PasswordSource> read_source(const Item& item, const Surroundings& surroundings,
                                          Report& report) {
  const auto text = read_text(item, report);
  if (!text) return std::nullopt;
  if (text->starts_with("env:") && text->size() > 4) {
    return PasswordSource{std::string(text->substr(4)), {}};
  }
  if (text->starts_with("file:") && text->size() > 5) {
    auto path = path_of(text->substr(5), item.at, surroundings, report);
    if (!path) return std::nullopt;
    return PasswordSource{{}, std::move(*path)};
  }
  report.add(item.at, "'password' says where the password stands, never the password itself",
             "write env:NAME for an environment variable, or file:PATH for a file that holds it");
  return std::nullopt;
}

void read_proxy_auth(const Item& item, const Surroundings& surroundings, Whose& whose,
                     Report& report) {
  if (!is_mapping(item, kProxyAuthExample, report)) return;
  check_keys(item.node, Section::proxy_auth, report);
  std::optional<std::string> user;
  std::optional<Position> at;  // of the password
  for (const Member& member : item.node.members) {
    if (member.key == "user") user = read_user_name(item_of(member), report);
    if (member.key != "password") continue;
    at = item_of(member).at;
    whose.password = read_source(item_of(member), surroundings, report);
  }
  for (const std::string_view key : {"user", "password"}) {
    if (!lacks(item.node, Section::proxy_auth, key)) continue;
    report.add(item.at, fmt::format("'proxy_auth' has no '{}'", key),
               fmt::format("write {}", kProxyAuthExample));
  }
  if (!user || !whose.password) return;
  const auto password = read_password(*whose.password, surroundings.environment);
  if (!password) {
    report.add(*at, fmt::format("'password': {}", password.error().what), password.error().hint);
    return;
  }
  whose.conditions.proxy_user =
      policy::ProxyUser{*user, policy::CredentialDigest::of(*user, *password)};
}

}  // namespace

Whose read_whose(const YamlNode& bottle, const std::optional<Listen>& listen,
                 const Surroundings& surroundings, Report& report) {
  Whose whose;
  const bool is_unix = listen && std::holds_alternative<UnixListen>(listen->at);
  for (const Member& member : bottle.members) {
    const Item item = item_of(member);
    if (member.key == "clients" && is_unix) {
      report.add(member.at, "a unix socket's clients have no addresses",
                 "write `users: [alice, 1001]` for who may connect, or a TCP `listen`");
    } else if (member.key == "clients") {
      whose.conditions.clients = read_clients(item, report);
    } else if (member.key == "users" && listen && !is_unix) {
      report.add(member.at, "who connects by TCP has an address, and no user of this machine",
                 "write `clients: [172.20.0.0/16]`, or `listen: unix:/run/cork/dev.sock`");
    } else if (member.key == "users") {
      whose.conditions.users = read_users(item, report);
    } else if (member.key == "proxy_auth") {
      read_proxy_auth(item, surroundings, whose, report);
    }
  }
  return whose;
}

}  // namespace cork::config
