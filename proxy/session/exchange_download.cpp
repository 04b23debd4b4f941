// The response on its way back: relayed as it arrives, its framing made anew.
#include "proxy/http/writer.h"
#include "proxy/session/exchange.h"
#include "proxy/session/request_rules.h"

#include <utility>

namespace cork::session {

using http::Framing;
using policy::Reason;

namespace {

// A larger piece is written from where it lies, a smaller one joins what waits.
constexpr std::size_t kCopyBelow = 8 * kKiB;

policy::Decision broken(std::string detail) {
  return denied(Reason::upstream_unreachable, std::move(detail));
}

}  // namespace

io::Awaitable<void> Exchange::download() {
  if (!co_await read_response_head()) {
    // An upload in progress has nowhere to go.
    if (!failure_) failure_ = broken("the origin closed the connection without an answer.");
    if (upstream_) upstream_->stream->close();
    co_return;
  }
  recorder_.record().first_byte_us = recorder_.elapsed_us();
  if (!co_await relay_response_head()) co_return;
  co_await relay_response_body();
  if (client_failed_ && upstream_) upstream_->stream->close();
}

io::Awaitable<bool> Exchange::read_response_head() {
  const HttpLimits& limits = worker_.services().http;
  upstream_->stream->set_read_deadline(worker_.limits().response_head_ms);
  std::size_t searched = 0;
  for (;;) {
    const std::string_view text = as_text(upstream_->buffer.view());
    if (const std::size_t end = http::find_head_end(text, searched); end > 0) {
      response_bytes_.assign(text.substr(0, end));
      upstream_->buffer.consume(end);
      searched = 0;
      auto parsed = http::parse_response(response_bytes_, limits);
      if (!parsed) {
        failure_ = broken("the origin's response is malformed: " + parsed.error().what + ".");
        co_return false;
      }
      response_ = std::move(*parsed);
      if (response_.status >= 200) co_return true;
      if (response_.status == 101) {
        failure_ = broken("the origin switched protocols unasked.");
        co_return false;
      }
      // cork has answered Expect itself; other interim responses are for HTTP/1.1 clients.
      if (response_.status != 100 && parsed_->version == http::Version::http11) {
        http::write_interim(to_client_, response_);
        if (!co_await flush_to_client()) co_return false;
      }
      continue;
    }
    searched = text.size();
    if (searched >= limits.head_bytes) {
      failure_ = broken("the head of the origin's response is too large.");
      co_return false;
    }
    const auto n = co_await upstream_->buffer.fill(*upstream_->stream, limits.head_bytes);
    if (n && *n > 0) {
      upstream_silent_ = false;
      continue;
    }
    if (!n && n.error().kind == io::IoError::Kind::timeout && !failure_) {
      failure_ = denied(Reason::timeout, "the origin did not answer in time.");
    }
    co_return false;
  }
}

io::Awaitable<bool> Exchange::relay_response_head() {
  const auto framing = http::response_framing(response_, request_->method);
  if (!framing) {
    failure_ = broken("the origin's response is malformed: " + framing.error().what + ".");
    upstream_->stream->close();
    co_return false;
  }
  Framing to_client = *framing;
  if (framing->kind == Framing::Kind::chunked || framing->kind == Framing::Kind::until_close) {
    const bool chunks = parsed_->version == http::Version::http11;
    to_client.kind = chunks ? Framing::Kind::chunked : Framing::Kind::until_close;
    if (!chunks) client_told_close_ = true;
  }
  // An upload that failed leaves a connection nobody can know the state of.
  if (!client_keeps_ || worker_.draining() || upload_failed_) client_told_close_ = true;
  credentials_.answered(response_.status);
  // A verdict may still be out: from here on a leak can only cut the connection.
  if (failure_) co_return false;
  response_begun_ = true;
  recorder_.record().status = response_.status;
  http::write_response_head(to_client_, response_, to_client,
                            {parsed_->version, client_told_close_});
  if (framing->kind == Framing::Kind::none) {
    response_whole_ = co_await flush_to_client();
    co_return false;
  }
  // With what of the body has already arrived, or at once where none has.
  if (upstream_->buffer.empty()) co_return co_await flush_to_client();
  co_return true;
}

io::Awaitable<void> Exchange::relay_response_body() {
  const Framing framing = *http::response_framing(response_, request_->method);
  http::BodyReader reader(framing, worker_.services().http);
  const bool chunked =
      parsed_->version == http::Version::http11 && framing.kind != Framing::Kind::length;
  while (!reader.done()) {
    if (upstream_->buffer.empty()) {
      // Everything that has arrived is on its way before waiting for more: streams of tokens.
      if (!co_await flush_to_client()) co_return;
      upstream_->stream->set_read_deadline(worker_.limits().response_idle_ms);
      const auto n = co_await upstream_->buffer.fill(*upstream_->stream);
      if (!n || *n == 0) {
        if (n && reader.end_of_input()) break;
        if (!failure_) failure_ = broken("the origin's response ended too early.");
        co_return;
      }
    }
    const auto step = reader.read(upstream_->buffer.view());
    if (!step) {
      failure_ = broken("the body of the origin's response is malformed.");
      co_return;
    }
    recorder_.record().response_bytes += step->payload.size();
    if (!step->payload.empty()) {
      if (chunked) http::write_chunk_prefix(to_client_, step->payload.size());
      if (!chunked && step->payload.size() >= kCopyBelow) {
        if (!co_await flush_to_client()) co_return;
        client_.stream->set_write_deadline(worker_.limits().write_ms);
        if (!co_await client_.stream->write(step->payload)) {
          client_failed_ = true;
          co_return;
        }
      } else {
        to_client_ += as_text(step->payload);
      }
      if (chunked) to_client_ += "\r\n";
    }
    upstream_->buffer.consume(step->consumed);
  }
  if (chunked) http::write_last_chunk(to_client_, reader.trailers());
  response_whole_ = co_await flush_to_client();
}

io::Awaitable<bool> Exchange::flush_to_client() {
  if (to_client_.empty()) co_return true;
  client_.stream->set_write_deadline(worker_.limits().write_ms);
  const auto written = co_await client_.stream->write(as_bytes(to_client_));
  to_client_.clear();
  if (!written) client_failed_ = true;
  co_return written.has_value();
}

}  // namespace cork::session
