// An exchange with cork itself: http://cork.internal/. Nothing of it is resolved, dialled or sent.
#include "base/internal_host.h"
#include "proxy/session/exchange.h"
#include "proxy/session/internal_pages.h"
#include "proxy/session/request_rules.h"

#include <utility>

namespace cork::session {

using policy::Decision;
using policy::Reason;

bool Exchange::is_for_cork() const noexcept {
  return request_ && is_internal(request_->authority.host);
}

std::optional<Decision> Exchange::judge_question() {
  // Scanned all the same: the record must not hold a secret. Nothing leaves, so none is stopped.
  if (auto no = scan_head(); no && no->reason == Reason::scan_limit) return no;
  const auto expectation = expects_continue(*parsed_);
  wants_continue_ = expectation && *expectation && body_.has_value();
  audit::Record& record = recorder_.record();
  for (audit::FindingNote& note : record.findings) note.finding.blocking = false;
  record.decision = {};
  record.decision.reason = Reason::allowed;
  if (!lease_ || !account().may_ask(io::SteadyClock::now())) {
    return denied(Reason::bottle_limit,
                  "bottle '" + bottle().name() + "' asks cork itself too much at a time.");
  }
  if (!recorder_.make_room()) return share_used_up(bottle().name());
  return std::nullopt;
}

io::Awaitable<After> Exchange::answer_itself() {
  if (auto no = judge_question()) co_return co_await refuse(std::move(*no));
  const InternalPage page = internal_page(parsed_->method, request_->target.path(),
                                          {bottle(), snapshot_->ca_pem, account().refusals()});
  audit::Record& record = recorder_.record();
  record.status = page.status;
  record.response_bytes = head_only_ ? 0 : page.body.size();
  if (!recorder_.answer()) {
    record.response_bytes = 0;
    co_return co_await refuse(log_unavailable());
  }
  const bool close = !client_keeps_ || request_unread() || worker_.draining() ||
                     parsed_->version == http::Version::http10;
  const std::string text = render_internal(page, {close, head_only_});
  client_.stream->set_write_deadline(worker_.limits().write_ms);
  const auto written = co_await client_.stream->write(as_bytes(text));
  recorder_.close();
  if (!written) co_return After::abort;
  if (!close) co_return After::keep_alive;
  co_await drain_request();
  co_return After::close;
}

}  // namespace cork::session
