#include "proxy/http/framing.h"

#include "base/ascii.h"
#include "proxy/http/characters.h"
#include "proxy/http/parse_error.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace cork::http {
namespace {

constexpr std::uint64_t kLargestLength = std::numeric_limits<std::int64_t>::max();

// Chunk lines may carry extensions, and chunks may be one byte long. What a chunk line has beyond
// twice its payload and this much is counted, over the whole body, against so many chunk lines.
constexpr std::size_t kFreeLineBytes = 16;
constexpr std::size_t kOverheadLines = 16;

std::optional<std::uint64_t> parse_length(std::string_view text) noexcept {
  constexpr std::size_t digits = 19;  // of 2^63 - 1, so that no sum below overflows 64 bits
  if (text.empty() || text.size() > digits || !std::ranges::all_of(text, is_digit)) {
    return std::nullopt;
  }
  std::uint64_t length = 0;
  for (const char c : text) length = length * 10 + static_cast<std::uint64_t>(c - '0');
  if (length > kLargestLength) return std::nullopt;
  return length;
}

std::size_t count(std::span<const Field> fields, std::string_view name) noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(
      fields, [name](const Field& field) { return is_named(field.name, name); }));
}

// What the two framing fields say; `absent` where neither is there.
Parsed<Framing> framing_of(std::span<const Field> fields, Version version, Framing::Kind absent) {
  const std::size_t codings = count(fields, "transfer-encoding");
  const std::size_t lengths = count(fields, "content-length");
  if (codings > 0) {
    if (version == Version::http10) return malformed("Transfer-Encoding on HTTP/1.0");
    if (lengths > 0) return malformed("both Transfer-Encoding and Content-Length");
    if (codings > 1) return malformed("more than one Transfer-Encoding");
    if (!equals_ignoring_case(find_field(fields, "transfer-encoding")->value, "chunked")) {
      return malformed("Transfer-Encoding is not exactly 'chunked'");
    }
    return Framing{.kind = Framing::Kind::chunked};
  }
  if (lengths == 0) return Framing{.kind = absent};
  if (lengths > 1) return malformed("more than one Content-Length");
  const auto length = content_length(fields);
  if (!length) return malformed("Content-Length is not a decimal number below 2^63");
  return Framing{.kind = Framing::Kind::length, .length = *length};
}

}  // namespace

std::optional<std::uint64_t> content_length(std::span<const Field> fields) noexcept {
  if (count(fields, "content-length") != 1) return std::nullopt;
  return parse_length(find_field(fields, "content-length")->value);
}

Parsed<Framing> request_framing(const RequestLineAndFields& head) {
  auto framing = framing_of(head.fields, head.version, Framing::Kind::none);
  if (framing && head.method == "CONNECT") {
    if (framing->kind == Framing::Kind::chunked || framing->length > 0) {
      return malformed("CONNECT with a body");
    }
    return Framing{};
  }
  return framing;
}

Parsed<Framing> response_framing(const StatusLineAndFields& head, std::string_view method) {
  const bool tunnel = method == "CONNECT" && head.status >= 200 && head.status < 300;
  if (tunnel || method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304) {
    return Framing{};
  }
  return framing_of(head.fields, head.version, Framing::Kind::until_close);
}

BodyReader::BodyReader(Framing framing, const HttpLimits& limits) noexcept
    : limits_(limits), state_(State::done) {
  switch (framing.kind) {
    case Framing::Kind::none:
      break;
    case Framing::Kind::length:
      remaining_ = framing.length;
      if (remaining_ > 0) state_ = State::length;
      break;
    case Framing::Kind::chunked:
      state_ = State::chunk_line;
      break;
    case Framing::Kind::until_close:
      state_ = State::until_close;
      break;
  }
}

Parsed<BodyReader::Step> BodyReader::read(Bytes input) {
  Step step;
  while (step.consumed < input.size() && !done()) {
    const Bytes rest = input.subspan(step.consumed);
    step.payload = take_payload(rest);
    if (!step.payload.empty()) {
      step.consumed += step.payload.size();
      break;
    }
    const auto taken = take_framing(as_text(rest));
    if (!taken) return std::unexpected(taken.error());
    step.consumed += *taken;
  }
  return step;
}

