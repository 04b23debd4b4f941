// Which names of fields, parameters and cookies hold a credential: what an origin takes for the
// identity of whoever asks.
//
// Pure. Names are compared as the most lenient frameworks do: without regard to case and to what is
// no letter and no digit. Errs on the side of a credential; what well-known programs send and is
// none is listed with the reason. No list of names is complete: an origin is free to make up one.
//
//   is_credential_field("X-Api-Key");         // true
//   is_credential_field("Idempotency-Key");   // false
//   is_credential_parameter("access_token");  // true
#pragma once

#include <string>
#include <string_view>

namespace cork::policy {

// A field of a head or a trailer. Proxy-Authorization is none, since it goes no further than cork;
// any other spelling of it does.
[[nodiscard]] bool is_credential_field(std::string_view name);

// A parameter of a query or of a path's segment, its escapes taken off once. Each part of a name
// with brackets is judged, and what more escapes hide. The names `u` and `p` are none: a few
// origins take a user and a password there, and far more a page.
[[nodiscard]] bool is_credential_parameter(std::string_view name);

// A cookie that says nothing of who asks: those by which load balancers and their guards recognise
// a connection. Every other one is an identity.
[[nodiscard]] bool is_harmless_cookie(std::string_view name, std::string_view value);

// The name as messages and the log may show it: lower case, and the words that names of credentials
// are made of. Any other word is replaced by "…", since a sender can put a secret there.
[[nodiscard]] std::string shown_name(std::string_view name);

}  // namespace cork::policy
