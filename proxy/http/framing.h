// Where a message's body ends (RFC 9112, section 6), and reading it.
//
// Pure, sans-io.
//
//   auto framing = request_framing(*head);
//   BodyReader reader(*framing, limits);
//   auto step = reader.read(buffer);    // step->payload, step->consumed; reader.done()
#pragma once

#include "base/bytes.h"
#include "base/limits.h"
#include "proxy/http/field_rules.h"
#include "proxy/http/head.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace cork::http {

struct Framing {
  enum class Kind : std::uint8_t { none, length, chunked, until_close } kind = Kind::none;
  std::uint64_t length = 0;  // only for `length`

  bool operator==(const Framing&) const = default;
};

// Refuses Transfer-Encoding with Content-Length, any coding but a single final `chunked`,
// Transfer-Encoding on HTTP/1.0, lists and repeats of Content-Length, and a body on CONNECT.
// "Content-Length: 0" is `length` of 0; neither field is `none`.
Parsed<Framing> request_framing(const RequestLineAndFields& head);
// `method` is the request's: HEAD, 1xx, 204 and 304 have no body whatever the fields say, nor has
// a 2xx answer to CONNECT. Else refuses what request_framing() does.
Parsed<Framing> response_framing(const StatusLineAndFields& head, std::string_view method);

// The value of the one Content-Length among `fields`; nullopt where there is none, several, or one
// that is not 1 to 19 digits of at most 2^63 - 1.
[[nodiscard]] std::optional<std::uint64_t> content_length(std::span<const Field> fields) noexcept;

// Takes the framing off a body, piece by piece; the pieces may be cut anywhere. Chunk extensions
// are dropped. A trailer that is_forbidden_trailer() refuses makes the message malformed. Memory is
// bounded by `chunk_line_bytes` and `trailer_bytes`. After an error the connection is of no use.
class BodyReader {
 public:
  BodyReader(Framing framing, const HttpLimits& limits) noexcept;

  // Movable: trailers() stay valid, and belong to the new one. Not copyable: they would not.
  BodyReader(BodyReader&&) noexcept = default;
  BodyReader& operator=(BodyReader&&) noexcept = default;
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;
  ~BodyReader() = default;

  struct Step {
    std::size_t consumed = 0;  // bytes of `input` used, payload and framing
    Bytes payload;             // a part of `input`; may be empty while consumed is not
  };
  // Takes at most one run of payload. With consumed == 0 and not done(): more input is needed.
  Parsed<Step> read(Bytes input);
  // The peer closed. An error unless the body was complete or until_close.
  Parsed<void> end_of_input();

  [[nodiscard]] bool done() const noexcept { return state_ == State::done; }
  // Payload bytes still to come where the framing says so (`length`), else 0.
  [[nodiscard]] std::uint64_t remaining() const noexcept {
    return state_ == State::length ? remaining_ : 0;
  }
  // The trailer fields, once done(); views into this reader.
  [[nodiscard]] const std::vector<Field>& trailers() const noexcept { return trailers_; }

 private:
  enum class State : std::uint8_t {
    length,
    until_close,
    chunk_line,
    chunk_data,
    chunk_end,
    trailer,
    done
  };

  // The part of `input` that is payload of the state we are in.
  Bytes take_payload(Bytes input) noexcept;
  // One line of framing, or the start of one: how many bytes of `input` it took.
  Parsed<std::size_t> take_framing(std::string_view input);
  Parsed<void> end_chunk_line();
  Parsed<void> end_trailer_line();

  HttpLimits limits_;
  State state_;
  std::uint64_t remaining_ = 0;  // payload bytes of the body (length) or the chunk (chunk_data)
  std::size_t overhead_ = 0;     // framing bytes in excess of what their payload justifies
  std::vector<char> line_;  // a line or trailer section not yet whole; a vector, because moving
                            // one leaves the bytes where trailers_ looks for them
  std::vector<Field> trailers_;
};

}  // namespace cork::http
