#include "proxy/config/route_passthrough.h"

#include "base/limits.h"
#include "proxy/config/size.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace cork::config {
namespace {

using policy::Route;
using policy::Tls;

constexpr Range kUploadLimits{kKiB, std::uint64_t{1} << 40};

struct Unseen {
  std::string_view key, why;
};
constexpr std::array kUnseen{
    Unseen{"methods", "no method can be seen in it"},
    Unseen{"paths", "no path can be seen in it"},
    Unseen{"git", "what git does in it cannot be seen"},
    Unseen{"credential", "no credential can be seen in it"},
    Unseen{"on_leak", "no leak can be seen in it"},
    Unseen{"opaque", "nothing in it can be seen"},
};

void check_neighbours(const YamlNode& entry, Report& report) {
  for (const Member& member : entry.members) {
    const auto* const unseen = std::ranges::find(kUnseen, member.key, &Unseen::key);
    if (unseen == kUnseen.end()) continue;
    report.add(
        member.at,
        fmt::format("'{}' says nothing beside 'tls: passthrough': {}", member.key, unseen->why),
        "remove one of the two: what is passed through is not inspected at all");
  }
}

void check_host(Position at, const Route& route, Report& report) {
  const std::string& pattern = route.pattern.text();
  if (route.scheme == Scheme::http) {
    report.add(at, fmt::format("http://{} has no TLS to pass through", pattern),
               "remove `tls`, or write the host without http://");
  } else if (pattern.starts_with('*')) {
    report.add(at, fmt::format("'{}' cannot be passed through: a wildcard names no host", pattern),
               "write an entry for each host: what nobody looks into is allowed host by host");
  }
}

}  // namespace

void read_passthrough(const YamlNode& entry, Route& route, Report& report) {
  const Member *tls = nullptr, *limit = nullptr;
  bool intercepts = true;
  for (const Member& member : entry.members) {
    if (member.key == "tls") tls = &member;
    if (member.key == "upload_limit") limit = &member;
  }
  if (tls != nullptr) {
    const auto word = read_choice(item_of(*tls), {"intercept", "passthrough"}, {}, report);
    intercepts = word && *word == 0;
    if (word && *word == 1) {
      route.tls = Tls::passthrough;
      check_neighbours(entry, report);
      check_host(tls->at, route, report);
    }
  }
  if (limit == nullptr) return;
  if (const auto bytes = read_size(item_of(*limit), kUploadLimits, report)) {
    route.upload_limit_bytes = *bytes;
  }
  if (!intercepts) return;
  report.add(limit->at, "'upload_limit' is for what is passed through unread",
             "write `tls: passthrough` beside it, or remove it");
}

void check_passthrough(std::span<const Route> routes, Report& report) {
  const auto unites = [](const Route& a, const Route& b) {
    return a.pattern == b.pattern && a.scheme == b.scheme && a.port == b.port;
  };
  for (auto later = routes.begin(); later != routes.end(); ++later) {
    const auto earlier = std::find_if(routes.begin(), later, [&](const Route& one) {
      return unites(one, *later) && one.tls != later->tls;
    });
    if (earlier == later) continue;
    report.add({later->where.line, later->where.column},
               fmt::format("{} is passed through unread by one entry and intercepted by another, "
                           "in line {}",
                           later->pattern.text(), earlier->where.line),
               "entries for one host and port unite: keep one of the two");
  }
}

}  // namespace cork::config
