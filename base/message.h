// A request's head as the rest of the program sees it: one value for HTTP/1.1, HTTP/2 and
// `cork check`, so that neither policy nor scanner knows the wire version.
//
// Pure. Holds views into the parser's buffer and lives no longer than that.
#pragma once

#include "base/endpoint.h"
#include "base/target.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace cork {

enum class Scheme : std::uint8_t { http, https };

[[nodiscard]] constexpr std::string_view name_of(Scheme scheme) noexcept {
  return scheme == Scheme::https ? "https" : "http";
}
[[nodiscard]] constexpr std::uint16_t default_port(Scheme scheme) noexcept {
  return scheme == Scheme::https ? 443 : 80;
}

struct Field {
  std::string_view name;   // as spelled
  std::string_view value;  // without surrounding white space
};

struct RequestHead {
  std::string_view method;
  Scheme scheme;
  Endpoint authority;
  Target target;
  std::span<const Field> fields;
};

// The first field of that name (ASCII case-insensitive), or nullptr.
[[nodiscard]] const Field* find_field(std::span<const Field> fields,
                                      std::string_view name) noexcept;

}  // namespace cork
