#include "proxy/http/head.h"

#include "base/ascii.h"
#include "proxy/http/characters.h"
#include "proxy/http/parse_error.h"
#include "proxy/http/request_target.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace cork::http {
namespace {

// Most heads have fewer fields; one allocation serves them.
constexpr std::size_t kUsualFields = 24;

// All Connection fields together. Every other field is compared with every option they name, so
// this bounds the work that a head can ask for; honest ones have some twenty bytes.
constexpr std::size_t kConnectionBytes = 1024;

// Cuts the next line off, without its CRLF. nullopt where it ends in a bare LF or not at all.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t lf = text.find('\n');
  if (lf == std::string_view::npos || lf == 0 || text[lf - 1] != '\r') return std::nullopt;
  const std::string_view line = text.substr(0, lf - 1);
  text.remove_prefix(lf + 1);
  return line;
}

Parsed<void> add_field(std::string_view line, std::vector<Field>& fields) {
  if (line.front() == ' ' || line.front() == '\t') {
    return malformed("a line begins with white space (obs-fold)");
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return malformed("a field line has no colon");
  const std::string_view name = line.substr(0, colon);
  if (!is_token(name)) return malformed("a field name is not a token");
  const std::string_view value = trim_ows(line.substr(colon + 1));
  if (!is_field_value(value)) return malformed("a field value holds a control character");
  fields.push_back({name, value});
  return {};
}

// `text` is field lines and the blank line, nothing after it.
Parsed<void> read_fields(std::string_view text, const HttpLimits& limits,
                         std::vector<Field>& fields) {
  fields.reserve(std::min(limits.fields, kUsualFields));
  for (;;) {
    const auto line = take_line(text);
    if (!line) return malformed("a line does not end in CRLF");
    if (line->empty()) break;
    if (fields.size() >= limits.fields) return too_large("too many fields");
    if (auto added = add_field(*line, fields); !added) return added;
  }
  if (!text.empty()) return malformed("bytes follow the blank line");
  return {};
}

Parsed<void> check_connection(std::span<const Field> fields) {
  std::size_t bytes = 0;
  for (const Field& field : fields) {
    if (is_named(field.name, "connection")) bytes += field.value.size() + 1;
  }
  if (bytes > kConnectionBytes) return too_large("the Connection field is too long");
  return {};
}

// What a Host may hold in any spelling that cork accepts; whether it is a host is for Endpoint.
constexpr bool is_host_char(char c) {
  return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
}

// A gateway that maps '-' to '_' (CGI, WSGI) would take these for the fields they resemble.
bool resembles_framing(std::string_view name) {
  return is_named(name, "content_length") || is_named(name, "transfer_encoding");
}

Parsed<void> check_request_fields(const RequestLineAndFields& head) {
  std::size_t hosts = 0;
  for (const Field& field : head.fields) {
    if (resembles_framing(field.name)) return malformed("a field name imitates message framing");
    if (!is_named(field.name, "host")) continue;
    if (++hosts > 1) return malformed("more than one Host");
    if (field.value.empty()) return malformed("Host is empty");
    if (!std::ranges::all_of(field.value, is_host_char)) {
      return malformed("Host is not a host with an optional port");
    }
  }
  if (hosts == 0 && head.version == Version::http11) return malformed("no Host");
  return check_connection(head.fields);
}

std::optional<Version> parse_version(std::string_view text) {
  if (text == "HTTP/1.1") return Version::http11;
  if (text == "HTTP/1.0") return Version::http10;
  return std::nullopt;
}

Parsed<void> parse_request_line(std::string_view line, const HttpLimits& limits,
                                RequestLineAndFields& head) {
  const std::size_t method_end = line.find(' ');
  const std::size_t target_end = line.rfind(' ');
  if (method_end == std::string_view::npos || target_end == method_end) {
    return malformed("the request line is not a method, a target and a version");
  }
  head.method = line.substr(0, method_end);
  head.target = line.substr(method_end + 1, target_end - method_end - 1);
  if (head.method.size() > limits.method_bytes) return too_large("the method is too long");
  if (!is_token(head.method)) return malformed("the method is not a token");
  const auto version = parse_version(line.substr(target_end + 1));
  if (!version) return malformed("the version is neither HTTP/1.0 nor HTTP/1.1");
  head.version = *version;
  if (head.target.size() > limits.target_bytes) return too_large("the target is too long");
  const auto form = target_form(head.method, head.target);
  if (!form) return std::unexpected(form.error());
  head.form = *form;
  return {};
}

Parsed<void> parse_status_line(std::string_view line, StatusLineAndFields& head) {
  constexpr std::size_t version_size = 8, status_size = 3;
  const auto version = parse_version(line.substr(0, version_size));
  if (!version) return malformed("the version is neither HTTP/1.0 nor HTTP/1.1");
  head.version = *version;

  const std::string_view rest = line.substr(version_size);
  if (rest.size() < 1 + status_size || rest[0] != ' ' || !is_digit(rest[1]) || !is_digit(rest[2]) ||
      !is_digit(rest[3])) {
    return malformed("the status is not three digits");
  }
  head.status = (rest[1] - '0') * 100 + (rest[2] - '0') * 10 + (rest[3] - '0');
  if (head.status < 100 || head.status > 599) return malformed("the status is not 100 to 599");

  const std::string_view tail = rest.substr(1 + status_size);
  if (tail.empty()) return {};
  if (tail.front() != ' ') return malformed("the status is not three digits");
  head.reason = tail.substr(1);
  if (!is_field_value(head.reason)) return malformed("the reason holds a control character");
  return {};
}

}  // namespace

