// The request's body on its way out: read, judged, sent as far as it is settled.
#include "proxy/http/writer.h"
#include "proxy/io/spawn.h"
#include "proxy/session/exchange.h"
#include "proxy/session/leak_refusal.h"
#include "proxy/session/request_rules.h"
#include "rules/secrets/head_scanner.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace cork::session {

using policy::Decision;
using policy::Reason;
using secrets::Verdict;

namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

io::Awaitable<void> Exchange::transfer() {
  const bool whole = !body_ || body_->done();
  if (whole) {
    held_whole_ = true;
    // Small and judged: head and body leave together.
    upload_whole_ = co_await send_ready() && co_await send_trailers();
    co_await download();
    co_return;
  }
  // Before anything else writes to the client.
  if (client_.buffer.empty()) co_await say_continue();
  // Both directions at once, since the origin may answer before it has read everything.
  io::Timer uploaded(worker_.executor());
  bool done = false;
  uploaded.expires_at(io::SteadyClock::time_point::max());
  io::spawn(worker_.executor(), upload(), [&](std::exception_ptr escaped) {
    done = true;
    if (escaped) {
      failure_ = denied(Reason::scan_limit, "an internal error ended the upload.");
      stop_upload();
    }
    uploaded.cancel();
  });
  // Whatever escapes must wait until the upload, which uses this exchange, has ended.
  std::exception_ptr escaped;
  try {
    co_await download();
  } catch (...) {
    escaped = std::current_exception();
    client_failed_ = true;  // nothing more for it to do
    if (upstream_) upstream_->stream->close();
  }
  // Nobody will read what is left: let the upload see it now, not at its next deadline.
  if (upload_failed_ || client_failed_ || failure_) client_.stream->set_read_deadline(0);
  boost::system::error_code ignored;
  while (!done) co_await uploaded.async_wait(io::asio::redirect_error(io::use_awaitable, ignored));
  if (escaped) std::rethrow_exception(escaped);
}

io::Awaitable<void> Exchange::upload() {
  bool paused = false;
  for (;;) {
    if (!co_await send_ready()) {
      co_await drain_request();
      co_return;
    }
    const Read read = co_await read_body(!paused);
    if (client_failed_ || failure_) {
      stop_upload();
      co_return;
    }
    if (read == Read::failed) co_return;  // answered before it was asked to go on
    if (read == Read::done) break;
    // What nobody adds to can be settled further, but an open candidate stays.
    paused = read == Read::paused;
    if (paused) {
      gate_->idle(worker_.scratch());
      co_await scan_on();
    }
    if (gate_->verdict() != Verdict::clean) {
      failure_ = verdict_decision();
      stop_upload();
      co_return;
    }
  }
  if (auto no = co_await finish_scan()) {
    failure_ = std::move(no);
    stop_upload();
    co_return;
  }
  upload_whole_ = co_await send_ready() && co_await send_trailers();
}

io::Awaitable<Exchange::Read> Exchange::read_body(bool may_pause) {
  const SessionLimits& limits = worker_.limits();
  while (!body_->done()) {
    if (!client_.buffer.empty()) {
      const auto step = body_->read(client_.buffer.view());
      if (!step) {
        failure_ = denied(Reason::bad_request, step.error().what + ".");
        co_return Read::failed;
      }
      const bool some = !step->payload.empty();
      recorder_.record().request_bytes += step->payload.size();
      if (some && !passes(body_judge_.feed(step->payload))) co_return Read::failed;
      if (some) gate_->push(step->payload, worker_.scratch());
      client_.buffer.consume(step->consumed);
      if (some) {
        co_await scan_on();
        co_return Read::some;
      }
      if (step->consumed > 0) continue;
    }
    if (failure_ || client_failed_ || revoked_) co_return Read::failed;
    // Answered already: the client has no reason to send, and this would stand in the answer.
    if (wants_continue_ && response_begun_) co_return Read::failed;
    co_await say_continue();
    client_.stream->set_read_deadline(may_pause ? limits.scan_pause_ms : limits.body_idle_ms);
    const auto n = co_await client_.buffer.fill(*client_.stream);
    if (n && *n > 0) continue;
    if (!n && n.error().kind == io::IoError::Kind::timeout) {
      if (may_pause) co_return Read::paused;
      failure_ = denied(Reason::timeout, "the request's body stopped arriving.");
      co_return Read::failed;
    }
    client_failed_ = true;
    co_return Read::failed;
  }
  const bool passed = passes(body_judge_.finish());
  body_judge_ = BodyJudge();  // nothing more to say, and its decoder's memory is another's
  co_return passed ? Read::done : Read::failed;
}