Parsed<void> BodyReader::end_of_input() {
  if (state_ == State::until_close) state_ = State::done;
  if (!done()) return malformed("the connection closed before the end of the body");
  return {};
}

Bytes BodyReader::take_payload(Bytes input) noexcept {
  if (state_ == State::until_close) return input;
  if (state_ != State::length && state_ != State::chunk_data) return {};
  const Bytes payload =
      input.first(static_cast<std::size_t>(std::min<std::uint64_t>(input.size(), remaining_)));
  remaining_ -= payload.size();
  if (remaining_ == 0) state_ = state_ == State::length ? State::done : State::chunk_end;
  return payload;
}

Parsed<std::size_t> BodyReader::take_framing(std::string_view input) {
  constexpr std::size_t crlf = 2;
  if (state_ == State::chunk_end) {
    const std::string_view piece = input.substr(0, crlf - line_.size());
    line_.insert(line_.end(), piece.begin(), piece.end());
    if (line_.size() < crlf) return piece.size();
    if (line_[0] != '\r' || line_[1] != '\n') return malformed("a chunk does not end in CRLF");
    line_.clear();
    state_ = State::chunk_line;
    return piece.size();
  }

  const std::size_t lf = input.find('\n');
  const std::string_view piece = lf == std::string_view::npos ? input : input.substr(0, lf + 1);
  const bool in_trailer = state_ == State::trailer;
  const std::size_t cap = in_trailer ? limits_.trailer_bytes : limits_.chunk_line_bytes;
  if (piece.size() > cap - std::min(cap, line_.size())) {
    return too_large(in_trailer ? "the trailer section is too long" : "a chunk line is too long");
  }
  line_.insert(line_.end(), piece.begin(), piece.end());
  if (lf == std::string_view::npos) return piece.size();
  if (auto ended = in_trailer ? end_trailer_line() : end_chunk_line(); !ended) {
    return std::unexpected(std::move(ended).error());
  }
  return piece.size();
}

Parsed<void> BodyReader::end_chunk_line() {
  constexpr std::size_t most_digits = 16;
  std::string_view line(line_.data(), line_.size());
  if (!line.ends_with("\r\n")) return malformed("a chunk line does not end in CRLF");
  line.remove_suffix(2);

  std::size_t digits = 0;
  std::uint64_t size = 0;
  for (; digits < line.size() && hex_value(line[digits]) >= 0; ++digits) {
    if (digits == most_digits) return malformed("a chunk size has more than 16 digits");
    size = size * 16 + static_cast<std::uint64_t>(hex_value(line[digits]));
  }
  if (digits == 0) return malformed("a chunk size is missing");
  if (size > kLargestLength) return malformed("a chunk size is not below 2^63");
  const std::string_view extensions = line.substr(digits);
  if (!extensions.empty() && extensions.front() != ';') {
    return malformed("a chunk size is not hexadecimal");
  }
  if (!is_field_value(extensions)) {
    return malformed("a chunk extension holds a control character");
  }

  const std::uint64_t justified = kFreeLineBytes + 2 * std::min<std::uint64_t>(size, line_.size());
  overhead_ += line_.size();
  overhead_ -= static_cast<std::size_t>(std::min<std::uint64_t>(overhead_, justified));
  if (overhead_ > kOverheadLines * limits_.chunk_line_bytes) {
    return too_large("the chunk lines carry too much beside the chunks");
  }

  line_.clear();
  remaining_ = size;
  state_ = size == 0 ? State::trailer : State::chunk_data;
  return {};
}

Parsed<void> BodyReader::end_trailer_line() {
  const std::string_view section(line_.data(), line_.size());
  // A blank line with a bare LF ends the section too, to be refused at once.
  const bool blank = section == "\n" || section == "\r\n" || section.ends_with("\n\n") ||
                     section.ends_with("\n\r\n");
  if (!blank) return {};
  auto fields = parse_fields(section, limits_);
  if (!fields) return std::unexpected(std::move(fields).error());
  for (const Field& field : *fields) {
    if (is_forbidden_trailer(field.name)) return malformed("a field that no trailer may hold");
  }
  trailers_ = *std::move(fields);
  state_ = State::done;
  return {};
}

}  // namespace cork::http
