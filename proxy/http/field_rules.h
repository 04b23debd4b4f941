// What becomes of a field because of its name: which concern one hop only, and which a trailer
// section must not hold.
//
// Pure.
#pragma once

#include "base/message.h"

#include <span>
#include <string_view>

namespace cork::http {

// The fields that concern one hop only (RFC 9110, section 7.6.1; RFC 9112) and are never forwarded:
// Connection and what it lists, Keep-Alive, Proxy-*, TE, Trailer, Transfer-Encoding, Upgrade,
// HTTP2-Settings, and Content-Length and Host, which the writer makes itself. A Connection that
// names an end-to-end field cork or an origin relies on (Authorization, Cookie, Content-*, X-*,
// ...) does not remove it: whoever sends that wants cork and the origin to see different requests.
[[nodiscard]] bool is_hop_by_hop(const Field& field, std::span<const Field> all) noexcept;

// Whether a field of that name is refused in a trailer section: framing, routing, credentials,
// what says how to read the body, and what a cache or a client acts upon (RFC 9110, section 6.5.1).
[[nodiscard]] bool is_forbidden_trailer(std::string_view name) noexcept;

// `Cork-*`, which cork alone says: dropped from what either side sends.
[[nodiscard]] bool is_cork_field(std::string_view name) noexcept;

}  // namespace cork::http
