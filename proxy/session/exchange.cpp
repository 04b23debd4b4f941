#include "proxy/session/exchange.h"

#include "base/ascii.h"
#include "proxy/http/writer.h"
#include "proxy/session/leak_refusal.h"
#include "proxy/session/lockout.h"
#include "proxy/session/own_place.h"
#include "proxy/session/refusal.h"
#include "proxy/session/request_rules.h"
#include "proxy/session/upstream.h"
#include "rules/secrets/head_scanner.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace cork::session {

using policy::Decision;
using policy::Reason;
using secrets::Verdict;

namespace {

// What lies between "://" and the path, as spelled.
std::string_view authority_of(std::string_view absolute_target) {
  const auto begin = absolute_target.find("://");
  if (begin == std::string_view::npos) return {};
  absolute_target.remove_prefix(begin + 3);
  return absolute_target.substr(0, absolute_target.find_first_of("/?#"));
}

}  // namespace

Exchange::Exchange(Worker& worker, std::size_t bottle, Client& client, const Tunnel* tunnel)
    : worker_(worker),
      snapshot_(worker.snapshot()),
      bottle_(bottle),
      client_(client),
      tunnel_(tunnel),
      recorder_(worker, *snapshot_, account()),
      lifetime_(worker.deadlines(), worker.limits().exchange_lifetime_ms, [this] { outlive(); }) {
  audit::Record& record = recorder_.record();
  record.bottle = this->bottle().name();
  record.client = client.address;
  record.client_tls = client.stream->tls_version();
  record.scheme = tunnel != nullptr ? tunnel->spoken : Scheme::http;
  if (tunnel != nullptr) {
    record.host = recorded_host(*tunnel);
    record.port = tunnel->endpoint.port;
  }
}

io::Awaitable<After> Exchange::run(const ReceivedHead& head) {
  parsed_ = &head.parsed;
  lease_ = account().take(ledger::Use::exchange);
  auto not_understood = understand(head);
  if (!not_understood && is_for_cork()) co_return co_await answer_itself();
  // Before any answer that would say what was seen.
  if (auto no = lockout(bottle().name(), account(), io::SteadyClock::now())) {
    if (!not_understood) (void)scan_head();  // the record of it must not hold a secret
    co_return co_await refuse(std::move(*no));
  }
  if (not_understood) co_return co_await refuse(std::move(*not_understood));
  if (auto no = decide()) co_return co_await refuse(std::move(*no));
  if (auto no = co_await judge_small_body()) co_return co_await refuse(std::move(*no));
  if (revoked_) co_return co_await refuse(*revoked_);
  if (client_failed_) {
    recorder_.record().note = "client closed before its request was complete";
    account_for_scan();
    recorder_.close();
    co_return After::abort;
  }
  if (auto no = credentials_.claim(first_seen(), recorder_.record()))
    co_return co_await refuse(*no);
  if (!recorder_.open()) co_return co_await refuse(log_unavailable());
  co_return co_await forward();
}

io::Awaitable<After> Exchange::refuse_malformed(const http::ParseError& error) {
  const bool large = error.kind == http::ParseError::Kind::too_large;
  co_return co_await refuse(
      denied(large ? Reason::too_large : Reason::bad_request, error.what + "."));
}

std::optional<Decision> Exchange::understand(const ReceivedHead& head) {
  audit::Record& record = recorder_.record();
  const auto& parsed = head.parsed;
  record.method = recorded_method(parsed.method);
  head_only_ = parsed.method == "HEAD";
  form_ = form_for(parsed.fields);
  // Framing before anything else: where the request ends decides whether the connection lives on.
  auto framing = http::request_framing(parsed);
  if (!framing) return denied(Reason::bad_request, framing.error().what + ".");
  framing_ = *framing;
  if (framing_.kind != http::Framing::Kind::none) body_.emplace(framing_, worker_.services().http);
  client_keeps_ = keeps_alive(parsed);
  // Before any message could quote the host's name.
  if (auto no = scan_authority(parsed.target)) return no;

  auto request = tunnel_ == nullptr ? make_request(parsed, nullptr)
                                    : make_request(parsed, &tunnel_->endpoint, tunnel_->spoken);
  if (!request) return denied(Reason::bad_request, std::move(request.error().what));
  request_.emplace(std::move(*request));
  actions_ = actions_under(*snapshot_);
  record.scheme = request_->scheme;
  if (record.host != kMasked) record.host = request_->authority.host.text();
  record.port = request_->authority.port;
  return std::nullopt;
}

