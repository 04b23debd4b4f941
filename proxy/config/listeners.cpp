#include "proxy/config/listeners.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace cork::config {
namespace {

constexpr std::string_view kTellApart =
    "tell bottles at one listener apart by `clients` (`users` at a unix socket) that have nobody "
    "in "
    "common, or give each of them a `proxy_auth` with a user of its own; or write another `listen`";

bool overlaps(const TcpListen& a, const TcpListen& b) {
  if (a.port == 0 || a.port != b.port) return false;
  if (a.address == b.address) return true;
  if (a.address.is_v4() == b.address.is_v4())
    return is_everywhere(a.address) || is_everywhere(b.address);
  // A listener on [::] takes IPv4 connections too.
  return is_everywhere(a.address.is_v4() ? b.address : a.address);
}

void report_at(const Listen& listen, std::string what, std::string_view hint, Report& report) {
  report.add({listen.where.line, listen.where.column}, std::move(what), std::string(hint));
}

// Both are behind one listener.
void check_pair(const BottleConfig& earlier, const BottleConfig& later, Report& report) {
  const std::string sharing =
      fmt::format("the bottles '{}' (line {}) and '{}' share {}", earlier.bottle.name(),
                  earlier.listen.where.line, later.bottle.name(), to_string(later.listen));
  const auto& one = earlier.conditions.proxy_user;
  const auto& other = later.conditions.proxy_user;
  switch (policy::clash(earlier.conditions, later.conditions)) {
    case policy::Clash::none:
      return;
    case policy::Clash::same_user:
      return report_at(later.listen,
                       fmt::format("{} and the proxy user '{}'", sharing, other->name),
                       "give each of them a user of its own", report);
    case policy::Clash::open:
      break;
  }
  std::string what = sharing + ", and a client could be either's";
  if (one.has_value() != other.has_value()) {
    const std::string& asks_none = (one ? later : earlier).bottle.name();
    what +=
        fmt::format(": '{}' has no `proxy_auth`, so it would take the other's clients", asks_none);
  }
  report_at(later.listen, std::move(what), kTellApart, report);
}

}  // namespace

bool is_everywhere(const IpAddress& address) {
  return std::ranges::all_of(address.octets(), [](std::uint8_t octet) { return octet == 0; });
}

bool shares(const Listen& a, const Listen& b) {
  const auto* tcp = std::get_if<TcpListen>(&a.at);
  return a.at == b.at && (tcp == nullptr || tcp->port != 0);
}

bool overlaps(const Listen& a, const Listen& b) {
  if (a.at.index() != b.at.index()) return false;
  if (const auto* tcp = std::get_if<TcpListen>(&a.at))
    return overlaps(*tcp, std::get<TcpListen>(b.at));
  return a.at == b.at;
}

void check_listeners(const Config& config, Report& report) {
  for (auto later = config.bottles.begin(); later != config.bottles.end(); ++later) {
    if (config.metrics && overlaps(*config.metrics, later->listen)) {
      report_at(later->listen,
                fmt::format("{} of bottle '{}' is taken by {} of `metrics` (line {}) already",
                            to_string(later->listen), later->bottle.name(),
                            to_string(*config.metrics), config.metrics->where.line),
                "write another port for one of them", report);
    }
    for (auto earlier = config.bottles.begin(); earlier != later; ++earlier) {
      if (shares(earlier->listen, later->listen)) {
        check_pair(*earlier, *later, report);
      } else if (overlaps(earlier->listen, later->listen)) {
        report_at(
            later->listen,
            fmt::format("{} of bottle '{}' is taken by {} of bottle '{}' (line {}) already",
                        to_string(later->listen), later->bottle.name(), to_string(earlier->listen),
                        earlier->bottle.name(), earlier->listen.where.line),
            "write another port, or the same `listen` for both and below it what tells their "
            "clients apart: `clients` or `proxy_auth`",
            report);
      }
    }
  }
}

}  // namespace cork::config
