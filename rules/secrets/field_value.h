// How a credential stands in a field of a body: a member of a JSON object, or of a form.
//
// Pure functions.
//
//   const std::string_view body = R"({"grant_type":"refresh_token","refresh_token":"x"})";
//   const Field field = field_at(body, 47, 48, false);             // of the x
//   if (field.whole_value && field.token_request) return at_home;
#pragma once

#include <cstddef>
#include <string_view>

namespace cork::secrets {

struct Field {
  // Nothing but the credential, or more characters of the same kind, is between the quotes, or
  // between '=' and '&'; as far as `text` goes.
  bool whole_value = false;
  // The body has a field `grant_type`, as every request for a token has (RFC 6749).
  bool token_request = false;
};

// Of text[begin, end), as the body spells it; `text` is what there is of it in sight.
[[nodiscard]] Field field_at(std::string_view text, std::size_t begin, std::size_t end,
                             bool form) noexcept;

// Is a segment of the path called so: "/oauth/token", "/auth/v1/token", "/login/access_token"?
[[nodiscard]] bool asks_for_token(std::string_view path) noexcept;

}  // namespace cork::secrets