std::optional<Decision> Exchange::decide() {
  auto no = judge_rules();
  // Scanned even where the answer is no: the record of it must not hold a secret.
  auto leak = scan_head();
  if (no) return no;
  return leak;
}

std::optional<Decision> Exchange::judge_rules() {
  audit::Record& record = recorder_.record();
  if (find_field(parsed_->fields, "upgrade") != nullptr) {
    return denied(Reason::upgrade_not_allowed, "cork does not forward protocol upgrades.");
  }
  auto expectation = expects_continue(*parsed_);
  if (!expectation) return denied(Reason::bad_request, std::move(expectation.error().what));
  wants_continue_ = *expectation && body_.has_value();
  if (repeats_content_type(parsed_->fields)) {
    return denied(Reason::bad_request, "the request names its Content-Type more than once.");
  }
  record.decision = bottle().decide_request(*request_);
  if (record.decision.reason == Reason::method_not_allowed && record.method == kMasked) {
    record.decision.detail = "the method is none of those that the route allows.";
    record.decision.operator_can.clear();
  }
  // No route opens that, so none is proposed.
  if (auto own = decide_own(*snapshot_, request_->authority)) return own;
  if (!record.decision.allowed()) return record.decision;
  credentials_ = credentials_under(*snapshot_);
  if (auto no = credentials_.judge(&first_seen())) return no;
  return judge_budgets();
}

std::optional<Decision> Exchange::judge_budgets() {
  const BottleLimits& limits = account().limits();
  if (!lease_) {
    return denied(Reason::bottle_limit,
                  fmt::format("bottle '{}' has {} exchanges in progress, as many as it may.",
                              bottle().name(), limits.exchanges));
  }
  // Each different name below a wildcard can carry something out by being asked for.
  const bool below_wildcard = recorder_.record().decision.route.starts_with('*');
  if (below_wildcard &&
      !account().may_name(request_->authority.host.text(), io::SteadyClock::now())) {
    return denied(Reason::bottle_limit,
                  fmt::format("bottle '{}' has asked for {} different names below its wildcards "
                              "within the hour, as many as it may.",
                              bottle().name(), limits.names_per_hour),
                  "name the hosts it needs one by one under `allow`");
  }
  if (!recorder_.make_room()) return share_used_up(bottle().name());
  return std::nullopt;
}

// Inside a tunnel CONNECT's authority was scanned, and each exchange is answered for it.
std::optional<Decision> Exchange::scan_authority(std::string_view target) {
  audit::Record& record = recorder_.record();
  if (tunnel_ != nullptr) {
    recorder_.add(tunnel_->findings);
    return tunnel_->refusal;
  }
  const Services& services = worker_.services();
  const auto report =
      secrets::scan_authority(*snapshot_->rules, authority_of(target), services.scan,
                              services.fingerprint_key, worker_.scratch(), known().get());
  recorder_.add(report.findings);
  if (report.verdict == Verdict::clean && report.findings.empty()) return std::nullopt;
  record.host = kMasked;
  if (report.verdict == Verdict::clean) return std::nullopt;
  return report.verdict == Verdict::leak
             ? leak_decision(*snapshot_->rules, report.findings)
             : denied(Reason::scan_limit, "the host name cannot be inspected.");
}

