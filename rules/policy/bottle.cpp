#include "rules/policy/bottle.h"

#include "base/address_class.h"
#include "rules/policy/git_request.h"
#include "rules/policy/narrowing.h"
#include "rules/policy/path_readings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace cork::policy {
namespace {

// How an entry of `allow` names a place: https on 443 goes without saying.
std::string place(const Endpoint& endpoint, Scheme scheme) {
  const std::string_view prefix = scheme == Scheme::http ? "http://" : "";
  const bool usual = endpoint.port == default_port(scheme);
  return fmt::format("{}{}", prefix, usual ? endpoint.host.url_text() : endpoint.to_string());
}

// Of what an entry holds IPv6 means something else in YAML, where a bracket is a list, and so does
// a wildcard.
std::string yaml(const std::string& text) {
  const bool ambiguous =
      text.starts_with(':') || text.starts_with('*') || text.find('[') != std::string::npos;
  return ambiguous ? '"' + text + '"' : text;
}

std::string block_of(const IpAddress& address) {
  return yaml(fmt::format("{}/{}", address.to_string(), address.is_v4() ? 32 : 128));
}

// Nobody edits one.
bool is_preset(const Where& where) {
  return where.file.starts_with("preset ");
}

std::string line_of(const Where& where) {
  if (where.file.empty()) return {};
  Where shown = where;
  shown.file = where.file.substr(where.file.rfind('/') + 1);
  shown.column = 0;
  return fmt::format(
      " ({}{})", to_string(shown),
      is_preset(where) ? ": an entry of the bottle's own for that host replaces it" : "");
}

std::string file_of(const Where& where) {
  if (where.file.empty()) return {};
  return " in " + where.file.substr(where.file.rfind('/') + 1);
}

// RFC 6761, section 6.3: everybody knows its addresses.
bool is_localhost(const Host& host) {
  return host.text() == "localhost" || host.text().ends_with(".localhost");
}

std::string with_addresses(const std::string& place, const std::string& blocks) {
  return fmt::format("{{host: {}, addresses: [{}]}}", yaml(place), blocks);
}

// The entry, for what git does there alone.
std::string narrowed(const std::string& entry, GitVerb verb) {
  const bool is_mapping = entry.starts_with('{');
  return fmt::format("{}{}, git: {}}}", is_mapping ? "" : "{host: ",
                     is_mapping ? entry.substr(0, entry.size() - 1) : entry, name_of(verb));
}

std::optional<GitVerb> git_verb_of(const RequestHead& head) {
  return git_request(head, readings_of(head.target.path())).verb;
}

// What would open `address`, where `host` leads: all that it is known to lead to.
std::string blocks_of(const Host& host, const IpAddress& address) {
  if (is_localhost(host) && classify(address) == AddressClass::loopback) {
    return "127.0.0.1/32, \"::1/128\"";
  }
  return block_of(address);
}

// The entry that would permit a place, an address literal of a special-purpose block included.
std::string entry(const Endpoint& endpoint, Scheme scheme) {
  const std::string where = place(endpoint, scheme);
  const std::optional<IpAddress>& address = endpoint.host.address();
  if (is_localhost(endpoint.host)) {
    return with_addresses(where, blocks_of(endpoint.host, *IpAddress::parse("127.0.0.1")));
  }
  if (!address || classify(*address) == AddressClass::global) return yaml(where);
  return with_addresses(where, block_of(*address));
}

std::string_view caution(AddressClass kind) {
  return kind == AddressClass::metadata
             ? ": it hands this machine's credentials to whoever may ask it"
             : "";
}

std::string place(const Route& route) {
  const std::string port =
      route.port == default_port(route.scheme) ? "" : ':' + std::to_string(route.port);
  return fmt::format("{}{}{}", route.scheme == Scheme::http ? "http://" : "", route.pattern.text(),
                     port);
}

std::string place_of(const Route& route) {
  return fmt::format("{} on port {}", name_of(route.scheme), route.port);
}

Decision allowed_by(const Route& route) {
  return {.reason = Reason::allowed,
          .observed = false,
          .route = route.pattern.text(),
          .where = route.where,
          .detail = {},
          .operator_can = {}};
}

bool opens(const Route& route, const IpAddress& address, AddressClass kind) noexcept {
  return std::ranges::any_of(route.addresses, [&](const Cidr& block) {
    return block.contains(address) && (kind != AddressClass::metadata || block.is_single_address());
  });
}

}  // namespace

std::string_view name_of(OnLeak on_leak) noexcept {
  switch (on_leak) {
    case OnLeak::block:
      return "block";
    case OnLeak::redact:
      return "redact";
    case OnLeak::warn:
      return "warn";
  }
  return "";
}

