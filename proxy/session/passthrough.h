// A tunnel whose bytes nobody reads: relayed both ways, counted, capped, and held to being TLS.
//
//   Passthrough passthrough(worker, bottle, client, tunnel);  // tunnel.unread is set
//   After after = co_await passthrough.run();
#pragma once

#include "certs/client_records.h"
#include "proxy/session/client.h"
#include "proxy/session/exchange.h"
#include "proxy/session/lifetime.h"
#include "proxy/session/recorder.h"
#include "proxy/session/worker.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace cork::session {

class Passthrough {
 public:
  // `bottle`: by number, whose tunnel it is. The ClientHello is still in the client's buffer. All
  // outlive the Passthrough.
  Passthrough(Worker& worker, std::size_t bottle, Client& client, const Tunnel& tunnel);
  Passthrough(const Passthrough&) = delete;
  Passthrough& operator=(const Passthrough&) = delete;

  // Decides, records, dials, and relays until both sides are done.
  io::Awaitable<After> run();
  // The configuration changed: ends the tunnel where `now` refuses it, or would look into it.
  // Between two suspensions of run().
  void decide_again(const Snapshot& now);
  // Ends it: neither side may take what it has for whole.
  void revoke(policy::Decision why);
  // At once: nobody could decide again.
  void cut() noexcept;

 private:
  [[nodiscard]] std::optional<policy::Decision> decide(const Snapshot& now);
  io::Awaitable<After> refuse(policy::Decision decision);  // nothing has been relayed
  io::Awaitable<void> relay();                             // both directions at once
  io::Awaitable<void> upload();
  io::Awaitable<bool> send_up(std::size_t count);
  io::Awaitable<void> download();
  After settle();

  void end(const io::IoError& error, std::string_view who);
  void outlive() noexcept;    // it has lived as long as any may
  void break_off() noexcept;  // an exception escaped
  void await_more();
  [[nodiscard]] const policy::Bottle& bottle() const noexcept {
    return snapshot_->bottles[bottle_];
  }

  Worker& worker_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::size_t bottle_;
  Client& client_;
  const Tunnel& tunnel_;
  certs::ClientRecords records_;
  Recorder recorder_;
  ledger::Lease lease_;
  std::uint64_t upload_limit_bytes_ = 0;
  std::optional<Upstream> upstream_;
  std::optional<policy::Decision> failure_;
  bool client_done_ = false, origin_done_ = false;  // said goodbye
  bool broken_ = false;                             // one of them did not
  Lifetime lifetime_;
};

}  // namespace cork::session
