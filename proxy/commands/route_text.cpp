#include "proxy/commands/route_text.h"

#include "base/size_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>
#include <vector>

namespace cork::commands {

std::string place_text(const policy::Route& route) {
  const std::string port =
      route.port == default_port(route.scheme) ? "" : fmt::format(":{}", route.port);
  return fmt::format("{}{}{}", route.scheme == Scheme::http ? "http://" : "", route.pattern.text(),
                     port);
}

std::string passes_text(const policy::Route& route) {
  const bool unread = route.tls == policy::Tls::passthrough;
  std::string text = unread ? fmt::format("passed through unread; at most {} of upload a tunnel",
                                          size_text(route.upload_limit_bytes))
                     : !route.git.empty()    ? route.git.to_string()
                     : route.methods.empty() ? "every method"
                                             : fmt::format("{}", fmt::join(route.methods, ", "));
  if (!route.paths.empty()) {
    std::vector<std::string_view> paths;
    paths.reserve(route.paths.size());
    for (const policy::PathPattern& path : route.paths) paths.push_back(path.text());
    text += fmt::format("; {}", fmt::join(paths, ", "));
  }
  if (!route.addresses.empty()) {
    std::vector<std::string> blocks;
    blocks.reserve(route.addresses.size());
    for (const Cidr& block : route.addresses) blocks.push_back(block.to_string());
    text += fmt::format("; opens {}", fmt::join(blocks, ", "));
  }
  if (route.credential.kind == policy::CredentialPin::Kind::first_seen) {
    text += "; credential: first-seen";
  } else if (route.credential.pins()) {
    std::vector<std::string> sources;
    sources.reserve(route.credential.listed.size());
    for (const auto& listed : route.credential.listed) sources.push_back(listed.source + " (set)");
    text += fmt::format("; credential: {}", fmt::join(sources, ", "));
  }
  if (route.on_leak == policy::OnLeak::warn && !unread) text += "; records leaks";
  if (route.on_leak == policy::OnLeak::redact && !unread) text += "; masks leaks";
  if (route.opaque == policy::Opaque::deny) text += "; nothing that cannot be read";
  return text;
}

std::string line_text(const Where& where) {
  Where shown = where;
  shown.file = where.file.substr(where.file.rfind('/') + 1);
  shown.column = 0;
  return to_string(shown);
}

}  // namespace cork::commands
