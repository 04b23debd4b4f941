#include "proxy/session/unidentified.h"

#include "proxy/session/recorder.h"
#include "proxy/session/refusal.h"
#include "proxy/session/request_rules.h"

#include <fmt/format.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

namespace cork::session {

namespace {

using policy::Decision;
using policy::Reason;

constexpr const char* kCredentials =
    "`cork env --bottle NAME` prints the proxy's address with the credentials of that bottle";

struct Answer {
  int status = 0;  // 0: the reason's
  bool close = true;
  std::optional<std::size_t> bottle = std::nullopt;  // whose it is, where that is known
};

// Nothing of the request but its method is written down: nobody has looked yet whether the rest
// holds a secret.
io::Awaitable<bool> answer(Worker& worker, const Identity& identity, Client& client,
                           const ReceivedHead* head, Decision decision, Answer how) {
  const auto snapshot = worker.snapshot();
  // A request says for itself whose it is, whatever was said on its connection before.
  auto bottle = how.bottle;
  if (!bottle && !identity.stands()) bottle = identity.bottle();
  Recorder recorder(
      worker, *snapshot,
      bottle ? *snapshot->accounts[*bottle] : *snapshot->door_accounts[identity.door()]);
  audit::Record& record = recorder.record();
  if (bottle) {
    record.bottle = snapshot->bottles[*bottle].name();
  } else {
    record.door = identity.door();
  }
  record.client = client.address;
  record.client_tls = client.stream->tls_version();
  record.scheme = record.client_tls.empty() ? Scheme::http : Scheme::https;
  if (head != nullptr) record.method = recorded_method(head->parsed.method);
  record.decision = std::move(decision);
  recorder.refuse(true, how.status);
  const bool head_only = head != nullptr && head->parsed.method == "HEAD";
  const RefusalForm form = head != nullptr ? form_for(head->parsed.fields) : RefusalForm::problem;
  const std::string text = render_refusal(record, {how.close, head_only, form});
  client.stream->set_write_deadline(worker.limits().write_ms);
  const auto written = co_await client.stream->write(as_bytes(text));
  if (!written) record.note = "client did not take the refusal";
  recorder.close();
  co_return written.has_value();
}

// With a timer: who only half-closes does not get his answer sooner.
io::Awaitable<void> wait_a_moment(Worker& worker) {
  io::Timer timer(worker.executor());
  timer.expires_after(std::chrono::milliseconds(worker.limits().guess_ms));
  boost::system::error_code ignored;
  co_await timer.async_wait(io::asio::redirect_error(io::use_awaitable, ignored));
}

}  // namespace

Decision stranger(const policy::Peer& peer, bool credentials_were_wrong) {
  if (credentials_were_wrong) {
    return denied(Reason::unknown_client,
                  fmt::format("these proxy credentials are no bottle's that takes clients from {} "
                              "here.",
                              place_of(peer)),
                  kCredentials);
  }
  return denied(
      Reason::unknown_client, fmt::format("no bottle takes clients from {} here.", place_of(peer)),
      peer.uid ? fmt::format("add {} to `users` of the bottle it belongs to", *peer.uid)
               : fmt::format("add {} to `clients` of the bottle it belongs to", place_of(peer)));
}

io::Awaitable<After> refuse_stranger(Worker& worker, const Identity& identity, Client& client,
                                     const ReceivedHead* head) {
  const auto snapshot = worker.snapshot();
  const bool guessed = head != nullptr && presented_by(head->parsed.fields).any;
  const bool slowly =
      !snapshot->door_accounts[identity.door()]->may_deny_at_length(io::SteadyClock::now());
  if (guessed && slowly) co_await wait_a_moment(worker);
  Decision decision = stranger(identity.peer(), guessed);
  if (!identity.stands()) {
    decision.detail = fmt::format(
        "the configuration changed meanwhile: this client is none of bottle '{}' any more.",
        identity.name());
  }
  const bool taken = co_await answer(worker, identity, client, head, std::move(decision), {});
  co_return taken ? After::close : After::abort;
}

io::Awaitable<After> ask_for_credentials(Worker& worker, const Identity& identity, Client& client,
                                         const ReceivedHead& head) {
  const auto framing = http::request_framing(head.parsed);
  const bool bodiless = framing && framing->kind == http::Framing::Kind::none;
  const bool close = !bodiless || !keeps_alive(head.parsed) || worker.draining();
  auto decision =
      denied(Reason::unknown_client,
             "bottles share this listener, and the request has no proxy credentials to say whose "
             "it is.",
             kCredentials);
  const bool taken = co_await answer(worker, identity, client, &head, std::move(decision),
                                     {.status = kAskCredentials, .close = close});
  if (!taken) co_return After::abort;
  co_return close ? After::close : After::keep_alive;
}

io::Awaitable<After> refuse_malformed(Worker& worker, const Identity& identity, Client& client,
                                      const http::ParseError& error) {
  const bool large = error.kind == http::ParseError::Kind::too_large;
  auto decision = denied(large ? Reason::too_large : Reason::bad_request, error.what + ".");
  const bool taken = co_await answer(worker, identity, client, nullptr, std::move(decision), {});
  co_return taken ? After::close : After::abort;
}

io::Awaitable<After> refuse_crowded(Worker& worker, const Identity& identity, Client& client,
                                    const ReceivedHead& head, std::size_t bottle) {
  auto decision = crowded(worker.snapshot()->bottles[bottle].name());
  const bool taken =
      co_await answer(worker, identity, client, &head, std::move(decision), {.bottle = bottle});
  co_return taken ? After::close : After::abort;
}

}  // namespace cork::session
