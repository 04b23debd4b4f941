// One request and its response, from the head that arrived to the record that closes it.
//
//   Exchange exchange(worker, bottle, client, tunnel);
//   After after = co_await exchange.run(std::move(head));
#pragma once

#include "proxy/http/framing.h"
#include "proxy/http/head.h"
#include "proxy/session/body_judge.h"
#include "proxy/session/client.h"
#include "proxy/session/credential_check.h"
#include "proxy/session/gate.h"
#include "proxy/session/lifetime.h"
#include "proxy/session/recorder.h"
#include "proxy/session/refusal.h"
#include "proxy/session/worker.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace cork::session {

enum class After : std::uint8_t {
  keep_alive,  // the next request may come on this connection
  close,       // goodbye and close
  abort,       // the client must see that its response is not whole
};

// A request head and the bytes it points into.
struct ReceivedHead {
  std::string bytes;
  http::RequestLineAndFields parsed;
};

class Exchange {
 public:
  // `bottle`: by number, whose request it is. `tunnel`: where the exchange runs inside one, else
  // nullptr. All outlive the exchange.
  Exchange(Worker& worker, std::size_t bottle, Client& client, const Tunnel* tunnel);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // `head` stays where it is until the end.
  io::Awaitable<After> run(const ReceivedHead& head);
  // The configuration changed: ends the exchange where `now` refuses it. Between two suspensions of
  // run().
  void decide_again(const Snapshot& now);
  // Ends it for that reason, whatever it asks for.
  void revoke(policy::Decision why);
  // At once and without an answer: nobody could decide again.
  void cut() noexcept;
  // A head that could not even be parsed.
  io::Awaitable<After> refuse_malformed(const http::ParseError& error);

 private:
  // In the order of the path: each says no by returning the decision that does.
  std::optional<policy::Decision> understand(const ReceivedHead& head);  // target, Host, framing
  std::optional<policy::Decision> decide();                              // rules, then scan
  std::optional<policy::Decision> judge_rules();
  std::optional<policy::Decision> judge_budgets();
  std::optional<policy::Decision> scan_authority(std::string_view target);
  std::optional<policy::Decision> scan_head();
  io::Awaitable<std::optional<policy::Decision>> judge_small_body();
  io::Awaitable<std::optional<policy::Decision>> acquire_upstream(bool pooled);
  io::Awaitable<After> forward();

  // Does `now` stop or mask what this exchange lets pass?
  [[nodiscard]] bool stricter_now(const Snapshot& now) const;
  void outlive() noexcept;  // it has lived as long as any may

  // For http://cork.internal/, which cork answers itself.
  [[nodiscard]] bool is_for_cork() const noexcept;
  std::optional<policy::Decision> judge_question();
  io::Awaitable<After> answer_itself();

  io::Awaitable<void> upload();    // the rest of the body, while download() runs
  io::Awaitable<void> download();  // response head, body, trailers
  io::Awaitable<void> transfer();  // both at once

  // Parts of upload().
  enum class Read : std::uint8_t { some, paused, done, failed };
  io::Awaitable<Read> read_body(bool may_pause);
  io::Awaitable<void> say_continue();
  bool passes(std::optional<policy::Decision> no);  // what body_judge_ said; false: failure_
  io::Awaitable<bool> send_ready();
  io::Awaitable<bool> send_trailers();
  void stop_upload();
  [[nodiscard]] policy::Decision verdict_decision() const;
  io::Awaitable<std::optional<policy::Decision>> finish_scan();
  io::Awaitable<void> scan_on();
  [[nodiscard]] std::optional<policy::Decision> scan_trailers();

  // Parts of download().
  io::Awaitable<bool> read_response_head();
  io::Awaitable<bool> relay_response_head();
  io::Awaitable<void> relay_response_body();
  io::Awaitable<bool> flush_to_client();

  io::Awaitable<After> refuse(policy::Decision decision);
  io::Awaitable<After> settle();  // after the transfer: record, pool, keep-alive
  io::Awaitable<bool> drain_request();
  void account_for_scan();
  [[nodiscard]] bool may_retry() const noexcept;
  [[nodiscard]] bool request_unread() const noexcept;
  [[nodiscard]] const policy::Bottle& bottle() const noexcept {
    return snapshot_->bottles[bottle_];
  }
  [[nodiscard]] std::shared_ptr<const known::KnownValues> known() const {
    return known_of(*snapshot_, bottle_);
  }
  [[nodiscard]] ledger::Account& account() const noexcept { return *snapshot_->accounts[bottle_]; }
  [[nodiscard]] ledger::FirstSeen& first_seen() const noexcept { return account().first_seen(); }
  [[nodiscard]] secrets::Actions actions_under(const Snapshot& snapshot) const {
    return actions_for(snapshot.bottles[bottle_], *request_, leak_rules_of(snapshot, bottle_),
                       recorder_.record().time);
  }
  [[nodiscard]] CredentialCheck credentials_under(const Snapshot& snapshot) const {
    const Services& services = worker_.services();
    return {snapshot.bottles[bottle_], *request_, services.scan, services.fingerprint_key};
  }

  Worker& worker_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::size_t bottle_;
  Client& client_;
  const Tunnel* tunnel_;
  Recorder recorder_;
  ledger::Lease lease_;

  // The request.
  const http::RequestLineAndFields* parsed_ = nullptr;
  std::optional<RequestHead> request_;
  secrets::Actions actions_;
  CredentialCheck credentials_;
  http::Framing framing_;
  std::optional<http::BodyReader> body_;
  std::optional<Gate> gate_;
  BodyJudge body_judge_;
  bool client_keeps_ = false;    // the client would use the connection again
  bool wants_continue_ = false;  // Expect: 100-continue, not yet answered
  bool head_only_ = false;
  RefusalForm form_ = RefusalForm::problem;

  // The upstream and the response.
  std::optional<Upstream> upstream_;
  std::string to_upstream_, to_client_;  // written, not yet sent
  std::string response_bytes_;
  http::StatusLineAndFields response_;
  bool response_begun_ = false;  // a final head went to the client
  bool response_whole_ = false;  // all of it did
  bool upstream_silent_ = true;  // not one byte of a response yet
  bool held_whole_ = false;      // the whole body was judged before any of it left
  bool upload_whole_ = false;
  bool upload_failed_ = false;  // the origin takes no more
  bool client_failed_ = false;
  bool client_told_close_ = false;
  std::optional<policy::Decision> failure_;  // what ended the transfer
  std::optional<policy::Decision> revoked_;  // by a new configuration, or for its age
  Lifetime lifetime_;
};

}  // namespace cork::session
