// Writing HTTP/1.1 heads and chunks from parsed, validated values: raw head bytes are never copied.
//
// Pure: appends to a string the caller owns. A field whose name is not a token, or whose value
// holds a control character, is left out wherever it came from.
//
//   write_request_head(out, head, *framing);
//   write_chunk_prefix(out, part.size());
//   out.append(part).append("\r\n");
//   write_last_chunk(out, reader.trailers());
#pragma once

#include "base/message.h"
#include "proxy/http/field_rules.h"
#include "proxy/http/framing.h"
#include "proxy/http/head.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace cork::http {

// The request line in origin-form, Host, the end-to-end fields in their order, framing.
// `Expect` is dropped (cork answers it), `Accept-Encoding` is reduced to gzip, deflate, br, zstd
// and identity, `Cork-*` fields are dropped. `head.method` is a token; `body` is not until_close. A
// POST, PUT or PATCH without a body says "Content-Length: 0".
void write_request_head(std::string& out, const RequestHead& head, Framing body);

struct ResponseOptions {
  Version client_version = Version::http11;
  bool close = false;  // say Connection: close
};
// The status line as HTTP/1.1 and the end-to-end fields without `Cork-*` and `Alt-Svc`; framing.
// `none` is for what has no body whatever the fields say: there the Content-Length of a response to
// HEAD and of a 304 is kept as the origin sent it, where it is one number. until_close always says
// Connection: close; an HTTP/1.0 client is told keep-alive where `close` is not set, and must not
// be given `chunked`. The reason is left out unless it is printable ASCII.
void write_response_head(std::string& out, const StatusLineAndFields& head, Framing body,
                         ResponseOptions options);

// "HTTP/1.1 100 Continue" and its blank line; the end-to-end fields between them (103 has Link).
// Not for HTTP/1.0 clients.
void write_interim(std::string& out, const StatusLineAndFields& head);

// A whole response of cork's own: status line, `fields`, Content-Length, body. `head_only`: the
// answer to HEAD, the same without the body. `fields` name no framing and no Connection: such are
// left out. For an HTTP/1.0 client `close` must be set.
void write_simple_response(std::string& out, int status, std::string_view reason,
                           std::span<const Field> fields, std::string_view body, bool close,
                           bool head_only);

// "1f4\r\n": then the payload, then "\r\n". Of at least one byte: a chunk of none ends the body.
void write_chunk_prefix(std::string& out, std::uint64_t payload_bytes);
// "0\r\n", the trailers, "\r\n". Leaves out what is_forbidden_trailer() names.
void write_last_chunk(std::string& out, std::span<const Field> trailers);

}  // namespace cork::http
