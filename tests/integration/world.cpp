#include "tests/integration/world.h"

#include "base/ascii.h"
#include "base/nat64.h"
#include "rules/policy/host_pattern.h"
#include "rules/secrets/checksum.h"
#include "rules/secrets/ruleset.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <charconv>
#include <fstream>
#include <random>
#include <utility>

namespace cork::test {

io::Awaitable<io::IoResult<std::vector<IpAddress>>> TableResolver::resolve(std::string name,
                                                                           std::string,
                                                                           std::uint64_t) {
  const std::lock_guard lock(mutex_);
  if (name != kIpv4OnlyName) asked_.push_back(name);  // cork's own question, not a bottle's
  auto found = answers_.find(name);
  if (found == answers_.end()) {
    co_return std::unexpected(io::IoError{io::IoError::Kind::refused, "no such name"});
  }
  std::vector<IpAddress> addresses;
  for (const auto& text : found->second.front()) addresses.push_back(*IpAddress::parse(text));
  if (found->second.size() > 1) found->second.erase(found->second.begin());
  co_return addresses;
}

void TableResolver::answer(const std::string& name, std::vector<std::vector<std::string>> answers) {
  const std::lock_guard lock(mutex_);
  answers_[name] = std::move(answers);
}

std::vector<std::string> TableResolver::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

namespace {

constexpr secrets::FingerprintKey kKey{std::byte{0xC0}};

policy::CredentialPin pin_of(const WorldOptions& options) {
  using Kind = policy::CredentialPin::Kind;
  if (options.first_seen) return {.kind = Kind::first_seen};
  policy::CredentialPin pin;
  for (const auto& value : options.pinned) {
    pin.kind = Kind::listed;
    pin.listed.push_back({"env:KEY", secrets::fingerprint(kKey, value)});
  }
  return pin;
}

policy::Route route_to(const std::string& host, std::uint16_t port, const WorldOptions& options) {
  policy::Route route{*policy::HostPattern::parse(host), {}, {}, {}, {}, {}, {}};
  route.scheme = options.clear_origin ? Scheme::http : Scheme::https;
  route.port = port;
  route.methods = options.methods;
  for (const auto& path : options.paths) route.paths.push_back(*policy::PathPattern::parse(path));
  for (const policy::GitVerb verb : options.git) route.git.add(verb);
  route.on_leak = options.on_leak;
  route.opaque = options.opaque;
  route.tls = options.tls;
  route.upload_limit_bytes = options.upload_limit_bytes;
  for (const auto& block : options.opened) route.addresses.push_back(*Cidr::parse(block));
  route.where = {"cork.yaml", 7, 9};
  route.credential = pin_of(options);
  return route;
}

std::uint16_t port_of(const std::string& address) {
  std::uint16_t port = 0;
  const auto colon = address.rfind(':');
  std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  return port;
}

}  // namespace

policy::Bottle World::bottle_for(const std::vector<std::string>& hosts,
                                 const std::string& name) const {
  std::vector<policy::Route> routes;
  for (const auto& host : hosts) routes.push_back(route_to(host, origin_->port(), options_));
  return {name, options_.mode, std::move(routes), {"cork.yaml", 6, 5}};
}

Result<std::vector<std::string>, Diagnostics> World::reload(const std::vector<std::string>& hosts) {
  config_.bottles.front().bottle = bottle_for(hosts);
  return assembly_->reload(config_);
}

World::World(WorldOptions options)
    : options_(options), resolver_(std::make_shared<TableResolver>()) {
  std::vector<std::string> hosts{"origin.test"};
  hosts.insert(hosts.end(), options.more_hosts.begin(), options.more_hosts.end());
  PemPair identity;
  if (!options.clear_origin) identity = root_.issue({.dns = hosts, .ips = {"127.0.0.1"}});
  origin_ = std::make_unique<Origin>(options.respond, identity.certificate, identity.key);

  config_.file = folder_.path() / "cork.yaml";
  config_.ca_directory = folder_.path() / "ca";
  config_.audit_path = folder_.path() / "audit.jsonl";
  config_.upstream_ca_file = folder_.write("root.pem", root_.certificate_pem());
  config_.workers = options.workers;
  config_.fingerprint_key = kKey;
  const auto loopback = *IpAddress::parse("127.0.0.1");
  if (options.metrics) config_.metrics = config::Listen{config::TcpListen{loopback, 0}, {}};
  for (const auto& host : hosts) resolver_->answer(host, {{"127.0.0.1"}});
  config_.bottles.push_back(
      {config::Listen{config::TcpListen{loopback, 0}, {}}, bottle_for(hosts), {}, {}});

  for (const auto& name : options.more_bottles) {
    config_.bottles.push_back(
        {config::Listen{config::TcpListen{loopback, 0}, {}}, bottle_for(hosts, name), {}, {}});
  }
  if (options.change) options.change(config_);

  // Compiled once for all tests of this process.
  static const std::shared_ptr<const secrets::Ruleset> kRules = secrets::Ruleset::builtin();
  options.overrides.resolver = resolver_;
  if (!options.overrides.rules) options.overrides.rules = kRules;
  auto made = app::Assembly::make(config_, options.overrides);
  if (!made) throw std::runtime_error(render(made.error()));
  assembly_ = std::move(*made);
  assembly_->start();
}

World::~World() = default;

std::string World::authority() const {
  return authority("origin.test");
}
std::string World::authority(const std::string& host) const {
  return fmt::format("{}:{}", host, origin_->port());
}
std::uint16_t World::proxy_port(std::size_t door) const {
  return port_of(assembly_->doors().at(door).address);
}
std::uint16_t World::metrics_port() const {
  return port_of(assembly_->metrics_address());
}
std::string World::ca_pem() const {
  return folder_.read("ca/ca.cert.pem");
}

Wire World::connect(std::size_t door) const {
  return Wire::connect(proxy_port(door));
}

Wire World::open_tunnel(const std::string& host, std::size_t door) const {
  Wire wire = connect(door);
  wire.send(fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n", authority(host)));
  const std::string answer = wire.receive_until("\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
  return wire;
}

Wire World::tunnel(const std::string& host, std::size_t door) const {
  Wire wire = open_tunnel(host, door);
  EXPECT_TRUE(wire.start_tls(host, ca_pem()));
  return wire;
}

std::string World::exchange(const std::string& request, const std::string& host) {
  Wire wire = tunnel(host);
  wire.send(request);
  const Response response = read_response(wire);
  return response.head + response.body;
}

std::vector<std::string> World::audit() const {
  std::ifstream file(folder_.path() / "audit.jsonl");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

void World::stop() {
  assembly_->drain(2'000);
  assembly_->stop();
}

namespace {

bool read_chunks(Wire& wire, std::string& body) {
  for (;;) {
    const std::string line = wire.receive_until("\r\n");
    std::size_t size = 0;
    const auto parsed = std::from_chars(line.data(), line.data() + line.size(), size, 16);
    if (!line.ends_with("\r\n") || parsed.ec != std::errc()) return false;
    const std::string chunk = wire.receive_exactly(size + 2);
    if (chunk.size() != size + 2) return false;
    if (size == 0) return true;
    body.append(chunk, 0, size);
  }
}

}  // namespace

Response read_response(Wire& wire, bool head_only) {
  Response response;
  response.head = wire.receive_until("\r\n\r\n");
  const std::string lower = to_lower(response.head);
  if (lower.size() < 12) return response;
  std::from_chars(lower.data() + 9, lower.data() + 12, response.status);
  if (head_only || response.status == 204 || response.status == 304 || response.status < 200) {
    response.whole = true;
    return response;
  }
  if (lower.find("transfer-encoding: chunked") != std::string::npos) {
    response.whole = read_chunks(wire, response.body);
    return response;
  }
  const auto at = lower.find("content-length: ");
  if (at == std::string::npos) {
    response.body = wire.receive_all();
    response.whole = !wire.reset();
    return response;
  }
  std::size_t length = 0;
  std::from_chars(lower.data() + at + 16, lower.data() + lower.size(), length);
  response.body = wire.receive_exactly(length);
  response.whole = response.body.size() == length;
  return response;
}

namespace {

std::string made_up(std::string_view alphabet, std::size_t size) {
  std::random_device seed;
  std::mt19937_64 random(seed());
  std::string text;
  while (text.size() < size) text += alphabet[random() % alphabet.size()];
  return text;
}

}  // namespace

std::string made_up_token() {
  const std::string prefix = "gh";
  const std::string drawn =
      made_up("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 30);
  return prefix + "p_" + drawn + secrets::crc32_in_base62(drawn, 6);
}

std::string made_up_hex(std::size_t digits) {
  return made_up("0123456789abcdef", digits);
}

}  // namespace cork::test
