// An exchange that may not go on: the configuration says otherwise now, or it has lived too long.
#include "proxy/session/exchange.h"
#include "proxy/session/request_rules.h"
#include "proxy/session/upstream.h"

#include <exception>
#include <utility>

namespace cork::session {

using policy::Decision;
using policy::Reason;

void Exchange::decide_again(const Snapshot& now) {
  if (!request_ || revoked_ || is_for_cork()) return;
  const policy::Bottle& bottle_now = now.bottles[bottle_];
  Decision decision = bottle_now.decide_request(*request_);
  auto foreign = credentials_under(now).judge(&now.accounts[bottle_]->first_seen());
  if (foreign && decision.allowed()) decision = *std::move(foreign);
  if (decision.allowed() && upstream_) {
    decision =
        decide_dialled(now, bottle_now, request_->scheme, request_->authority, upstream_->ip);
  }
  // What was only recorded so far cannot be held back any more.
  if (decision.allowed() && gate_ && request_unread() && stricter_now(now)) {
    decision = denied(Reason::scan_limit,
                      "leaks are to be stopped here that were not, and part of the body left.");
  }
  if (decision.allowed() && gate_ && request_unread() && refuses_opaque(bottle_now, *request_) &&
      !gate_->scanner().refuses_opaque()) {
    decision = denied(Reason::scan_limit,
                      "what cannot be read is refused here, and part of the body left.");
  }
  if (decision.allowed() && body_ && !upload_whole_) {
    if (auto no = body_judge_.objection_of(bottle_now, *request_)) decision = std::move(*no);
  }
  if (!decision.allowed()) revoke(changed_meanwhile(std::move(decision)));
}

bool Exchange::stricter_now(const Snapshot& now) const {
  const secrets::Actions actions = actions_under(now);
  const auto known_now = known_of(now, bottle_), known_before = known();
  if (known_now && (actions.of_known() != secrets::Action::record || known_now->has_canary()) &&
      !(known_before && known_now->no_more_than(*known_before))) {
    return true;
  }
  // What other rules would have found is not known; and the same rule may have another number.
  if (now.rules != snapshot_->rules) return actions.stop();
  return !actions.no_stricter_than(actions_, *now.rules);
}

void Exchange::revoke(Decision decision) {
  if (revoked_) return;
  revoked_ = std::move(decision);
  // Whatever waits, waits for one of these.
  if (upstream_) upstream_->stream->close();
  if (response_begun_) {
    client_.stream->abort();
  } else if (request_unread()) {
    client_.stream->set_read_deadline(0);
  }
}

void Exchange::outlive() noexcept {
  try {
    revoke(outlived("exchange", worker_.limits().exchange_lifetime_ms));
  } catch (const std::exception&) {
    cut();
  }
}

void Exchange::cut() noexcept {
  if (upstream_) upstream_->stream->close();
  client_.stream->abort();
}

}  // namespace cork::session