std::size_t find_head_end(std::string_view buffer, std::size_t searched) noexcept {
  const std::size_t begin = buffer.starts_with("\r\n") ? 2 : 0;
  std::size_t from = std::max(begin, searched);
  // A bare LF ends a line here too: such a head is delimited now and refused by the parser,
  // instead of being waited for.
  while (from < buffer.size()) {
    const std::size_t lf = buffer.find('\n', from);
    if (lf == std::string_view::npos) return 0;
    std::size_t line_end = lf;
    if (line_end > begin && buffer[line_end - 1] == '\r') --line_end;
    if (line_end == begin || buffer[line_end - 1] == '\n') return lf + 1;
    from = lf + 1;
  }
  return 0;
}

Parsed<RequestLineAndFields> parse_request(std::string_view head, const HttpLimits& limits) {
  if (head.size() > limits.head_bytes) return too_large("the head is too long");
  if (head.starts_with("\r\n")) head.remove_prefix(2);
  const auto line = take_line(head);
  if (!line) return malformed("the request line does not end in CRLF");

  Parsed<RequestLineAndFields> parsed;
  if (auto done = parse_request_line(*line, limits, *parsed); !done) {
    return std::unexpected(std::move(done).error());
  }
  if (auto done = read_fields(head, limits, parsed->fields); !done) {
    return std::unexpected(std::move(done).error());
  }
  if (auto done = check_request_fields(*parsed); !done) {
    return std::unexpected(std::move(done).error());
  }
  return parsed;
}

Parsed<StatusLineAndFields> parse_response(std::string_view head, const HttpLimits& limits) {
  if (head.size() > limits.head_bytes) return too_large("the head is too long");
  const auto line = take_line(head);
  if (!line) return malformed("the status line does not end in CRLF");

  Parsed<StatusLineAndFields> parsed;
  if (auto done = parse_status_line(*line, *parsed); !done) {
    return std::unexpected(std::move(done).error());
  }
  if (auto done = read_fields(head, limits, parsed->fields); !done) {
    return std::unexpected(std::move(done).error());
  }
  if (auto done = check_connection(parsed->fields); !done) {
    return std::unexpected(std::move(done).error());
  }
  return parsed;
}

Parsed<std::vector<Field>> parse_fields(std::string_view text, const HttpLimits& limits) {
  Parsed<std::vector<Field>> fields;
  if (auto done = read_fields(text, limits, *fields); !done) {
    return std::unexpected(std::move(done).error());
  }
  return fields;
}

bool has_list_token(const std::vector<Field>& fields, std::string_view name,
                    std::string_view token) noexcept {
  for (const Field& field : fields) {
    if (!equals_ignoring_case(field.name, name)) continue;
    std::string_view list = field.value;
    while (!list.empty()) {
      if (equals_ignoring_case(take_list_element(list), token)) return true;
    }
  }
  return false;
}

}  // namespace cork::http