Bottle::Bottle(std::string name, Mode mode, std::vector<Route> routes, Where where)
    : name_(std::move(name)), mode_(mode), routes_(std::move(routes)), where_(std::move(where)) {
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    by_pattern_[routes_[i].pattern.text()].push_back(i);
  }
}

std::vector<const Route*> Bottle::match(const Endpoint& endpoint, Scheme scheme) const {
  Routes routes = routes_of_pattern(endpoint.host);
  std::erase_if(routes, [&](const Route* route) {
    return route->scheme != scheme || route->port != endpoint.port;
  });
  return routes;
}

Decision Bottle::decide_connect(const Endpoint& endpoint, Scheme scheme) const {
  const Routes routes = match(endpoint, scheme);
  if (routes.empty() && mode_ == Mode::enforce) return no_route(endpoint, scheme);
  if (const std::optional<IpAddress>& address = endpoint.host.address()) {
    Decision judged = judge_address(routes, endpoint, scheme, *address, {});
    if (!judged.allowed()) return judged;
  }
  return routes.empty() ? no_route(endpoint, scheme) : allowed_by(*routes.front());
}

Decision Bottle::decide_request(const RequestHead& head) const {
  Decision connect = decide_connect(head.authority, head.scheme);
  if (connect.reason == Reason::host_not_allowed) {
    connect.operator_can = opening(head.authority, head.scheme, git_verb_of(head));
  }
  if (connect.reason != Reason::allowed) return connect;
  const Admission admission = admit(match(head.authority, head.scheme), head);
  return admission.route != nullptr ? allowed_by(*admission.route)
                                    : denial(admission.objection, head);
}

const Route* Bottle::admitting(const RequestHead& head) const {
  const Routes routes = match(head.authority, head.scheme);
  return routes.empty() ? nullptr : admit(routes, head).route;
}

Decision Bottle::decide_address(const Endpoint& endpoint, Scheme scheme, const IpAddress& address,
                                const Neighbourhood& around) const {
  const Routes routes = match(endpoint, scheme);
  if (routes.empty() && mode_ == Mode::enforce) return no_route(endpoint, scheme);
  return judge_address(routes, endpoint, scheme, address, around);
}

const Route* Bottle::passes_through(const Endpoint& endpoint) const {
  const Routes routes = match(endpoint, Scheme::https);
  const bool all = std::ranges::all_of(
      routes, [](const Route* route) { return route->tls == Tls::passthrough; });
  return all && !routes.empty() ? routes.front() : nullptr;
}

OnLeak Bottle::on_leak(const Endpoint& endpoint, Scheme scheme) const {
  const Routes routes = match(endpoint, scheme);
  if (routes.empty()) return OnLeak::block;
  return (*std::ranges::min_element(routes, {}, &Route::on_leak))->on_leak;
}

Opaque Bottle::opaque(const Endpoint& endpoint, Scheme scheme) const {
  if (mode_ == Mode::observe) return Opaque::allow;
  const bool denied = std::ranges::any_of(
      match(endpoint, scheme), [](const Route* route) { return route->opaque == Opaque::deny; });
  return denied ? Opaque::deny : Opaque::allow;
}

// Every pattern that can match a host has one of few texts, so that a bottle of hundreds of routes
// costs a look-up for each label of the host.
Bottle::Routes Bottle::routes_of_pattern(const Host& host) const {
  const auto routes_of = [this](std::string_view pattern) {
    Routes routes;
    if (const auto found = by_pattern_.find(pattern); found != by_pattern_.end()) {
      for (const std::size_t i : found->second) routes.push_back(&routes_[i]);
    }
    return routes;
  };
  Routes routes = routes_of(host.url_text());
  if (!host.is_name()) return routes;
  std::string_view suffix = host.text();
  for (bool first = true; routes.empty(); first = false) {
    const std::size_t dot = suffix.find('.');
    if (dot == std::string_view::npos) break;
    suffix.remove_prefix(dot + 1);
    if (first) routes = routes_of(fmt::format("*.{}", suffix));
    if (routes.empty()) routes = routes_of(fmt::format("**.{}", suffix));
  }
  return routes;
}

// What to add where no route is for that place. git's requests need no more than git's words.
std::string Bottle::opening(const Endpoint& endpoint, Scheme scheme,
                            std::optional<GitVerb> verb) const {
  const std::string whole = entry(endpoint, scheme);
  return fmt::format("add '- {}' under bottles.{}.allow{}{}", verb ? narrowed(whole, *verb) : whole,
                     name_, file_of(where_),
                     endpoint.host.is_name() ? "" : caution(classify(*endpoint.host.address())));
}

