#include "proxy/session/connection.h"

#include "proxy/io/socket_address.h"
#include "proxy/io/tcp_stream.h"
#include "proxy/session/client.h"
#include "proxy/session/exchange.h"
#include "proxy/session/head_reader.h"
#include "proxy/session/identity.h"
#include "proxy/session/lifetime.h"
#include "proxy/session/passthrough.h"
#include "proxy/session/refusal.h"
#include "proxy/session/request_rules.h"
#include "proxy/session/tunnel.h"
#include "proxy/session/unidentified.h"

#include <fmt/format.h>

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace cork::session {

namespace {

using policy::Identified;

policy::Peer peer_at(io::Socket& socket) {
  policy::Peer peer;
  if (const auto from = io::peer_of(socket)) peer.address = from->address;
  if (const auto to = io::local_of(socket.native_handle())) peer.local = to->address;
  peer.uid = io::uid_of_peer(socket);
  return peer;
}

// One connection's place in its worker, and what every exchange on it shares.
class Connection final : public Member {
 public:
  Connection(Worker& worker, std::size_t door, io::Socket socket)
      : worker_(worker),
        of_all_(worker.services().ledger.all().take(ledger::Use::connection)),
        identity_(worker, door, peer_at(socket)),
        client_{nullptr, io::ReadBuffer(worker.buffers()), io::describe_client(socket)},
        lifetime_(worker.deadlines(), worker.limits().connection_lifetime_ms, [this] {
          old_ = true;
          if (idle_) client_.stream->set_read_deadline(0);
        }) {
    client_.stream = std::make_unique<io::TcpStream>(std::move(socket), worker.deadlines());
    worker.join(*this);
  }
  ~Connection() { worker_.left(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  io::Awaitable<void> run();

 private:
  using Head = std::expected<std::unique_ptr<ReceivedHead>, std::optional<http::ParseError>>;

  // The bottle, or cork as a whole, has as many connections open as it may.
  io::Awaitable<void> turn_away(std::string bottle);
  // One request: false ends the connection.
  io::Awaitable<bool> serve_next();
  io::Awaitable<After> serve_bottle(const Head& head);
  io::Awaitable<After> serve_unidentified(Identified::Kind kind, const Head& head);
  // The tunnel's bytes, unread, until it ends.
  io::Awaitable<After> pass_through(const Tunnel& tunnel);
  io::Awaitable<void> say_goodbye();
  void on_drain() noexcept override {
    if (idle_) client_.stream->set_read_deadline(0);
  }
  void on_reload() override;
  void leave_bottle();
  [[nodiscard]] policy::Decision left_bottle() const;
  void cut() noexcept override;

  Worker& worker_;
  ledger::Lease of_all_;
  Identity identity_;
  Client client_;
  std::optional<Tunnel> tunnel_;
  Exchange* exchange_ = nullptr;        // the one in progress
  Passthrough* passthrough_ = nullptr;  // likewise
  bool idle_ = false;                   // between exchanges
  bool old_ = false;                    // no exchange may begin any more
  Lifetime lifetime_;
};

io::Awaitable<void> Connection::run() {
  if (!of_all_ || !identity_.counted()) co_return co_await turn_away(identity_.name());
  // Where credentials would not help, there is nothing to read.
  if (identity_.again().kind == Identified::Kind::nobody) {
    (void)co_await refuse_stranger(worker_, identity_, client_, nullptr);
    co_return co_await say_goodbye();
  }
  while (co_await serve_next()) {
  }
}

// Nothing is read, so that a flood costs one write each.
io::Awaitable<void> Connection::turn_away(std::string bottle) {
  worker_.services().metrics.dropped(metrics::Metrics::Drop::limit);
  const std::string answer = render_crowded(bottle);
  client_.stream->set_write_deadline(worker_.limits().linger_ms);
  (void)co_await client_.stream->write(as_bytes(answer));
  co_await client_.stream->shutdown();
}

io::Awaitable<bool> Connection::serve_next() {
  idle_ = true;
  const Head head = co_await read_request_head(client_, worker_, !identity_.bottle());
  idle_ = false;
  if (!head && !head.error()) co_return false;  // closed, or never said anything
  // Every request outside of a tunnel says for itself whose it is.
  const Identified who =
      head && !tunnel_ ? identity_.ask((*head)->parsed.fields) : identity_.again();
  // A head that cannot be read makes nobody a bottle's client, whatever a reload changed meanwhile.
  const bool is_known = head || identity_.bottle();
  After after = After::close;
  if (who.kind != Identified::Kind::bottle || !is_known) {
    after = co_await serve_unidentified(who.kind, head);
  } else if (head && !tunnel_ && !identity_.become(who.bottle)) {
    after = co_await refuse_crowded(worker_, identity_, client_, **head, who.bottle);
  } else {
    const bool had_tunnel = tunnel_.has_value();
    after = co_await serve_bottle(head);
    if (tunnel_ && !had_tunnel) co_return true;  // for one exchange at least
  }
  if (after == After::keep_alive && !worker_.draining() && !old_) co_return true;
  if (after == After::abort) {
    client_.stream->abort();
    co_return false;
  }
  co_await say_goodbye();
  co_return false;
}

io::Awaitable<After> Connection::serve_bottle(const Head& head) {
  const std::size_t bottle = *identity_.bottle();
  const Tunnel* tunnel = tunnel_ ? &*tunnel_ : nullptr;
  if (head && (*head)->parsed.form == http::TargetForm::authority && tunnel == nullptr) {
    auto opened = co_await open_tunnel(worker_, bottle, client_, **head);
    if (!opened) co_return opened.error();
    if (opened->unread) co_return co_await pass_through(*opened);
    tunnel_ = std::move(*opened);
    co_return After::keep_alive;
  }
  Exchange exchange(worker_, bottle, client_, tunnel);
  if (!head) co_return co_await exchange.refuse_malformed(*head.error());
  exchange_ = &exchange;
  const After after = co_await exchange.run(**head);
  exchange_ = nullptr;
  co_return identity_.stands() || after == After::abort ? after : After::close;
}

io::Awaitable<After> Connection::serve_unidentified(Identified::Kind kind, const Head& head) {
  if (!head) co_return co_await refuse_malformed(worker_, identity_, client_, *head.error());
  if (kind == Identified::Kind::needs_credentials && !tunnel_) {
    co_return co_await ask_for_credentials(worker_, identity_, client_, **head);
  }
  co_return co_await refuse_stranger(worker_, identity_, client_, head->get());
}

io::Awaitable<After> Connection::pass_through(const Tunnel& tunnel) {
  Passthrough passthrough(worker_, *identity_.bottle(), client_, tunnel);
  // A reload may have come while the tunnel was being opened.
  if (!identity_.stands()) passthrough.revoke(left_bottle());
  passthrough_ = &passthrough;
  const After after = co_await passthrough.run();
  passthrough_ = nullptr;
  co_return after;
}

void Connection::on_reload() {
  const Snapshot& now = *worker_.snapshot();
  if (!identity_.stands()) return leave_bottle();
  if (exchange_ != nullptr) return exchange_->decide_again(now);
  if (passthrough_ != nullptr) return passthrough_->decide_again(now);
  if (!idle_ || !tunnel_) return;
  const auto decision =
      now.bottles[*identity_.bottle()].decide_connect(tunnel_->endpoint, tunnel_->spoken);
  if (!decision.allowed()) client_.stream->set_read_deadline(0);
}

policy::Decision Connection::left_bottle() const {
  return changed_meanwhile(
      denied(policy::Reason::unknown_client,
             fmt::format("this client is none of bottle '{}' any more.", identity_.name())));
}

// Whoever it is under the configuration now, what it is in the middle of was begun as another.
void Connection::leave_bottle() {
  auto why = left_bottle();
  if (exchange_ != nullptr) {
    exchange_->revoke(std::move(why));
  } else if (passthrough_ != nullptr) {
    passthrough_->revoke(std::move(why));
  } else if (idle_) {
    client_.stream->set_read_deadline(0);
  }
  // What is none of these asks again before it goes on.
}

void Connection::cut() noexcept {
  if (exchange_ != nullptr) {
    exchange_->cut();
  } else if (passthrough_ != nullptr) {
    passthrough_->cut();
  } else if (idle_) {
    client_.stream->abort();
  }
}

// A peer that is still sending must not have its answer destroyed by a reset: say goodbye, then
// read until it has closed too, for a moment.
io::Awaitable<void> Connection::say_goodbye() {
  client_.stream->set_write_deadline(worker_.limits().linger_ms);
  co_await client_.stream->shutdown();
  const auto until = io::SteadyClock::now() + std::chrono::milliseconds(worker_.limits().linger_ms);
  client_.stream->set_read_deadline(worker_.limits().linger_ms);
  client_.buffer.consume(client_.buffer.view().size());
  while (io::SteadyClock::now() < until) {
    const auto n = co_await client_.buffer.fill(*client_.stream);
    if (!n || *n == 0) break;
    client_.buffer.consume(*n);
  }
  client_.stream->close();
}

}  // namespace

io::Awaitable<void> serve(Worker& worker, std::size_t door, io::Socket socket) {
  Connection connection(worker, door, std::move(socket));
  co_await connection.run();
}

}  // namespace cork::session
