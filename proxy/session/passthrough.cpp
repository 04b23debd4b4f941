#include "proxy/session/passthrough.h"

#include "base/size_text.h"
#include "proxy/io/spawn.h"
#include "proxy/session/lockout.h"
#include "proxy/session/request_rules.h"
#include "proxy/session/tls_alert.h"
#include "proxy/session/upstream.h"

#include <fmt/format.h>

#include <exception>
#include <utility>

namespace cork::session {

using policy::Decision;
using policy::Reason;

namespace {

// So many pieces in a row without a suspension, then the worker's other connections have their
// turn.
constexpr unsigned kPiecesInARow = 8;

io::Awaitable<void> give_way(Worker& worker, unsigned& pieces) {
  if (++pieces % kPiecesInARow == 0) {
    co_await io::asio::post(worker.executor(), io::use_awaitable);
  }
}

}  // namespace

Passthrough::Passthrough(Worker& worker, std::size_t bottle, Client& client, const Tunnel& tunnel)
    : worker_(worker),
      snapshot_(worker.snapshot()),
      bottle_(bottle),
      client_(client),
      tunnel_(tunnel),
      records_(*tunnel.unread),
      recorder_(worker, *snapshot_, *snapshot_->accounts[bottle]),
      lifetime_(worker.deadlines(), worker.limits().passthrough_lifetime_ms,
                [this] { outlive(); }) {
  audit::Record& record = recorder_.record();
  record.bottle = this->bottle().name();
  record.client = client.address;
  record.method = "CONNECT";
  record.host = recorded_host(tunnel);
  record.port = tunnel.endpoint.port;
  record.wire = "tls-passthrough";
  recorder_.add(tunnel.findings);
}

io::Awaitable<After> Passthrough::run() {
  audit::Record& record = recorder_.record();
  if (failure_) co_return co_await refuse(*failure_);
  lease_ = snapshot_->accounts[bottle_]->take(ledger::Use::exchange);
  if (auto no = decide(*snapshot_)) co_return co_await refuse(std::move(*no));
  if (!lease_) {
    co_return co_await refuse(
        denied(Reason::bottle_limit,
               fmt::format("bottle '{}' has {} exchanges in progress, as many as it may.",
                           bottle().name(), snapshot_->accounts[bottle_]->limits().exchanges)));
  }
  record.decision = bottle().decide_connect(tunnel_.endpoint, Scheme::https);
  if (!recorder_.make_room()) co_return co_await refuse(share_used_up(bottle().name()));
  if (!recorder_.open()) co_return co_await refuse(log_unavailable());
  const auto begin = io::SteadyClock::now();
  auto dialled = co_await dial_upstream(worker_, *snapshot_, bottle(), tunnel_.endpoint);
  record.dial_us = microseconds_since(begin);
  if (!dialled) co_return co_await refuse(std::move(dialled.error()));
  upstream_ = std::move(*dialled);
  record.upstream_address = upstream_->address;
  // It may have changed while the name was looked up or the connection made.
  if (worker_.snapshot() != snapshot_) decide_again(*worker_.snapshot());
  if (failure_) co_return co_await refuse(*failure_);
  record.status = status_of(Reason::allowed);
  co_await relay();
  co_return settle();
}

void Passthrough::decide_again(const Snapshot& now) {
  auto no = decide(now);
  if (!no) return;
  revoke(changed_meanwhile(std::move(*no)));
}

std::optional<Decision> Passthrough::decide(const Snapshot& now) {
  const policy::Bottle& bottle_now = now.bottles[bottle_];
  if (auto no = lockout(bottle_now.name(), *now.accounts[bottle_], io::SteadyClock::now())) {
    return no;
  }
  Decision decision = bottle_now.decide_connect(tunnel_.endpoint, Scheme::https);
  if (!decision.allowed()) return decision;
  const policy::Route* route = bottle_now.passes_through(tunnel_.endpoint);
  if (route == nullptr) {
    return denied(Reason::host_not_allowed, fmt::format("TLS to {} is not passed through unread.",
                                                        tunnel_.endpoint.to_string()));
  }
  upload_limit_bytes_ = route->upload_limit_bytes;
  if (!upstream_) return std::nullopt;
  decision = decide_dialled(now, bottle_now, Scheme::https, tunnel_.endpoint, upstream_->ip);
  if (decision.allowed()) return std::nullopt;
  return decision;
}

io::Awaitable<After> Passthrough::refuse(Decision decision) {
  audit::Record& record = recorder_.record();
  if (failure_) decision = *failure_;
  if (decision.route.empty()) decision.route = record.decision.route;
  if (decision.where.file.empty()) decision.where = record.decision.where;
  record.decision = std::move(decision);
  upstream_.reset();
  recorder_.refuse(false);
  client_.stream->set_write_deadline(worker_.limits().write_ms);
  (void)co_await client_.stream->write(alert_for(record.decision.reason));
  recorder_.close();
  co_return After::close;
}

io::Awaitable<void> Passthrough::relay() {
  io::Timer uploaded(worker_.executor());
  bool done = false;
  uploaded.expires_at(io::SteadyClock::time_point::max());
  io::spawn(worker_.executor(), upload(), [&](std::exception_ptr escaped) {
    done = true;
    uploaded.cancel();
    if (escaped) break_off();
  });
  // Whatever escapes must wait until the upload, which uses this tunnel, has ended.
  std::exception_ptr escaped;
  try {
    co_await download();
  } catch (...) {
    escaped = std::current_exception();
    break_off();
  }
  boost::system::error_code ignored;
  while (!done) co_await uploaded.async_wait(io::asio::redirect_error(io::use_awaitable, ignored));
  if (escaped) std::rethrow_exception(escaped);
}

io::Awaitable<void> Passthrough::upload() {
  for (unsigned pieces = 0; !failure_ && !broken_;) {
    if (const std::size_t count = records_.accept(client_.buffer.view()); count > 0) {
      if (!co_await send_up(count)) co_return;
      co_await give_way(worker_, pieces);
      continue;
    }
    if (!records_.problem().empty()) {
      co_return revoke(
          denied(Reason::bad_request,
                 fmt::format("what came through the tunnel is not TLS: {}.", records_.problem())));
    }
    await_more();
    const auto n = co_await client_.buffer.fill(*client_.stream, certs::kMaxClientHelloBytes);
    if (!n) co_return end(n.error(), "client");
    if (*n > 0) continue;
    client_done_ = true;
    upstream_->stream->set_write_deadline(worker_.limits().write_ms);
    co_return co_await upstream_->stream->shutdown();
  }
}

io::Awaitable<bool> Passthrough::send_up(std::size_t count) {
  audit::Record& record = recorder_.record();
  record.request_bytes += count;
  if (record.request_bytes > upload_limit_bytes_) {
    revoke(
        denied(Reason::too_large,
               fmt::format("more than {} were sent through a tunnel that is passed through unread.",
                           size_text(upload_limit_bytes_)),
               "raise `upload_limit` of that route"));
    co_return false;
  }
  upstream_->stream->set_write_deadline(worker_.limits().write_ms);
  const auto written = co_await upstream_->stream->write(client_.buffer.view().first(count));
  if (!written) {
    end(written.error(), "origin");
    co_return false;
  }
  record.sent_bytes += count;
  client_.buffer.consume(count);
  co_return true;
}

io::Awaitable<void> Passthrough::download() {
  audit::Record& record = recorder_.record();
  for (unsigned pieces = 0; !failure_ && !broken_;) {
    await_more();
    const auto n = co_await upstream_->buffer.fill(*upstream_->stream);
    if (!n) co_return end(n.error(), "origin");
    if (*n == 0) break;
    if (record.first_byte_us == 0) record.first_byte_us = recorder_.elapsed_us();
    client_.stream->set_write_deadline(worker_.limits().write_ms);
    const Bytes bytes = upstream_->buffer.view();
    if (const auto written = co_await client_.stream->write(bytes); !written) {
      co_return end(written.error(), "client");
    }
    record.response_bytes += bytes.size();
    upstream_->buffer.consume(bytes.size());
    co_await give_way(worker_, pieces);
  }
  if (failure_ || broken_) co_return;
  origin_done_ = true;
  // What the client still says has a reader, but nobody waits for it long.
  client_.stream->set_read_deadline(worker_.limits().body_idle_ms);
  client_.stream->set_write_deadline(worker_.limits().write_ms);
  co_await client_.stream->shutdown();
}

After Passthrough::settle() {
  audit::Record& record = recorder_.record();
  if (failure_) {
    if (failure_->route.empty()) failure_->route = record.decision.route;
    if (failure_->where.file.empty()) failure_->where = record.decision.where;
    record.decision = *failure_;
    record.note = "the tunnel was cut";
  }
  upstream_.reset();
  recorder_.close();
  return failure_ || broken_ ? After::abort : After::close;
}

void Passthrough::revoke(Decision why) {
  if (!failure_) failure_ = std::move(why);
  // Whatever waits, waits for one of these; before there is an upstream, nothing does.
  if (upstream_) cut();
}

void Passthrough::outlive() noexcept {
  try {
    revoke(outlived("tunnel", worker_.limits().passthrough_lifetime_ms));
  } catch (const std::exception&) {
    cut();
  }
}

void Passthrough::break_off() noexcept {
  try {
    revoke(denied(Reason::upstream_unreachable, "an internal error ended the tunnel."));
  } catch (const std::exception&) {
    cut();
  }
}

void Passthrough::cut() noexcept {
  if (upstream_) upstream_->stream->abort();
  client_.stream->abort();
}

// One side is gone, or nothing moves any more: so the other is told.
void Passthrough::end(const io::IoError& error, std::string_view who) {
  if (failure_ || std::exchange(broken_, true)) return;
  if (error.kind != io::IoError::Kind::timeout) {
    recorder_.record().note = fmt::format("{} closed early", who);
  } else {
    recorder_.record().note = worker_.draining() ? "cork ended" : "nothing moved for too long";
  }
  upstream_->stream->abort();
  client_.stream->abort();
}

// What moves in one direction keeps the other waiting.
void Passthrough::await_more() {
  const SessionLimits& limits = worker_.limits();
  client_.stream->set_read_deadline(origin_done_ ? limits.body_idle_ms
                                                 : limits.passthrough_idle_ms);
  upstream_->stream->set_read_deadline(limits.passthrough_idle_ms);
}

}  // namespace cork::session
