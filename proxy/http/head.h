// Strict HTTP/1.1 message heads (RFC 9112): the bytes of a start line and its fields, checked and
// cut into views.
//
// Pure, sans-io. Views point into the buffer that was parsed. Nothing is repaired: what RFC 9112
// lets a recipient repair (obs-fold, bare LF, white space before a colon) is refused, because two
// readers that repair differently are a request-smuggling bug.
//
//   std::size_t end = find_head_end(buffer, searched);      // 0: read more
//   auto head = parse_request(buffer.substr(0, end), limits);
//   if (!head) refuse(head.error());
#pragma once

#include "base/limits.h"
#include "base/message.h"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace cork::http {

// Why a message is refused. `what` says what was wrong, never quoting a field's value.
struct ParseError {
  enum class Kind : std::uint8_t { malformed, too_large } kind = Kind::malformed;
  std::string what;
};

template <class T>
using Parsed = std::expected<T, ParseError>;

enum class Version : std::uint8_t { http10, http11 };

enum class TargetForm : std::uint8_t { origin, absolute, authority, asterisk };

struct RequestLineAndFields {
  std::string_view method;
  TargetForm form = TargetForm::origin;
  std::string_view target;  // as spelled
  Version version = Version::http11;
  std::vector<Field> fields;
};

struct StatusLineAndFields {
  Version version = Version::http11;
  int status = 0;           // 100-599
  std::string_view reason;  // may be empty
  std::vector<Field> fields;
};

// The length of the head at the start of `buffer` (through the blank line), or 0 where it has not
// all arrived. `searched`: bytes already known to hold no end. One leading empty line is part of a
// request's head (RFC 9112, section 2.2).
[[nodiscard]] std::size_t find_head_end(std::string_view buffer, std::size_t searched) noexcept;

// Of a head that find_head_end() delimited. Beyond the grammar: exactly one Host on HTTP/1.1 (at
// most one on 1.0), a version of 1.0 or 1.1, a target that fits its form and method.
Parsed<RequestLineAndFields> parse_request(std::string_view head, const HttpLimits& limits);
// Tolerates a status line that ends after the status ("HTTP/1.1 200"): servers send it.
Parsed<StatusLineAndFields> parse_response(std::string_view head, const HttpLimits& limits);
// Fields up to a blank line, as in a trailer section.
Parsed<std::vector<Field>> parse_fields(std::string_view text, const HttpLimits& limits);

// An absolute-form target ("http://host:port/path") cut in three; path_and_query is "/" where it is
// empty. Refuses userinfo, fragments and every scheme but http and https.
struct AbsoluteTarget {
  Scheme scheme;
  Endpoint authority;
  std::string_view path_and_query;
};
Parsed<AbsoluteTarget> parse_absolute_target(std::string_view target);

// Whether a comma-separated field of that name holds `token` (case-insensitive), over all its
// lines.
[[nodiscard]] bool has_list_token(const std::vector<Field>& fields, std::string_view name,
                                  std::string_view token) noexcept;

}  // namespace cork::http
