#include "proxy/http/request_target.h"

#include "base/ascii.h"
#include "base/endpoint.h"
#include "base/target.h"
#include "proxy/http/parse_error.h"

#include <optional>
#include <utility>

namespace cork::http {
namespace {

// Cuts "http://" or "https://" off, in any case.
std::optional<Scheme> take_scheme(std::string_view& text) {
  for (const auto& [prefix, scheme] : {std::pair<std::string_view, Scheme>{"http://", Scheme::http},
                                       {"https://", Scheme::https}}) {
    if (equals_ignoring_case(text.substr(0, prefix.size()), prefix)) {
      text.remove_prefix(prefix.size());
      return scheme;
    }
  }
  return std::nullopt;
}

}  // namespace

Parsed<TargetForm> target_form(std::string_view method, std::string_view target) {
  if (method == "CONNECT") {
    if (!Endpoint::parse(target)) return malformed("the target of CONNECT is not host:port");
    return TargetForm::authority;
  }
  if (target == "*") {
    if (method != "OPTIONS") return malformed("the target '*' is for OPTIONS only");
    return TargetForm::asterisk;
  }
  if (target.starts_with('/')) {
    if (!Target::parse(target)) return malformed("the target is not a well-formed path and query");
    return TargetForm::origin;
  }
  if (const auto absolute = parse_absolute_target(target); !absolute) {
    return std::unexpected(absolute.error());
  }
  return TargetForm::absolute;
}

Parsed<AbsoluteTarget> parse_absolute_target(std::string_view target) {
  std::string_view rest = target;
  const std::optional<Scheme> scheme = take_scheme(rest);
  if (!scheme) return malformed("the target is neither a path nor an http or https URL");

  const std::size_t authority_end = rest.find_first_of("/?#");
  const std::string_view authority = rest.substr(0, authority_end);
  if (authority.find('@') != std::string_view::npos) {
    return malformed("the target's authority holds userinfo");
  }
  auto endpoint = Endpoint::parse_authority(authority, default_port(*scheme));
  if (!endpoint) return malformed("the target's authority is not a host with an optional port");

  std::string_view path_and_query = "/";
  if (authority_end != std::string_view::npos) path_and_query = rest.substr(authority_end);
  // "http://host?x" would need a '/' that is not there; clients put it in.
  if (!path_and_query.starts_with('/')) return malformed("the target's path is missing");
  if (!Target::parse(path_and_query)) {
    return malformed("the target's path and query are not well-formed");
  }
  return AbsoluteTarget{*scheme, *std::move(endpoint), path_and_query};
}

}  // namespace cork::http