std::optional<Decision> Exchange::scan_head() {
  const auto begin = io::SteadyClock::now();
  const Services& services = worker_.services();
  const auto report =
      secrets::scan_head(*snapshot_->rules, *request_, services.scan, services.fingerprint_key,
                         worker_.scratch(), credentials_.at_home(), known().get(), actions_);
  audit::Record& record = recorder_.record();
  record.scan_us += microseconds_since(begin);
  record.path = audit::mask_target(request_->target, report.findings);
  recorder_.add(report.findings);
  if (report.verdict == Verdict::clean) return std::nullopt;
  if (report.verdict == Verdict::leak) {
    return leak_decision(*snapshot_->rules, report.findings, actions_, bottle().in_file());
  }
  return denied(Reason::scan_limit, fmt::format("the request's head {}.", report.problem));
}

io::Awaitable<std::optional<Decision>> Exchange::judge_small_body() {
  if (!body_) co_return std::nullopt;
  const Services& services = worker_.services();
  body_judge_ = BodyJudge(bottle(), *request_, services.scan, &account().decoders());
  const auto known_values = known();
  const bool readable = refuses_opaque(bottle(), *request_);
  const bool canaries = known_values && known_values->has_canary();
  gate_.emplace(
      secrets::BodyScanner(
          {snapshot_->rules, secrets::Part::body, content_hints(request_->fields), services.scan,
           services.fingerprint_key, services.session.scan_slice_bytes,
           secrets::Destination{request_->authority.host, std::string(request_->target.path())},
           &account().decoders(), known_values, actions_, readable}),
      actions_.stop() || canaries || readable ? Gate::Mode::hold : Gate::Mode::record,
      services.session.gate_bytes);
  // A body whose length is known to be small is read whole. One of unknown length is too, unless
  // its sender pauses: it may be waiting for an answer to what it has sent so far.
  const bool known = framing_.kind == http::Framing::Kind::length;
  const std::size_t whole_below = services.session.hold_whole_below;
  if (known && framing_.length > whole_below) co_return std::nullopt;
  while (gate_->held() <= whole_below) {
    switch (co_await read_body(!known)) {
      case Read::some:
        if (gate_->verdict() != Verdict::clean) co_return verdict_decision();
        break;
      case Read::paused:
        co_return std::nullopt;
      case Read::failed:
        co_return std::exchange(failure_, std::nullopt);
      case Read::done:
        co_return co_await finish_scan();
    }
  }
  co_return std::nullopt;
}

io::Awaitable<std::optional<Decision>> Exchange::acquire_upstream(bool pooled) {
  const auto key =
      pool_key(request_->scheme, request_->authority, bottle().name(), snapshot_->generation);
  upstream_.reset();
  if (pooled) upstream_ = worker_.upstreams().take(key);
  worker_.services().metrics.pool(upstream_.has_value());
  audit::Record& record = recorder_.record();
  if (!upstream_) {
    const auto begin = io::SteadyClock::now();
    auto dialled = co_await connect_upstream(worker_, *snapshot_, bottle(), request_->scheme,
                                             request_->authority);
    record.dial_us += microseconds_since(begin);
    if (!dialled) co_return std::move(dialled.error());
    upstream_ = std::move(*dialled);
  }
  record.upstream_address = upstream_->address;
  record.upstream_tls = upstream_->stream->tls_version();
  co_return std::nullopt;
}

io::Awaitable<After> Exchange::forward() {
  for (bool pooled = true;; pooled = false) {
    if (auto no = co_await acquire_upstream(pooled)) co_return co_await refuse(std::move(*no));
    // It may have changed while the name was looked up or the connection made.
    if (worker_.snapshot() != snapshot_) decide_again(*worker_.snapshot());
    if (revoked_) co_return co_await refuse(*revoked_);
    failure_.reset();
    upload_failed_ = false;
    recorder_.record().sent_bytes = 0;
    to_upstream_.clear();
    http::write_request_head(to_upstream_, *request_, framing_);
    credentials_.leaves();
    co_await transfer();
    if (!may_retry()) break;
  }
  co_return co_await settle();
}

