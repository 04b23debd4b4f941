#include "proxy/session/exchange.h"

#include <utility>

namespace cork::session {

void Exchange::revoke(policy::Decision why) {
  if (!request_ || revoked_) return;
  why.detail = "the configuration changed meanwhile: " + why.detail;
  revoked_ = std::move(why);
  // Whatever waits, waits for one of these.
  if (upstream_) upstream_->stream->close();
  if (response_begun_) {
    client_.stream->abort();
  } else if (request_unread()) {
    client_.stream->set_read_deadline(0);
  }
}

void Exchange::cut() noexcept {
  if (upstream_) upstream_->stream->close();
  client_.stream->abort();
}

}  // namespace cork::session