Decision Bottle::no_route(const Endpoint& endpoint, Scheme scheme) const {
  Decision denied{
      .reason = Reason::host_not_allowed,
      .observed = mode_ == Mode::observe,
      .route = {},
      .where = where_,
      .detail = {},
      .operator_can = opening(endpoint, scheme, std::nullopt),
  };
  const Routes elsewhere = routes_of_pattern(endpoint.host);
  if (elsewhere.empty()) {
    denied.detail = fmt::format("bottle '{}' may not reach {}: no route names it.", name_,
                                place(endpoint, scheme));
    return denied;
  }
  std::vector<std::string> places;
  for (const Route* route : elsewhere) {
    if (std::ranges::find(places, place_of(*route)) == places.end()) {
      places.push_back(place_of(*route));
    }
  }
  denied.route = elsewhere.front()->pattern.text();
  denied.where = elsewhere.front()->where;
  denied.detail = fmt::format(
      "bottle '{}' may not reach {} by {} on port {}: the most specific route, '{}'{}, is for {} "
      "only.",
      name_, endpoint.host.text(), name_of(scheme), endpoint.port, denied.route,
      line_of(denied.where), fmt::join(places, ", "));
  return denied;
}

Decision Bottle::judge_address(const Routes& routes, const Endpoint& endpoint, Scheme scheme,
                               const IpAddress& address, const Neighbourhood& around) const {
  const AddressClass kind = around.classify(address);
  const IpAddress reached = around.reached(address);
  const auto opened = std::ranges::find_if(routes, [&](const Route* route) {
    return opens(*route, address, kind) || opens(*route, reached, kind);
  });
  if (opened != routes.end()) return allowed_by(**opened);
  if (kind == AddressClass::global) {
    return routes.empty() ? no_route(endpoint, scheme) : allowed_by(*routes.front());
  }
  const bool exactly = kind == AddressClass::metadata;
  Decision denied{
      .reason = Reason::address_not_allowed,
      .observed = false,
      .route = routes.empty() ? "" : routes.front()->pattern.text(),
      .where = routes.empty() ? where_ : routes.front()->where,
      .detail = {},
      .operator_can = {},
  };
  const std::string what =
      reached == address
          ? address.to_string()
          : fmt::format("{}, behind NAT64 as {},", reached.to_string(), address.to_string());
  denied.detail =
      endpoint.host.is_name()
          ? fmt::format("bottle '{}' may not reach {}: its address {} is a {} address, and {}.",
                        name_, place(endpoint, scheme), what, name_of(kind),
                        exactly ? "no route opens exactly that address" : "no route opens it")
          : fmt::format("bottle '{}' may not reach {}: that is a {} address, and {}.", name_,
                        place(endpoint, scheme), name_of(kind),
                        exactly ? "no route opens exactly that address" : "no route opens it");
  const std::string blocks = blocks_of(endpoint.host, reached);
  denied.operator_can =
      routes.empty()
          ? fmt::format("add '- {}' under bottles.{}.allow{}",
                        with_addresses(place(endpoint, scheme), blocks), name_, file_of(where_))
          : fmt::format(
                "add `addresses: [{}]` to the route '{}' of bottles.{}.allow{}, as in '- {}'",
                blocks, denied.route, name_, line_of(denied.where),
                with_addresses(place(*routes.front()), blocks));
  denied.operator_can += caution(kind);
  return denied;
}

Decision Bottle::denial(const Objection& objection, const RequestHead& head) const {
  const Route& route = *objection.route;
  Decision denied{.reason = objection.reason,
                  .observed = mode_ == Mode::observe,
                  .route = route.pattern.text(),
                  .where = route.where,
                  .detail = {},
                  .operator_can = {}};
  denied.detail = fmt::format("bottle '{}' may not {} {}: its route '{}' {}", name_, objection.act,
                              place(head.authority, head.scheme), denied.route, objection.because);
  if (!objection.because.ends_with(' ')) denied.detail += '.';
  if (!objection.instead.empty() && objection.change.empty()) {
    denied.operator_can = objection.instead;
    return denied;
  }
  // More than git asks for, by methods or paths, would let more than git in.
  const auto verb =
      route.git.empty() && !objection.change.empty() ? git_verb_of(head) : std::nullopt;
  if (verb) {
    denied.operator_can =
        fmt::format("add '- {}' under bottles.{}.allow{}{}", narrowed(yaml(place(route)), *verb),
                    name_, file_of(where_),
                    is_preset(route.where) ? ", which replaces what the preset says of that host"
                    : route.paths.empty()  ? ""
                                           : ", with `paths` if it is for some repositories");
    return denied;
  }
  denied.operator_can =
      objection.change.empty()
          ? fmt::format(
                "add an entry for what is meant, narrower or wider, under bottles.{}.allow{}",
                name_, file_of(where_))
          : fmt::format("{} of the route '{}' of bottles.{}.allow{}", objection.change,
                        denied.route, name_, line_of(denied.where));
  if (!objection.instead.empty()) denied.operator_can += ", and " + objection.instead;
  return denied;
}

std::string Bottle::in_file() const {
  return file_of(where_);
}

}  // namespace cork::policy