// Only what is safe to do twice, and only where a pooled connection turned out to be dead: before a
// byte of an answer (RFC 9110, section 9.2.2).
bool Exchange::may_retry() const noexcept {
  static constexpr std::array<std::string_view, 6> idempotent{"GET",    "HEAD",    "PUT",
                                                              "DELETE", "OPTIONS", "TRACE"};
  return !revoked_ && failure_ && upstream_ && upstream_->reused && upstream_silent_ &&
         !client_failed_ && held_whole_ && failure_->reason == Reason::upstream_unreachable &&
         std::ranges::find(idempotent, request_->method) != idempotent.end();
}

bool Exchange::request_unread() const noexcept {
  return body_ && !body_->done();
}

io::Awaitable<After> Exchange::refuse(Decision decision) {
  audit::Record& record = recorder_.record();
  // Before the client hears of it, and tries again with another.
  credentials_.let_go();
  if (revoked_) decision = *revoked_;
  if (decision.route.empty()) decision.route = record.decision.route;
  if (decision.where.file.empty()) decision.where = record.decision.where;
  record.decision = std::move(decision);
  account_for_scan();
  recorder_.refuse();
  const bool understood = request_.has_value();
  const bool close = !understood || !client_keeps_ || request_unread() || worker_.draining() ||
                     parsed_->version == http::Version::http10;
  const std::string text = render_refusal(record, {close, head_only_, form_});
  client_.stream->set_write_deadline(worker_.limits().write_ms);
  const auto written = co_await client_.stream->write(as_bytes(text));
  if (!written && record.note.empty()) record.note = "client did not take the refusal";
  upstream_.reset();
  recorder_.close();
  if (!written) co_return After::abort;
  if (!close) co_return After::keep_alive;
  co_await drain_request();
  co_return After::close;
}

void Exchange::account_for_scan() {
  if (!gate_) return;
  audit::Record& record = recorder_.record();
  record.scan_us += gate_->scan_ns() / 1000;
  record.scanned_bytes += gate_->scanner().work().scanned_bytes;
  record.readable_bytes = readable_bytes(gate_->scanner());
  recorder_.add(gate_->scanner().findings());
  recorder_.add_masked(gate_->scanner().masked_known());
}

io::Awaitable<After> Exchange::settle() {
  audit::Record& record = recorder_.record();
  if (revoked_) failure_ = revoked_;
  if (failure_ && !response_begun_ && !client_failed_) {
    co_return co_await refuse(*std::exchange(failure_, std::nullopt));
  }
  account_for_scan();
  // A verdict is one whether or not the client stayed to hear it.
  const bool judged = revoked_ || (failure_ && is_verdict_on_body(failure_->reason));
  // The client has its whole answer: that the rest of its body never came is no refusal.
  if (response_whole_ && failure_ && !judged) {
    failure_.reset();
    client_told_close_ = true;
  }
  if (failure_ && (judged || !client_failed_)) {
    // The response had begun: all that is left is to cut it, visibly.
    failure_->route = record.decision.route;
    failure_->where = record.decision.where;
    record.decision = *failure_;
    record.note = "the response had begun: connection cut";
  }
  if (client_failed_ && !revoked_) record.note = "client closed early";
  const bool whole = response_whole_ && !failure_ && !client_failed_;
  const bool request_done = !body_ || upload_whole_;
  if (whole && request_done && upstream_keeps(response_) && upstream_->buffer.empty()) {
    worker_.upstreams().put(
        pool_key(request_->scheme, request_->authority, bottle().name(), snapshot_->generation),
        std::move(*upstream_));
  }
  upstream_.reset();
  recorder_.observe(actions_, bottle().in_file());
  recorder_.close();
  if (!whole) co_return After::abort;
  if (client_told_close_ || !client_keeps_) co_return After::close;
  if (!request_done && !co_await drain_request()) co_return After::close;
  co_return After::keep_alive;
}

}  // namespace cork::session