io::Awaitable<void> Exchange::say_continue() {
  if (!std::exchange(wants_continue_, false)) co_return;
  client_.stream->set_write_deadline(worker_.limits().write_ms);
  if (!co_await client_.stream->write(as_bytes(kContinue))) client_failed_ = true;
}

bool Exchange::passes(std::optional<Decision> no) {
  if (!no) return true;
  if (no->allowed()) {
    recorder_.record().decision = *std::move(no);
    return true;
  }
  failure_ = std::move(no);
  body_judge_ = BodyJudge();
  return false;
}

// Sends the head if it still waits, and every byte that is settled.
io::Awaitable<bool> Exchange::send_ready() {
  const Bytes ready = gate_ ? gate_->ready() : Bytes{};
  const bool chunked = framing_.kind == http::Framing::Kind::chunked;
  if (!ready.empty()) {
    if (chunked) http::write_chunk_prefix(to_upstream_, ready.size());
    to_upstream_ += as_text(ready);
    if (chunked) to_upstream_ += "\r\n";
  }
  if (to_upstream_.empty()) co_return true;
  upstream_->stream->set_write_deadline(worker_.limits().write_ms);
  upstream_->stream->set_read_deadline(worker_.limits().response_head_ms);
  const auto written = co_await upstream_->stream->write(as_bytes(to_upstream_));
  to_upstream_.clear();
  if (!written) {
    upload_failed_ = true;
    co_return false;
  }
  recorder_.record().sent_bytes += ready.size();
  // A body that may have to be sent again stays in the gate until it is known to have arrived.
  if (gate_ && !(held_whole_ && upstream_->reused)) gate_->consumed(ready.size());
  co_return true;
}

io::Awaitable<bool> Exchange::send_trailers() {
  if (framing_.kind != http::Framing::Kind::chunked) co_return true;
  http::write_last_chunk(to_upstream_, body_->trailers());
  upstream_->stream->set_write_deadline(worker_.limits().write_ms);
  const auto written = co_await upstream_->stream->write(as_bytes(to_upstream_));
  to_upstream_.clear();
  if (!written) upload_failed_ = true;
  co_return written.has_value();
}

// Much to scan: the worker's other connections get their turn in between.
io::Awaitable<void> Exchange::scan_on() {
  while (gate_->busy()) {
    co_await io::asio::post(worker_.executor(), io::use_awaitable);
    gate_->resume(worker_.scratch());
  }
}

io::Awaitable<std::optional<Decision>> Exchange::finish_scan() {
  gate_->finish(worker_.scratch());
  co_await scan_on();
  if (gate_->verdict() != Verdict::clean) co_return verdict_decision();
  co_return scan_trailers();
}

std::optional<Decision> Exchange::scan_trailers() {
  if (body_->trailers().empty()) return std::nullopt;
  if (auto no = credentials_.judge_trailers(body_->trailers(), first_seen())) return no;
  const Services& services = worker_.services();
  const auto report =
      secrets::scan_trailers(*snapshot_->rules, body_->trailers(), services.scan,
                             services.fingerprint_key, worker_.scratch(), known().get(), actions_);
  recorder_.add(report.findings);
  if (report.verdict == Verdict::clean) return std::nullopt;
  if (report.verdict == Verdict::leak) {
    return leak_decision(*snapshot_->rules, report.findings, actions_, bottle().in_file());
  }
  return denied(Reason::scan_limit, fmt::format("the request's trailers: {}.", report.problem));
}

Decision Exchange::verdict_decision() const {
  const auto& scanner = gate_->scanner();
  if (gate_->verdict() == Verdict::leak)
    return leak_decision(*snapshot_->rules, scanner.findings(), actions_, bottle().in_file());
  return unscannable_decision(scanner, bottle().in_file());
}

io::Awaitable<bool> Exchange::drain_request() {
  // A client that waits for 100 Continue has not begun to send.
  if (!body_ || wants_continue_) co_return false;
  const SessionLimits& limits = worker_.limits();
  const auto until = io::SteadyClock::now() + std::chrono::milliseconds(limits.drain_ms);
  std::uint64_t drained = 0;
  // A failure found meanwhile is a refusal that waits to be written.
  while (!failure_ && !body_->done() && drained < limits.drain_bytes &&
         io::SteadyClock::now() < until) {
    if (client_.buffer.empty()) {
      client_.stream->set_read_deadline(limits.body_idle_ms);
      const auto n = co_await client_.buffer.fill(*client_.stream);
      if (!n || *n == 0) co_return false;
    }
    const auto step = body_->read(client_.buffer.view());
    if (!step) co_return false;
    drained += step->consumed;
    client_.buffer.consume(step->consumed);
  }
  co_return body_->done();
}

// Cuts the request so that the origin never sees a complete one.
void Exchange::stop_upload() {
  upload_failed_ = true;
  if (upstream_) upstream_->stream->close();
}

}  // namespace cork::session
