#include "proxy/http/field_rules.h"

#include "base/ascii.h"
#include "proxy/http/characters.h"

#include <algorithm>
#include <array>

namespace cork::http {
namespace {

using namespace std::string_view_literals;

constexpr std::array kHopNames = {
    "connection"sv, "keep-alive"sv,        "te"sv,
    "trailer"sv,    "transfer-encoding"sv, "upgrade"sv,
    "host"sv,       "content-length"sv,    "http2-settings"sv,
};

// Never removed because a Connection lists them, beside the prefixes below.
constexpr std::array kKeptNames = {
    "age"sv,
    "allow"sv,
    "alt-svc"sv,
    "anthropic-beta"sv,
    "anthropic-version"sv,
    "api-key"sv,
    "apikey"sv,
    "authentication-info"sv,
    "authorization"sv,
    "cache-control"sv,
    "cookie"sv,
    "date"sv,
    "dpop"sv,
    "etag"sv,
    "expect"sv,
    "expires"sv,
    "forwarded"sv,
    "from"sv,
    "idempotency-key"sv,
    "last-modified"sv,
    "link"sv,
    "location"sv,
    "max-forwards"sv,
    "origin"sv,
    "pragma"sv,
    "private-token"sv,
    "range"sv,
    "referer"sv,
    "retry-after"sv,
    "server"sv,
    "set-cookie"sv,
    "signature"sv,
    "signature-input"sv,
    "strict-transport-security"sv,
    "user-agent"sv,
    "vary"sv,
    "via"sv,
    "warning"sv,
    "www-authenticate"sv,
};
constexpr std::array kKeptPrefixes = {
    "accept"sv, "access-control-"sv, "content-"sv, "cork-"sv, "if-"sv, "sec-"sv, "x-"sv,
};

constexpr std::array kForbiddenTrailerNames = {
    "accept-encoding"sv,
    "age"sv,
    "allow"sv,
    "alt-svc"sv,
    "authentication-info"sv,
    "authorization"sv,
    "cache-control"sv,
    "connection"sv,
    "content-encoding"sv,
    "content-length"sv,
    "content-location"sv,
    "content-range"sv,
    "content-type"sv,
    "cookie"sv,
    "date"sv,
    "expect"sv,
    "expires"sv,
    "forwarded"sv,
    "host"sv,
    "http2-settings"sv,
    "keep-alive"sv,
    "location"sv,
    "max-forwards"sv,
    "origin"sv,
    "pragma"sv,
    "range"sv,
    "referer"sv,
    "retry-after"sv,
    "set-cookie"sv,
    "strict-transport-security"sv,
    "te"sv,
    "trailer"sv,
    "transfer-encoding"sv,
    "upgrade"sv,
    "user-agent"sv,
    "vary"sv,
    "via"sv,
    "warning"sv,
    "www-authenticate"sv,
    "x-http-method"sv,
    "x-http-method-override"sv,
    "x-method-override"sv,
    "x-original-url"sv,
    "x-rewrite-url"sv,
};
constexpr std::array kForbiddenTrailerPrefixes = {
    "access-control-"sv, "cork-"sv, "if-"sv, "proxy-"sv, "sec-"sv, "x-forwarded-"sv,
};

bool starts_with_any(std::string_view name, std::span<const std::string_view> prefixes) noexcept {
  return std::ranges::any_of(prefixes,
                             [name](std::string_view prefix) { return has_prefix(name, prefix); });
}

bool is_any_of(std::string_view name, std::span<const std::string_view> names) noexcept {
  return std::ranges::any_of(names,
                             [name](std::string_view other) { return is_named(name, other); });
}

bool is_listed_in_connection(std::string_view name, std::span<const Field> all) noexcept {
  for (const Field& field : all) {
    if (!is_named(field.name, "connection")) continue;
    std::string_view options = field.value;
    while (!options.empty()) {
      const std::string_view option = take_list_element(options);
      if (option.size() == name.size() && equals_ignoring_case(option, name)) return true;
    }
  }
  return false;
}

}  // namespace

bool is_hop_by_hop(const Field& field, std::span<const Field> all) noexcept {
  if (is_any_of(field.name, kHopNames) || has_prefix(field.name, "proxy-")) return true;
  return is_listed_in_connection(field.name, all) && !is_any_of(field.name, kKeptNames) &&
         !starts_with_any(field.name, kKeptPrefixes);
}

bool is_forbidden_trailer(std::string_view name) noexcept {
  return is_any_of(name, kForbiddenTrailerNames) ||
         starts_with_any(name, kForbiddenTrailerPrefixes);
}

bool is_cork_field(std::string_view name) noexcept {
  return has_prefix(name, "cork-");
}

}  // namespace cork::http
