#include "proxy/http/writer.h"

#include "base/ascii.h"
#include "proxy/http/accept_encoding.h"
#include "proxy/http/characters.h"

#include <array>
#include <cassert>
#include <charconv>

namespace cork::http {
namespace {

constexpr std::string_view kCrlf = "\r\n";

void append_number(std::string& out, std::uint64_t number, int base = 10) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append(digits.data(), end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append(kCrlf);
}

void append_content_length(std::string& out, std::uint64_t length) {
  out += "Content-Length: ";
  append_number(out, length);
  out += kCrlf;
}

bool is_writable(const Field& field) noexcept {
  return is_token(field.name) && is_field_value(field.value);
}

// The fields of a head that go on, without those that `drop` names.
template <class Drop>
void append_end_to_end(std::string& out, std::span<const Field> fields, Drop drop) {
  for (const Field& field : fields) {
    if (is_cork_field(field.name) || is_hop_by_hop(field, fields) || drop(field)) continue;
    if (is_writable(field)) append_field(out, field.name, field.value);
  }
}

void append_status_line(std::string& out, int status, std::string_view reason) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::uint64_t>(status));
  out += ' ';
  if (is_printable_ascii(reason)) out += reason;
  out += kCrlf;
}

bool is_alt_svc(const Field& field) noexcept {
  return is_named(field.name, "alt-svc");
}

bool is_bodiless(int status) noexcept {
  return status < 200 || status == 204 || status == 304;
}

std::size_t bytes_of(std::span<const Field> fields) noexcept {
  std::size_t bytes = 0;
  for (const Field& field : fields) bytes += field.name.size() + field.value.size() + 4;
  return bytes;
}

}  // namespace

void write_request_head(std::string& out, const RequestHead& head, Framing body) {
  assert(is_token(head.method));
  assert(body.kind != Framing::Kind::until_close);
  constexpr std::size_t host_and_framing = 384;
  out.reserve(out.size() + head.method.size() + head.target.text().size() + host_and_framing +
              bytes_of(head.fields));

  out.append(head.method).append(" ").append(head.target.text()).append(" HTTP/1.1\r\nHost: ");
  out += head.authority.host.url_text();
  if (head.authority.port != default_port(head.scheme)) {
    out += ':';
    append_number(out, head.authority.port);
  }
  out += kCrlf;

  bool accepted = false;  // whether Accept-Encoding has been written: once, for all its lines
  append_end_to_end(out, head.fields, [&](const Field& field) {
    if (is_named(field.name, "expect")) return true;
    if (!is_named(field.name, "accept-encoding")) return false;
    if (!accepted) append_field(out, "Accept-Encoding", reduced_accept_encoding(head.fields));
    accepted = true;
    return true;
  });

  const bool expects_length =
      head.method == "POST" || head.method == "PUT" || head.method == "PATCH";
  switch (body.kind) {
    case Framing::Kind::length:
      append_content_length(out, body.length);
      break;
    case Framing::Kind::chunked:
      out += "Transfer-Encoding: chunked\r\n";
      break;
    case Framing::Kind::none:
    case Framing::Kind::until_close:
      if (expects_length) append_content_length(out, 0);
      break;
  }
  out += kCrlf;
}

void write_response_head(std::string& out, const StatusLineAndFields& head, Framing body,
                         ResponseOptions options) {
  assert(body.kind != Framing::Kind::chunked || options.client_version != Version::http10);
  constexpr std::size_t status_and_framing = 160;
  out.reserve(out.size() + head.reason.size() + status_and_framing + bytes_of(head.fields));

  append_status_line(out, head.status, head.reason);
  append_end_to_end(out, head.fields, is_alt_svc);
  switch (body.kind) {
    case Framing::Kind::length:
      append_content_length(out, body.length);
      break;
    case Framing::Kind::chunked:
      out += "Transfer-Encoding: chunked\r\n";
      break;
    case Framing::Kind::until_close:
      break;
    case Framing::Kind::none:
      if (is_bodiless(head.status) && head.status != 304) break;
      if (const auto length = content_length(head.fields)) append_content_length(out, *length);
      break;
  }
  if (options.close || body.kind == Framing::Kind::until_close) {
    out += "Connection: close\r\n";
  } else if (options.client_version == Version::http10) {
    out += "Connection: keep-alive\r\n";
  }
  out += kCrlf;
}

void write_interim(std::string& out, const StatusLineAndFields& head) {
  append_status_line(out, head.status, head.reason);
  append_end_to_end(out, head.fields, is_alt_svc);
  out += kCrlf;
}

void write_simple_response(std::string& out, int status, std::string_view reason,
                           std::span<const Field> fields, std::string_view body, bool close,
                           bool head_only) {
  append_status_line(out, status, reason);
  for (const Field& field : fields) {
    if (!is_hop_by_hop(field, {}) && is_writable(field)) append_field(out, field.name, field.value);
  }
  if (!is_bodiless(status)) append_content_length(out, body.size());
  if (close) out += "Connection: close\r\n";
  out += kCrlf;
  if (!head_only && !is_bodiless(status)) out += body;
}

void write_chunk_prefix(std::string& out, std::uint64_t payload_bytes) {
  assert(payload_bytes > 0);
  append_number(out, payload_bytes, 16);
  out += kCrlf;
}

void write_last_chunk(std::string& out, std::span<const Field> trailers) {
  out += "0\r\n";
  for (const Field& field : trailers) {
    if (is_forbidden_trailer(field.name) || !is_writable(field)) continue;
    append_field(out, field.name, field.value);
  }
  out += kCrlf;
}

}  // namespace cork::http
