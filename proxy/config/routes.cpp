#include "proxy/config/routes.h"

#include "base/ascii.h"
#include "base/internal_host.h"
#include "proxy/config/leak_words.h"
#include "proxy/config/route_credential.h"
#include "proxy/config/route_narrowing.h"
#include "proxy/config/route_passthrough.h"
#include "proxy/config/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <utility>

namespace cork::config {
namespace {

using policy::HostPattern;
using policy::Route;

// What "host", "host:port" and "http://host:port" say.
struct Spelled {
  HostPattern pattern;
  Scheme scheme = Scheme::https;
  std::optional<std::uint16_t> port;
};

struct Cut {
  std::string_view host;
  std::optional<std::string_view> port;
};

// A colon inside brackets, or one of several without brackets, belongs to an IPv6 address.
Cut cut_port(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {text, std::nullopt};
  const bool bracketed = text.starts_with('[');
  if (bracketed ? text[colon - 1] != ']' : text.find(':') != colon) return {text, std::nullopt};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || text.front() == '0') return std::nullopt;
  unsigned port = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  if (port > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(port);
}

// Takes a scheme off `text`; false where it is one that routes do not have.
bool take_scheme(std::string_view& text, Scheme& scheme, Position at, Report& report) {
  const std::size_t mark = text.find("://");
  if (mark == std::string_view::npos) return true;
  const std::string_view name = text.substr(0, mark);
  const std::string_view rest = text.substr(mark + 3);
  if (name == "http") {
    scheme = Scheme::http;
    text = rest;
    return true;
  }
  if (name == "https") {
    report.add(at, fmt::format("'{}' needs no scheme", text),
               fmt::format("a route is TLS unless it says http://: write '{}'",
                           rest.substr(0, rest.find('/'))));
  } else {
    report.add(at, fmt::format("'{}' has a scheme that cork does not speak", text),
               "write a host alone for TLS, or http://host for clear text");
  }
  return false;
}

// What `addresses` takes: without bits behind the prefix, and as YAML reads it.
std::string block_text(const IpAddress& address, std::string_view length) {
  int prefix = std::numeric_limits<int>::max();  // where it has too many digits
  std::from_chars(length.data(), length.data() + length.size(), prefix);
  const std::string text = Cidr::around(address, prefix).to_string();
  return address.is_v4() ? text : fmt::format("'{}'", text);
}

std::optional<Spelled> parse_spelling(std::string_view written, Position at, Report& report) {
  std::string_view text = written;
  Scheme scheme = Scheme::https;
  if (!take_scheme(text, scheme, at, report)) return std::nullopt;
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const std::string_view host = written.substr(0, written.size() - text.size() + slash);
    const std::string_view path = text.substr(slash);
    const std::string_view length = path.substr(1);
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (address && !length.empty() && std::ranges::all_of(length, is_digit)) {
      report.add(at, fmt::format("'{}' is a block of addresses, and a route is a host", written),
                 fmt::format("name the hosts that are there, and open the block for each: "
                             "{{host: registry.corp.example, addresses: [{}]}}",
                             block_text(*address, length)));
      return std::nullopt;
    }
    report.add(at, fmt::format("'{}' has a path, and a route is a host", written),
               path == "/" ? fmt::format("write '{}' for the whole host", host)
                           : fmt::format("write {{host: {}, paths: [{}]}}, or '{}' for the whole "
                                         "host",
                                         host, path, host));
    return std::nullopt;
  }
  const Cut cut = cut_port(text);
  std::optional<std::uint16_t> port;
  if (cut.port) {
    port = parse_port(*cut.port);
    if (!port) {
      report.add(at, fmt::format("'{}' is not a port, in '{}'", *cut.port, written),
                 "a port is a decimal number from 1 to 65535 without leading zeros");
      return std::nullopt;
    }
  }
  auto pattern = HostPattern::parse(cut.host);
  if (!pattern) {
    report.add(at, fmt::format("'{}' is not a host pattern", written),
               std::move(pattern.error().what));
    return std::nullopt;
  }
  if (pattern->text() == kInternalHost) {
    report.add(at, fmt::format("'{}' is answered by cork itself", kInternalHost),
               "remove it: every bottle may ask http://cork.internal/, and no route leads there");
    return std::nullopt;
  }
  return Spelled{*std::move(pattern), scheme, port};
}

std::optional<std::string> read_method(const Item& item, Report& report) {
  const auto text = read_text(item, report);
  if (!text) return std::nullopt;
  std::string upper(*text);
  std::ranges::transform(upper, upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  if (!is_token(*text)) {
    report.add(item.at, fmt::format("'{}' is not a method", *text),
               "write a list of methods, as in [GET, HEAD]");
  } else if (upper != *text) {
    report.add(item.at, fmt::format("'{}' is not how a method is spelled", *text),
               fmt::format("did you mean {}?", upper));
  } else if (upper == "CONNECT") {
    report.add(item.at, "CONNECT cannot be allowed by a route",
               "cork refuses CONNECT inside a tunnel; the tunnel to cork needs no method here");
  } else {
    return upper;
  }
  return std::nullopt;
}

std::vector<std::string> read_methods(const Item& item, Report& report) {
  std::vector<std::string> methods;
  if (!is_list(item, "[GET, HEAD], or remove the key to allow every method", report)) {
    return methods;
  }
  for (const YamlNode& element : item.node.items) {
    auto method = read_method(element_of(item.name, element), report);
    if (!method) continue;
    if (std::ranges::find(methods, *method) != methods.end()) {
      report.add(element.at, fmt::format("{} is listed twice", *method), "keep one of the two");
    } else {
      methods.push_back(*std::move(method));
    }
  }
  return methods;
}

std::vector<Cidr> read_addresses(const Item& item, Report& report) {
  std::vector<Cidr> addresses;
  if (!is_list(item, "[10.1.0.0/16]", report)) return addresses;
  for (const YamlNode& element : item.node.items) {
    const auto text = read_text(element_of(item.name, element), report);
    if (!text) continue;
    auto block = Cidr::parse(*text);
    if (block) {
      addresses.push_back(*block);
    } else {
      report.add(element.at, fmt::format("'{}' is not an address block", *text),
                 std::move(block.error().what));
    }
  }
  return addresses;
}

Route make_route(Spelled spelled, policy::OnLeak on_leak, Where where) {
  return {.pattern = std::move(spelled.pattern),
          .scheme = spelled.scheme,
          .port = spelled.port.value_or(default_port(spelled.scheme)),
          .methods = {},
          .addresses = {},
          .on_leak = on_leak,
          .where = std::move(where)};
}

// `- api.example.com: …`, which YAML takes for a mapping.
bool is_host_with_colon(const YamlNode& entry) {
  return entry.find("host") == nullptr && entry.members.size() == 1 &&
         entry.members.front().key.find('.') != std::string::npos;
}

std::optional<Route> read_mapping(const YamlNode& entry, policy::OnLeak on_leak,
                                  const Surroundings& surroundings, Report& report) {
  if (is_host_with_colon(entry)) {
    report.add(
        entry.at,
        fmt::format("'{}:' is a key, and a route's host is a value", entry.members.front().key),
        fmt::format("write `host: {}` and the other keys beside it, or the host alone "
                    "without the colon",
                    entry.members.front().key));
    return std::nullopt;
  }
  check_keys(entry, Section::route, report);
  if (lacks(entry, Section::route, "host")) {
    report.add(entry.at, "a route has no 'host'",
               "write the host alone (`- api.example.com`), or `host:` beside the other keys");
  }
  std::optional<Spelled> spelled;
  std::vector<std::string> methods;
  std::vector<policy::PathPattern> paths;
  policy::GitVerbs git;
  std::vector<Cidr> addresses;
  policy::CredentialPin credential;
  policy::Opaque opaque = policy::Opaque::allow;
  std::optional<std::uint16_t> port;
  for (const Member& member : entry.members) {
    const Item item = item_of(member);
    if (member.key == "host") {
      if (const auto text = read_text(item, report)) {
        spelled = parse_spelling(*text, item.at, report);
      }
    } else if (member.key == "port") {
      if (const auto number = read_number(item, {1, 65535}, report)) {
        port = static_cast<std::uint16_t>(*number);
      }
    } else if (member.key == "methods") {
      methods = read_methods(item, report);
    } else if (member.key == "paths") {
      paths = read_paths(item, report);
    } else if (member.key == "git") {
      git = read_git(item, report);
    } else if (member.key == "addresses") {
      addresses = read_addresses(item, report);
    } else if (member.key == "credential") {
      credential = read_credential(item, surroundings, report);
    } else if (member.key == "on_leak") {
      on_leak = read_on_leak(item, report).value_or(policy::OnLeak::block);
    } else if (member.key == "opaque") {
      if (read_choice(item, {"allow", "deny"}, {}, report) == 1) opaque = policy::Opaque::deny;
    }
  }
  check_narrowing(entry, report);
  if (!spelled) return std::nullopt;
  if (port && spelled->port) {
    report.add(entry.at, "a route has its port twice", "keep the one in `host` or the key `port`");
  }
  if (port) spelled->port = port;
  Route route = make_route(*std::move(spelled), on_leak, report.where(entry.at));
  route.methods = std::move(methods);
  route.paths = std::move(paths);
  route.git = git;
  route.addresses = std::move(addresses);
  route.credential = std::move(credential);
  route.opaque = opaque;
  read_passthrough(entry, route, report);
  return route;
}

std::optional<Route> read_route(const YamlNode& entry, policy::OnLeak on_leak,
                                const Surroundings& surroundings, Report& report) {
  if (entry.kind == YamlNode::Kind::mapping) {
    return read_mapping(entry, on_leak, surroundings, report);
  }
  if (entry.kind == YamlNode::Kind::sequence) {
    report.add(entry.at, "a route is a host or a mapping, here is a list",
               "an IPv6 address in brackets is written in quotes: \"[2001:db8::1]\"");
    return std::nullopt;
  }
  const auto text = read_text(element_of("allow", entry), report);
  if (!text) return std::nullopt;
  auto spelled = parse_spelling(*text, entry.at, report);
  if (!spelled) return std::nullopt;
  return make_route(*std::move(spelled), on_leak, report.where(entry.at));
}

}  // namespace

std::vector<Route> read_routes(const YamlNode& allow, policy::OnLeak on_leak,
                               const Surroundings& surroundings, Report& report) {
  std::vector<Route> routes;
  for (const YamlNode& entry : allow.items) {
    if (auto route = read_route(entry, on_leak, surroundings, report)) {
      routes.push_back(*std::move(route));
    }
  }
  check_passthrough(routes, report);
  return routes;
}

}  // namespace cork::config
